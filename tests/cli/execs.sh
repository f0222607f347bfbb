#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every program that a connector executes is recorded as it begins, however short it lives; and where
# tracing is forbidden the report says what that leaves unproven, and the clock cannot be moved.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay

script_connector <<'SH'
#!/bin/sh
# A secret in the arguments of 100 programs that are gone at once, one of them an orphan's.
i=0
while [ $i -lt 99 ]; do
    /bin/true "--token=$TOKEN"
    i=$((i + 1))
done
(setsid sh -c '/bin/true "--token=$TOKEN" last' &)
sleep 0.1
SH
suite_begin
suite_case argv '[{operation: validate, times: 2}]' '[{check: secrets.absent, with: {in: [argv]}}]'

sealed_or_skip "$work/leak"
ends_with 1
says "$work/out" 'secrets.absent'
evidence=$(find "$work/leak/evidence" -path '*/own/argv/evidence.json')
python3 - "$evidence" <<'PY' || fail "not every program is in the record"
import json, sys
e = json.load(open(sys.argv[1]))
runs = sum(1 for o in e["operations"])
true = [x for x in e["execs"] if x["argv"].startswith("/bin/true")]
finds = [f for f in e["finds"] if f["place"] == "argv"]
assert runs == 2 and len(true) == 100 * runs, (runs, len(true))
assert len([x for x in true if x["argv"].endswith(" last")]) == runs
assert all("«" in x["argv"] and "TOKEN" in x["environ"].split() for x in true), true[0]
assert len(finds) >= 100 * runs, len(finds)
PY
if grep -q 'were sampled' "$work/leak/build_report.md"; then
    fail "the report speaks of samples"
fi

# Without ptrace: samples, said so; a case that moves the clock could not run, for that reason.
manifest=$work/reference.yaml
reference_manifest "$manifest"
# LeakSanitizer looks for leaks by ptrace, too.
export ASAN_OPTIONS=detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
run_program 2 "$ASSAY_BIN/deny_call" ptrace "$assay" run -q --isolation sealed -c "$manifest" -o "$work/untraced" \
    --auth m2m --case refresh/crosses-expiry --case connect/m2m
says "$work/out" 'could-not-run'
says "$work/untraced/build_report.md" 'tracing a child was refused'
says "$work/untraced/build_report.md" 'were sampled'
says "$work/untraced/run.jsonl" 'the connector'\''s clock cannot be moved here'
grep -q '"case":"connect/m2m".*"verdict":"pass"' "$work/untraced/run.jsonl" || fail "connect/m2m did not pass"
run_program 2 "$ASSAY_BIN/deny_call" seccomp "$assay" run -q --isolation sealed -c "$manifest" -o "$work/unfiltered" \
    --auth m2m --case refresh/crosses-expiry
says "$work/unfiltered/run.jsonl" 'a seccomp filter was refused'
finish
