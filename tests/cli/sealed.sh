#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sealed worlds through the whole harness: production host name and TLS, egress as evidence, the moved
# clock; and what a weaker isolation says of itself.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay

manifest=$work/reference/connector.yaml
reference_manifest "$manifest"

run_sealed_or_skip -c "$manifest" -o "$work/sealed" --auth pat --case connect/pat
ends_with 0
journal=$(find "$work/sealed/evidence" -path '*/connect/pat/journal.ndjson')
says "$journal" '"tls":true'
says "$journal" 'dbc-a1b2c3d4-e5f6.cloud.databricks.com'
says "$work/sealed/build_report.md" 'sealed'

# A connector may work in a folder beside its manifest's, as those for another cloud do, wherever both lie.
mkdir -p "$work/program" "$work/beside"
cp "$ASSAY_BIN/reference-connector" "$work/program/"
sed -e 's#"[^"]*/reference-connector"#./reference-connector#; s#^run:#cwd: ../program\n&#' \
    -e '/^requires:/,+1d' "$manifest" >"$work/beside/connector.yaml"
run_program 0 "$assay" run -q --isolation sealed -c "$work/beside/connector.yaml" -o "$work/cwd" --auth pat --case connect/pat

# Or have its program or what that reads there, as a variant of another connector does: named in an argument, behind a
# colon, by the folder of the manifest or in the environment, but by nothing else of the manifest.
beside() {
    local name=$1 start=$2
    mkdir -p "$work/$name-shared/part" "$work/$name"
    cp "$ASSAY_BIN/reference-connector" "$work/$name-shared/"
    # shellcheck disable=SC2016 # for the program's shell, not for this one
    printf '#!/bin/sh\nread -r part <"$1" && [ "$part" = whole ] && shift && exec "$@"\n' >"$work/$name-shared/start"
    echo whole >"$work/$name-shared/part/whole"
    chmod +x "$work/$name-shared/start"
    sed -e "s|\"[^\"]*/reference-connector\"|$start|" -e "s|^  env:$|&\n    BESIDE: ${3:-none}|" -e '/^requires:/,+1d' "$manifest" >"$work/$name/connector.yaml"
    run_program 0 "$assay" run -q --isolation sealed -c "$work/$name/connector.yaml" -o "$work/$name/out" --auth pat --case connect/pat
}
beside named '../named-shared/start, ../named-shared/part/whole, ../named-shared/reference-connector'
# shellcheck disable=SC2016 # for assay, not for the shell
beside own '"${connector_dir}/../own-shared/start", "${connector_dir}/../own-shared/part/whole", "${connector_dir}/../own-shared/reference-connector"'
# shellcheck disable=SC2016
beside path 'sh, -c, "D=$${0#*:}; exec $D/start $D/part/whole $D/reference-connector $*", "/nowhere:../path-shared"'
# shellcheck disable=SC2016
beside environment 'sh, -c, "exec $BESIDE/start $BESIDE/part/whole $BESIDE/reference-connector $*", sh' ../environment-shared

# A token of one hour is outlived in a moment, and by the right connector only.
run_program 0 "$assay" run -q --isolation sealed -c "$manifest" -o "$work/clock" --auth m2m --case 'refresh/*'
says "$work/clock/build_report.md" 'virtual'
python3 - "$manifest" "$work/reference/kept.yaml" token-kept-forever "$work/reference/home.yaml" phones-home <<'PY'
import re, sys
text = open(sys.argv[1]).read()
for path, defect in ((sys.argv[2], sys.argv[3]), (sys.argv[4], sys.argv[5])):
    wrong = re.sub(r"(?m)^(  env:\s*(?:\{|\n    ))", lambda m: m.group(1) + "CONNECTOR_DEFECT: " + defect + (", " if m.group(1).endswith("{") else "\n    "), text, count=1)
    assert wrong != text
    open(path, "w").write(wrong)
PY
run_program 1 "$assay" run -q --isolation sealed -c "$work/reference/kept.yaml" -o "$work/kept" --auth m2m --case refresh/crosses-expiry
says "$work/out" 'token.never'

# Who phones home is seen to, with the name it looked up; nothing leaves.
run_program 1 "$assay" run -q --strict --isolation sealed -c "$work/reference/home.yaml" -o "$work/home" --auth pat --case isolation/no-egress
says "$work/out" 'isolation.no_egress'
says "$work/home/build_report.md" 'updates.acme.example'

# The weaker isolation cannot move clocks and says so; it is not a pass.
run_program 2 "$assay" run -q --isolation env -c "$manifest" -o "$work/env" --auth m2m --case refresh/crosses-expiry
says "$work/out" 'could-not-run'
says "$work/out" 'sealed'
says "$work/env/build_report.md" 'plain HTTP'

# A refresh token lives a week; the clock is moved to near its end, and there it brings a new access token.
run_program 0 "$assay" run -q --isolation sealed -c "$manifest" -o "$work/week" --auth u2m --case u2m/refresh-after-a-week
python3 - "$(find "$work/week/evidence" -path '*/u2m/u2m/refresh-after-a-week/journal.ndjson')" <<'PY' || fail "the clock was not moved to the end of the week"
import json, sys
records = [json.loads(line) for line in open(sys.argv[1])]
grants = [(r["time_ms"], r["grant"]) for r in records if r["route"] == "oidc.token"]
first = next(t for t, g in grants if g == "authorization_code")
last = next(t for t, g in grants if g == "refresh_token")
assert 7 * 24 - 1.1 < (last - first) / 3600000 < 7 * 24 - 0.9, grants
PY

# ... but it can live through the time, a fortieth of it: three seconds for a token of two minutes.
suite_begin
suite_case real-time '[{operation: validate}, {advance: 2m}, {operation: validate}]' \
    '[{check: outcome.ok}, {check: token.renewed}, {check: token.never, with: {states: [expired, unknown]}}]'
echo 'given: {access_token_lifetime: 2m, expiring_window: 0s}
modes: [m2m]
needs: [session]' >>"$work/suite/own/real-time.yaml"
run_program 0 "$assay" run -q --isolation env --clock real -c "$manifest" --cases "$work/suite" -o "$work/lived"
says "$work/lived/build_report.md" 'clock: **real**'
says "$work/lived/build_report.md" 'a fortieth'
finish
