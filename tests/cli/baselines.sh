#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Baselines: what they excuse, when they are stale, expired or of another failure, and how they are renewed.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay
. "$(dirname "$0")/connectors.sh"
unset CI
wrong=$(wrong_connector no-user-agent)
some=(--auth pat --case 'user-agent/*' --case 'connect/*')
out=$work/first
known=$work/known.yaml
run_program 1 "$assay" run -q -c "$wrong" -o "$out" "${some[@]}"

# A baseline made of the run excuses it, and only it.
run_program 0 "$assay" baseline update "$out" -o "$known" --reason 'being mended' --owner me
says "$work/out" '+ reference user-agent/every-call user_agent.present'
run_program 0 "$assay" lint "$known"
run_program 0 "$assay" run -q -c "$wrong" -o "$work/x" "${some[@]}" --baseline "$known" --report json
json 'd["counts"]["xfail"] >= 1 and d["counts"]["fail"] == 0 and d["gate"]["baseline_digest"]' "$work/x/results.json"
says "$work/x/build_report.md" 'being mended'
# Renewing keeps what a person wrote; nothing changes.
sed -i 's/being mended/ticket 12/' "$known"
cp "$known" "$work/before.yaml"
run_program 0 "$assay" baseline update "$work/x" -o "$known"
cmp "$work/before.yaml" "$known" || fail 'an update without a change changed the file'
# Stale: it passes now. Exit 1, and the update takes the entry out.
run_program 1 "$assay" run -q -c "$manifest" -o "$work/x" "${some[@]}" --baseline "$known"
says "$work/out" 'xpass'
run_program 0 "$assay" baseline update "$work/x" -o "$known"
says "$work/out" '- reference user-agent/every-call user_agent.present'
grep -q 'entries: \[\]' "$known" || fail 'a stale entry was kept'
# Expired: excuses nothing.
sed -E 's/expires: .*/expires: "2020-01-01"/' "$work/before.yaml" >"$known"
run_program 1 "$assay" run -q -c "$wrong" -o "$work/x" "${some[@]}" --baseline "$known"
says "$work/out" 'ended on 2020-01-01'
# Another signature: another failure.
sed -E 's/signature: .*/signature: "another thing was seen"/' "$work/before.yaml" >"$known"
run_program 1 "$assay" run -q -c "$wrong" -o "$work/x" "${some[@]}" --baseline "$known"
says "$work/out" 'another failure than the one listed'
# Unmatched, in a whole run: incomplete. An entry for a connector that is not there as well.
cat >"$known" <<'YAML'
entries:
  - {connector: reference, case: connect/pat, check: token.cached, reason: r, owner: o, expires: "2099-01-01"}
  - {connector: referense, case: connect/pat, reason: r, owner: o, expires: "2099-01-01"}
YAML
run_program 2 "$assay" run -q -c "$manifest" -o "$work/x" --baseline "$known"
says "$work/out" "$known:2:5: the expected failure of \`connect/pat' matches no check"
says "$work/out" "the entry is for \`referense', which is not in this run"
# Of the run as a whole: several product tokens get an entry, which excuses them and stays.
differs=$(wrong_connector user-agent-when-logging)
part=(--auth pat --case 'connect/*' --case 'secrets/*')
rm "$known"
run_program 1 "$assay" run -q -c "$differs" -o "$work/x" "${part[@]}"
run_program 0 "$assay" baseline update "$work/x" -o "$known" --reason 'named so when it logs' --owner me
says "$work/out" '+ reference run/one-product : assay_reference/1.0.0-debug'
run_program 0 "$assay" lint "$known"
run_program 0 "$assay" run -q -c "$differs" -o "$work/x" "${part[@]}" --baseline "$known"
says "$work/x/build_report.md" 'is an expected failure: named so when it logs'
cp "$known" "$work/of_run.yaml"
run_program 0 "$assay" baseline update "$work/x" -o "$known"
cmp "$work/of_run.yaml" "$known" || fail 'an update without a change changed the entry of the run'
# What the manifest excuses itself gets no entry in a baseline.
printf 'expected_failures:\n  - {case: run/one-product, reason: r, owner: o, expires: "2099-01-01"}\n' >>"$differs"
rm "$known"
run_program 0 "$assay" run -q -c "$differs" -o "$work/x" "${part[@]}"
run_program 0 "$assay" baseline update "$work/x" -o "$known"
says "$known" 'entries: []'
# Wrong files; not in CI; not from a run that broke off.
printf 'entries:\n  - {connector: reference, case: connect/pat, owner: o, expires: "2099-01-01"}\n' >"$known"
run_program 65 "$assay" run -c "$manifest" -o "$work/x" --baseline "$known"
says "$work/err" 'reason'
CI=true run_program 64 "$assay" baseline update "$out" -o "$work/new.yaml"
[ ! -e "$work/new.yaml" ] || fail 'a baseline was written in CI'
head -n 2 "$out/run.jsonl" >"$work/broken.jsonl"
run_program 65 "$assay" baseline update "$work/broken.jsonl" -o "$work/new.yaml"
run_program 64 "$assay" baseline renew "$out" -o "$work/new.yaml"
finish
