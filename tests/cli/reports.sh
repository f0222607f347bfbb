#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Reports in every format, at the end of a run and later from its events.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay
. "$(dirname "$0")/connectors.sh"
wrong=$(wrong_connector no-user-agent)
out=$work/out_dir

GITHUB_STEP_SUMMARY=$work/step.md run_program 1 "$assay" run -q -c "$wrong" -o "$out" --auth pat \
    --case 'user-agent/*' --report json --report tap --report "sarif=$work/own.sarif" --report github
says "$work/out" "::error file=$wrong,line=1,title=fail%3A user_agent.present (pat)::"
says "$work/out" "report: $work/own.sarif"
says "$work/step.md" '### assay: fail'
json 'd["verdict"] == "fail" and d["exit_code"] == 1 and int(d["run"]["seed"]) > 0' "$out/results.json"
json 'd["version"] == "2.1.0" and d["runs"][0]["results"]' "$work/own.sarif"
head -n 1 "$out/results.tap" | grep -qx 'TAP version 14' || fail 'results.tap'
[ -f "$out/build_report.md" ] || fail 'build_report.md is missing'
[ -f "$out/junit.xml" ] || fail 'junit.xml is missing'

# Later, from the events: the same bytes.
for format in markdown junit json tap; do
    run_program 0 "$assay" report "$out" --format "$format=$work/again"
    case $format in
    markdown) own=build_report.md ;;
    junit) own=junit.xml ;;
    *) own=results.$format ;;
    esac
    cmp "$out/$own" "$work/again" || fail "$format is another one when it is rendered later"
done
run_program 0 "$assay" report "$out/run.jsonl" -F sarif=-
cmp "$work/own.sarif" "$work/out" || fail 'sarif is another one when it is rendered later'
run_program 0 "$assay" report --list
says "$work/out" 'results.sarif'

# A summary for programs is results.json.
run_program 1 "$assay" run -q -c "$wrong" -o "$out" --auth pat --case 'user-agent/*' --json
json 'd["counts"]["fail"] >= 1' "$work/out"

# Wrong words, one place for two, a place that cannot be written, a run that is not there.
run_program 64 "$assay" run -c "$wrong" -o "$out" --report sarf
says "$work/err" "did you mean \`sarif'"
run_program 64 "$assay" run -c "$wrong" -o "$out" --report "json=$work/x" --report "tap=$work/x"
run_program 64 "$assay" run -c "$wrong" -o "$out" --report json=
run_program 64 "$assay" report "$out"
run_program 65 "$assay" report "$work/nowhere" -F json
: >"$work/file"
run_program 73 "$assay" report "$out" -F "json=$work/file/x"
run_program 73 "$assay" run -q -c "$manifest" -o "$work/o2" --auth pat --case 'connect/*' --report "json=$work/file/x"

# A stream that broke off is red in every format.
head -n 3 "$out/run.jsonl" >"$work/broken.jsonl"
run_program 0 "$assay" report "$work/broken.jsonl" -F tap=-
says "$work/out" 'run: the run broke off'
run_program 0 "$assay" report "$work/broken.jsonl" -F json=-
json 'd["verdict"] == "incomplete" and d["complete"] is False' "$work/out"
finish
