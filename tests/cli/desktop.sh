#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A Java program that shows an address by java.awt.Desktop gets to the browser of the sealed world, to ours
# and to Chromium; nothing of the desktop is taken for the connector's. Without the manifest's `desktop'
# it is told that it has none, and where the desktop cannot be had the case could not run.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

skip() {
    echo "skipped: $1"
    exit 77
}
command -v javac >/dev/null || skip "there is no JDK (javac); scripts/bootstrap --connectors java-sdk-u2m installs one"
java_home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.home = //p')
[ -e "$java_home/lib/libawt_xawt.so" ] ||
    skip "$java_home has no display toolkit; scripts/bootstrap --connectors java-sdk-u2m installs default-jre"

mkdir -p "$work/connector/classes"
javac -Xlint:all -Werror -d "$work/connector/classes" "$ASSAY_SOURCE/tests/cli/desktop/Opens.java"
manifest=$work/connector/connector.yaml
cat >"$manifest" <<YAML
assay: 1
name: opens
version: "1.0.0"
language: java
product: Acme_Opens
drive: exec
speaks: [unity-catalog]
desktop: true
run:
  env: {OPENS_HOST: "\${host}", OPENS_TABLE: "\${table}", OPENS_CLIENT_ID: "\${client_id}",
        OPENS_PORT: "\${redirect_port}"}
modes: {u2m: {}}
operations: {validate: [["$java_home/bin/java", -XX:+UseSerialGC, -cp, "$work/connector/classes", Opens]]}
YAML
suite_begin
suite_case browses '[{operation: validate}]' \
    '[{check: outcome.ok}, {check: u2m.pkce}, {check: secrets.absent, with: {in: [argv]}}]'

# came_to RUN VERDICT
came_to() {
    grep -q "\"case\":\"own/browses\".*\"verdict\":\"$2\"" "$1/run.jsonl" ||
        fail "$1: not $2: $(grep -o '"verdict":"[a-z-]*"' "$1/run.jsonl" | head -n 1)"
}

run_sealed_or_skip --cases "$work/suite" -c "$manifest" -o "$work/fake"
if grep -q 'is not installed' "$work/fake/run.jsonl"; then
    came_to "$work/fake" could-not-run
    skip "$(grep -o '[^,]* is not installed' "$work/fake/run.jsonl" | head -n 1); scripts/bootstrap --connectors installs it"
fi
ends_with 0
came_to "$work/fake" pass

# What the evidence shows: one visit, of the opener that GIO started, and nothing of the desktop itself.
looks() {
    python3 - "$(find "$1/evidence" -path '*/own/browses/evidence.json')" <<'PY' || fail "$1: not the evidence of a visit by the desktop"
import json, sys
e = json.load(open(sys.argv[1]))
visits = e["visits"]
assert len(visits) == 1 and visits[0]["opener"] == "xdg-open", visits
assert visits[0]["end"] == "callback", visits
names = {x["argv"].split()[0].rsplit("/", 1)[-1] for x in e["execs"]}
assert "java" in names and "xdg-open" in {n for x in e["execs"] for n in [w.rsplit("/", 1)[-1] for w in x["argv"].split()]}, names
assert not names & {"Xvfb", "dbus-daemon", "gvfsd", "xkbcomp"}, names
assert not [f for f in e["files"] if "X11" in f["path"] or ".X" in f["path"] or "server-" in f["path"]], e["files"]
assert not e["egress"], e["egress"]
PY
}
looks "$work/fake"

if [ -x /usr/bin/chromium ] && [ -x /usr/bin/chromedriver ]; then
    run_sealed_or_skip --browser chromium --cases "$work/suite" -c "$manifest" -o "$work/chromium"
    ends_with 0
    came_to "$work/chromium" pass
    looks "$work/chromium"
else
    echo "not tried with Chromium, which scripts/bootstrap --clients installs"
fi

# It is the manifest that brings the desktop.
sed '/^desktop:/d' "$manifest" >"$work/connector/headless.yaml"
run_sealed_or_skip --cases "$work/suite" -c "$work/connector/headless.yaml" -o "$work/headless"
ends_with 1
came_to "$work/headless" fail
grep -rq HeadlessException "$work/headless/evidence" || fail "no HeadlessException without a desktop"

# Where it cannot be had.
run_program 2 "$ASSAY_BIN/assay" run -q --isolation env --cases "$work/suite" -c "$manifest" -o "$work/open"
came_to "$work/open" could-not-run
says "$work/open/run.jsonl" 'there in a sealed world only'
if unshare -m true 2>/dev/null; then
    for part in /usr/bin/Xvfb /usr/bin/dbus-daemon; do
        run_program 2 unshare -m sh -c "mount --bind /dev/null $part && exec \"\$@\"" sh \
            "$ASSAY_BIN/assay" run -q --isolation sealed --cases "$work/suite" -c "$manifest" -o "$work/without"
        came_to "$work/without" could-not-run
        says "$work/without/run.jsonl" "${part##*/} (Debian: "
        rm -rf "${work:?}/without"
    done
fi
finish
