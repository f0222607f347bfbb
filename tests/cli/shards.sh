#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Shards: five parts joined are the whole, byte by byte but for times and ids; what is missing,
# foreign, double or broken off is found by name.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay
. "$(dirname "$0")/connectors.sh"
for name in TEST_SHARD_INDEX TEST_TOTAL_SHARDS GTEST_SHARD_INDEX GTEST_TOTAL_SHARDS CI_NODE_INDEX CI_NODE_TOTAL \
    CIRCLE_NODE_INDEX CIRCLE_NODE_TOTAL BUILDKITE_PARALLEL_JOB BUILDKITE_PARALLEL_JOB_COUNT \
    SYSTEM_JOBPOSITIONINPHASE SYSTEM_TOTALJOBSINPHASE JOB_COMPLETION_INDEX TEST_SHARD_STATUS_FILE; do
    unset "$name"
done
wrong=$(wrong_connector no-user-agent)
# Where a pause is timed, a busy machine leaves the verdict open (inconclusive) in one run and not in the
# other, as it should: those families are left out.
common=(-q -c "$wrong" --seed 7 -j 4 --report json)
for family in apps connect discovery errors federation isolation m2m redirects refresh secrets tokens u2m user-agent; do
    common+=(--case "$family/*")
done

# What differs from run to run of the same plan: ids, times, ports, and byte counts that follow from them.
normalise() {
    sed -E -e 's/[0-9]{8}-[0-9]{6}-[0-9a-f]{6}/RUN/g' -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/TIME/g' \
        -e 's/"(duration|jitter)_ms": [0-9]+/"\1_ms": 0/' -e 's/took [0-9a-z.]+,/took T,/' \
        -e 's/\| [0-9]+ \|$/| MS |/' -e 's/\+[0-9]+ms/+MS/g' -e 's/[0-9]+ ms/MS/g' \
        -e 's/127\.0\.0\.1:[0-9]+/HOST/g' "$1"
}

run_program 1 "$assay" run "${common[@]}" -o "$work/whole"
for i in 1 2 3 4 5; do
    code=0
    "$assay" run "${common[@]}" -o "$work/s$i" --shard "$i/5" >"$work/out" 2>"$work/err" || code=$?
    [ "$code" = 0 ] || [ "$code" = 1 ] || fail "shard $i ended with $code"
    says "$work/err" "shard $i of 5 (--shard $i/5), "
done
run_program 1 "$assay" merge "$work"/s{3,1,5,2,4} -o "$work/merged" --report json
for file in results.json build_report.md junit.xml; do
    normalise "$work/whole/$file" >"$work/a"
    normalise "$work/merged/$file" >"$work/b"
    case $file in
    junit.xml) sed -i -E 's/ time="[0-9.]+"//g; s/ timestamp="[^"]*"//' "$work/a" "$work/b" ;;
    build_report.md) sed -i '/Since the previous run/,/^### /d' "$work/a" "$work/b" ;;
    esac
    cmp "$work/a" "$work/b" || { fail "$file of the shards joined is another one"; diff "$work/a" "$work/b" | head -n 8 >&2; }
done
# The evidence came along, and what fails can be seen again.
[ "$(find "$work/merged/evidence" -name evidence.json | wc -l)" = "$(find "$work/whole/evidence" -name evidence.json | wc -l)" ] ||
    fail 'evidence is missing'
[ "$(cd "$work/merged/repro" && find . -type f | sort)" = "$(cd "$work/whole/repro" && find . -type f | sort)" ] ||
    fail 'repro folders are missing'
run_program 1 "$assay" judge "$work/merged"

# not_whole NAME... -- TEXT: refused with exit 2, the text is told, nothing is written
not_whole() {
    local parts=()
    while [ "$1" != -- ]; do
        parts+=("$work/$1")
        shift
    done
    rm -rf "$work/bad"
    run_program 2 "$assay" merge "${parts[@]}" -o "$work/bad"
    says "$work/out" "$2"
    [ ! -e "$work/bad" ] || fail "something was written for: ${parts[*]}"
}
not_whole s1 s2 s4 s5 -- 'shard 3 of 5 is missing'
not_whole s1 s2 s3 s3 s4 s5 -- "shard 3 of 5 is there twice: $work/s3 and $work/s3"
not_whole s1 s2 s3 s4 whole -- "$work/whole is no shard"
run_plain() { "$assay" run "$@" >"$work/out" 2>&1 || [ $? -lt 3 ] || fail "$*"; }
run_plain "${common[@]}" -o "$work/other_options" --shard 5/5 --strict
not_whole s1 s2 s3 s4 other_options -- 'it was judged by other options'
run_plain "${common[@]}" -o "$work/other_count" --shard 5/6
not_whole s1 s2 s3 s4 other_count -- 'another number of shards'
run_plain -q -c "$manifest" --seed 7 -o "$work/other_manifest" --shard 5/5
not_whole s1 s2 s3 s4 other_manifest -- 'their manifests are others'
run_plain -q -c "$wrong" --seed 7 -o "$work/other_selection" --shard 5/5 --case 'connect/*'
not_whole s1 s2 s3 s4 other_selection -- 'other cases were selected'
cp -R "$ASSAY_SOURCE/cases" "$work/cases"
sed -i 's/^title: .*/title: Another one/' "$work/cases/connect/pat.yaml"
run_plain "${common[@]}" -o "$work/other_suite" --shard 5/5 --cases "$work/cases"
not_whole s1 s2 s3 s4 other_suite -- 'suite digest'
mkdir "$work/cut"
head -n 2 "$work/s5/run.jsonl" >"$work/cut/run.jsonl"
not_whole s1 s2 s3 s4 cut -- "$work/cut (shard 5 of 5) broke off"
# A result taken out, the footer made to fit: the plan's digest finds it.
python3 - "$work/s5/run.jsonl" "$work/cut/run.jsonl" <<'PY'
import json, sys
lines = [json.loads(x) for x in open(sys.argv[1])]
probes = {c["id"] for c in lines[0]["cases"] if c["probe"]}
gone = next(x for x in lines if x["event"] == "case-end" and x["case"] not in probes)
lines.remove(gone)
lines[-1]["results"] -= 1
lines[-1]["counts"][gone["verdict"]] -= 1
open(sys.argv[2], "w").writelines(json.dumps(x) + "\n" for x in lines)
PY
not_whole s1 s2 s3 s4 cut -- 'their plan digest is not that of the whole'
run_program 65 "$assay" merge "$work/s1" "$work/nowhere" -o "$work/bad"

# What CI systems say is read when it is asked for.
part=(-q -c "$manifest" -o "$work/ci" --auth pat)
CI_NODE_INDEX=2 CI_NODE_TOTAL=5 run_program 0 "$assay" run "${part[@]}" --shard auto
says "$work/err" 'shard 2 of 5 (CI_NODE_INDEX=2, base 1), '
says "$work/ci/build_report.md" 'this is shard 2 of 5'
TEST_SHARD_INDEX=1 TEST_TOTAL_SHARDS=5 TEST_SHARD_STATUS_FILE=$work/touched run_program 0 "$assay" run "${part[@]}" --shard auto
says "$work/err" 'shard 2 of 5 (TEST_SHARD_INDEX=1, base 0), '
[ -e "$work/touched" ] || fail 'TEST_SHARD_STATUS_FILE was not touched'
CI_NODE_INDEX=2 CI_NODE_TOTAL=5 run_program 0 "$assay" run "${part[@]}" --case 'connect/*'
says "$work/err" 'not looked at: all is run'
CI_NODE_INDEX=2 run_program 64 "$assay" run "${part[@]}" --shard auto
says "$work/err" 'CI_NODE_TOTAL is not'
JOB_COMPLETION_INDEX=2 run_program 64 "$assay" run "${part[@]}" --shard auto
says "$work/err" 'does not say how many'
CI_NODE_INDEX=2 CI_NODE_TOTAL=5 CIRCLE_NODE_INDEX=2 CIRCLE_NODE_TOTAL=5 run_program 64 "$assay" run "${part[@]}" --shard auto
says "$work/err" 'name different shards'
run_program 64 "$assay" run "${part[@]}" --shard auto
run_program 64 "$assay" run "${part[@]}" --shard 6/5
finish
