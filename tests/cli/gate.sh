#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What makes a run fail and what does not: requirement sets, the floor, repeats, stopping early, running
# what failed again; comparing runs. Baselines are in baselines.sh.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay
. "$(dirname "$0")/connectors.sh"
unset CI
wrong=$(wrong_connector no-user-agent)
some=(--auth pat --case 'user-agent/*' --case 'connect/*')
out=$work/first
run_program 1 "$assay" run -q -c "$wrong" -o "$out" "${some[@]}"
run_program 0 "$assay" baseline update "$out" -o "$work/known.yaml" --reason 'being mended' --owner me

# Requirement sets: what is outside is told and fails nothing; what is inside fails.
cp -R "$ASSAY_SOURCE/cases" "$work/cases"
set_of() {
    printf 'name: %s\ntitle: T\nclauses: [%s]\ndigest: "0"\n' "$1" "$2" >"$work/cases/requirements/$1.yaml"
    "$assay" lint --cases "$work/cases" 2>"$work/err" && fail 'a set with a wrong digest was not found'
    digest=$(grep -oE '[0-9a-f]{64}' "$work/err" | head -n 1)
    sed -i "s/digest: .*/digest: \"$digest\"/" "$work/cases/requirements/$1.yaml"
}
set_of tokens KIT-AUTH-5
run_program 0 "$assay" lint --cases "$work/cases"
run_program 0 "$assay" run -q -c "$wrong" -o "$work/x" "${some[@]}" --cases "$work/cases" --requirements tokens --strict --report json
json 'd["suite"]["requirement_set"] == "tokens" and d["counts"]["fail"] == 0 and d["counts"]["warn"] > 0' "$work/x/results.json"
json 'any(c["outside"] and c["verdict"] == "warn" for r in d["results"] for c in r["checks"])' "$work/x/results.json"
run_program 0 "$assay" judge "$work/x" --cases "$work/cases"
if grep -q '^changed:' "$work/out"; then
    fail 'judging again by the set of the run changed a verdict'
fi
run_program 1 "$assay" judge "$work/x" --cases "$work/cases" --requirements all
says "$work/out" 'user_agent.present: warn -> fail'
run_program 0 "$assay" judge "$out" --baseline "$work/known.yaml"
run_program 1 "$assay" run -q -c "$wrong" -o "$work/x" "${some[@]}" --requirements pwaf-2026.1 --report json
json 'd["suite"]["requirement_set"] == "pwaf-2026.1" and len(d["gate"]["requirements_digest"]) == 64' "$work/x/results.json"
run_program 0 "$assay" judge "$out" --cases "$work/cases" --requirements tokens
run_program 64 "$assay" run -c "$wrong" --requirements pwaf-2026
says "$work/err" "did you mean \`pwaf-2026.1'"
sed -i 's/KIT-AUTH-5/KIT-AUTH-3/' "$work/cases/requirements/tokens.yaml"
run_program 65 "$assay" lint --cases "$work/cases"
says "$work/err" 'frozen'
run_program 65 "$assay" run -c "$wrong" --cases "$work/cases" --requirements tokens
# The sets that were published are as they were.
while read -r name digest; do
    case $name in '#'*) continue ;; esac
    grep -qF "digest: \"$digest\"" "$ASSAY_SOURCE/cases/requirements/$name.yaml" ||
        fail "the requirement set $name was changed: give it a new name"
done <"$ASSAY_SOURCE/tests/cli/frozen_sets.txt"
for file in "$ASSAY_SOURCE"/cases/requirements/*.yaml; do
    grep -q "^$(basename "$file" .yaml) " "$ASSAY_SOURCE/tests/cli/frozen_sets.txt" || fail "$file is not in frozen_sets.txt"
done

# The floor.
run_program 0 "$assay" run -q -c "$manifest" -o "$work/x" "${some[@]}" --min 3
run_program 2 "$assay" run -q -c "$manifest" -o "$work/x" "${some[@]}" --min 300
says "$work/out" 'fewer than the 300 of --min'

# What failed, again: only that, and its probes.
run_program 1 "$assay" run -q -c "$wrong" -o "$work/again" --auth pat
run_program 1 "$assay" run -q -c "$wrong" -o "$work/again" --last-failed --report json
json 'set(r["verdict"] for r in d["results"] if not r["case"].startswith("probe/")) == {"fail"}' "$work/again/results.json"
run_program 0 "$assay" run -q -c "$manifest" -o "$work/again" --last-failed
run_program 64 "$assay" run -q -c "$manifest" -o "$work/again" --last-failed
says "$work/err" 'everything was green'
run_program 64 "$assay" run -q -c "$manifest" -o "$work/nowhere" --last-failed

# Flaky: failed, then did not. It is no pass; without a repeat it is a failure; what always fails is one.
flaky=$(flaky_connector no-user-agent)
one=(-q -c "$flaky" --isolation env --auth pat --case user-agent/every-call -j 1 --report json -o "$work/flaky")
flaky_times() { rm -rf "$work/seen" && mkdir "$work/seen" && sed -i "s/FLAKY_TIMES:-[0-9]*/FLAKY_TIMES:-$1/" "$work/connector/flaky.sh"; }
flaky_times 4 # three probes and the case
run_program 1 "$assay" run "${one[@]}" --repeat 2
json 'sorted(r["verdict"] for r in d["results"])[0] == "flaky" and d["counts"]["fail"] == 0' "$work/flaky/results.json"
json '[r["attempts"] for r in d["results"] if r["verdict"] == "flaky"] == [2]' "$work/flaky/results.json"
says "$work/out" 'failed at first, did not at attempt 2'
flaky_times 4
run_program 1 "$assay" run "${one[@]}"
json 'd["counts"]["flaky"] == 0 and d["counts"]["fail"] == 1' "$work/flaky/results.json"
flaky_times 100
run_program 1 "$assay" run "${one[@]}" --repeat 2
json 'd["counts"]["flaky"] == 0 and [r["attempts"] for r in d["results"] if r["verdict"] == "fail"] == [3]' "$work/flaky/results.json"

# Stopping early: what is left out is told, and it is a failure all the same.
run_program 1 "$assay" run -q -c "$wrong" -o "$work/fast" --auth pat --auth m2m -j 1 --fail-fast --report json
json 'd["counts"]["fail"] == 1 and len(d["results"]) < d["part"]["plan_jobs"]' "$work/fast/results.json"
says "$work/out" 'stopped after 1 failure, as was asked'
run_program 1 "$assay" run -q -c "$wrong" -o "$work/fast" --auth pat --auth m2m -j 1 --max-failures 2 --report json
json 'd["counts"]["fail"] == 2' "$work/fast/results.json"
run_program 0 "$assay" run -q -c "$manifest" -o "$work/fast" "${some[@]}" --fail-fast

# Two runs compared.
run_program 0 "$assay" run -q -c "$manifest" -o "$work/good" "${some[@]}"
run_program 1 "$assay" diff "$work/good" "$out"
says "$work/out" 'flipped  reference pat user-agent/every-call user_agent.present: pass -> fail'
run_program 0 "$assay" diff "$out" "$work/good/run.jsonl"
says "$work/out" 'fixed    reference pat user-agent/every-call user_agent.present: fail -> pass'
run_program 0 "$assay" diff "$out" "$out" --json
json 'd["counts"]["still"] > 0 and d["counts"]["flipped"] == 0 and d["changes"][0]["kind"] == "still"' "$work/out"
run_program 0 "$assay" run -q -c "$manifest" -o "$work/less" --auth pat --case 'connect/*'
run_program 2 "$assay" diff "$work/good" "$work/less"
says "$work/out" 'gone     reference pat user-agent/every-call: pass -> not judged'
run_program 1 "$assay" diff "$work/less" "$out"
says "$work/out" 'new      reference pat user-agent/every-call'
head -n 2 "$out/run.jsonl" >"$work/broken.jsonl"
run_program 2 "$assay" diff "$work/good" "$work/broken.jsonl"
run_program 65 "$assay" diff "$work/good" "$work/nowhere"
finish
