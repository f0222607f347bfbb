#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The cases of users who sign in come to the same with the browser of ours and with Chromium, for the right
# connector and for wrong ones; and Chromium leaves a picture of a page where a sign-in got stuck.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

manifest=$work/reference/connector.yaml
reference_manifest "$manifest"
cases=(--auth u2m --case 'u2m/*' --case connect/u2m --jobs 2 --report json)

for program in chromium chromedriver; do
    if [ ! -x "/usr/bin/$program" ]; then
        echo "skipped: there is no /usr/bin/$program; scripts/bootstrap --clients installs it"
        exit 77
    fi
done

# verdicts RUN: "mode case check verdict" of all that was judged
verdicts() {
    python3 - "$1/results.json" <<'PY'
import json, sys
for r in json.load(open(sys.argv[1]))["results"]:
    if r["mode"].startswith("u2m"):
        print(r["mode"], r["case"], r["verdict"])
        for c in r["checks"]:
            print(r["mode"], r["case"], c["check"], c["verdict"])
PY
}

for browser in fake chromium; do
    run_sealed_or_skip --browser "$browser" -c "$manifest" -o "$work/$browser" "${cases[@]}"
    ends_with 0
    verdicts "$work/$browser" | sort >"$work/$browser.verdicts"
done
diff "$work/fake.verdicts" "$work/chromium.verdicts" >&2 || fail "the two browsers do not come to the same"
[ "$(wc -l <"$work/chromium.verdicts")" -gt 100 ] || fail "hardly anything was judged: $(wc -l <"$work/chromium.verdicts")"

# wrong DEFECT CASE CHECK: a connector that is wrong in that way is seen with Chromium, too
wrong() {
    sed -e "/CONNECTOR_HOST:/a\\    CONNECTOR_DEFECT: $1" "$manifest" >"$work/reference/$1.yaml"
    run_program 1 "$ASSAY_BIN/assay" run -q --strict --isolation sealed --browser chromium -c "$work/reference/$1.yaml" \
        -o "$work/wrong-$1" --auth u2m --case "$2"
    says "$work/out" "$3"
}
wrong no-pkce u2m/pkce u2m.pkce
wrong state-ignored u2m/state-wrong 'wire.count'
wrong first-request-decides u2m/favicon outcome.ok
wrong page-loads-script u2m/callback-page 'u2m.page'
wrong listens-everywhere u2m/redirect-port u2m.listener
wrong port-any u2m/redirect-port u2m.answered
picture=$(find "$work/wrong-port-any/evidence" -name 'browser-*.png' | head -n 1)
if [ -z "$picture" ]; then
    fail "no picture of the page where the sign-in got stuck"
elif ! cmp -s -n 8 "$picture" <(printf '\211PNG\r\n\032\n'); then
    fail "$picture is no PNG"
fi
finish
