#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# assay itself with one call that fails: an allocation, a read, a write, a fork; in the main process
# and in a worker. Whatever fails, it says so, does not crash without a word, and is never green with
# a report that lacks something.
# shellcheck source-path=SCRIPTDIR/../../cli
# shellcheck source=lib.sh
. "$(dirname "$0")/../../cli/lib.sh"
assay=$ASSAY_BIN/assay
# shellcheck source=connectors.sh
. "$(dirname "$0")/../../cli/connectors.sh"
: "${TORTURE_LIBRARY:?}"
samples=${1:-12}
if ldd "$assay" | grep -Eq 'lib(a|t|ub)san'; then
    echo 'sanitizers replace the allocator themselves'
    exit 77
fi

# once CALL WHO N: runs with the N-th call failing; sets code and told
once() {
    rm -rf "$work/reports" "$work/mark"
    code=0
    TORTURE_CALL=$1 TORTURE_WHO=$2 TORTURE_AT=$3 TORTURE_MARK=$work/mark LD_PRELOAD=$TORTURE_LIBRARY \
        "$assay" run -c "$manifest" -o "$work/reports" --auth pat --case connect/pat --isolation env -j 1 \
        --seed 5 >"$work/out" 2>"$work/err" </dev/null || code=$?
    told=$(cat "$work/mark" 2>/dev/null || true)
}

# reports_whole: everything that a green run leaves is there and says the same
reports_whole() {
    [ -s "$work/reports/build_report.md" ] && grep -q '\*\*PASS\*\*' "$work/reports/build_report.md" &&
        xmllint --noout "$work/reports/junit.xml" && tail -n 1 "$work/reports/run.jsonl" | grep -q '"run-end"'
}

judge() {
    local what="the $3-th $1 of the $2"
    case $code in
    0) # Tolerable only where nothing was lost: a second try, or something that is not needed.
        reports_whole || fail "$what failed, and the run is green without whole reports" ;;
    1) fail "$what failed, and the connector is blamed for it" ;;
    2 | 64 | 65 | 69 | 70 | 73) [ -s "$work/err" ] || [ -s "$work/out" ] || fail "$what failed without a word (exit $code)" ;;
    134) grep -Eq 'out of memory|assay: ' "$work/err" || fail "$what ended assay without a word" ;;
    *) fail "$what failed: exit $code: $(tail -n 2 "$work/err")" ;;
    esac
}

tried=0 reds=0
for who in main worker; do
    for call in memory read write fork; do
        once "$call" "$who" 0 2>/dev/null
        [ "$code" = 0 ] || fail "a run in which nothing fails ended with $code"
        if [ "$who" = main ]; then
            total=${told:-0}
        else # workers count for themselves; what comes later than a worker gets is not hit
            total=400
        fi
        [ "$total" -gt 0 ] || fail "no $call was counted in the $who"
        step=$((total / samples + 1))
        for ((n = 1; n <= total; n += n < 4 ? 1 : step)); do
            once "$call" "$who" "$n" 2>/dev/null # the shell tells of each abort
            [ "$told" = hit ] || continue
            tried=$((tried + 1))
            [ "$code" = 0 ] || reds=$((reds + 1))
            judge "$call" "$who" "$n"
        done
    done
done
[ "$tried" -ge 20 ] || fail "only $tried calls were made to fail"
[ "$reds" -ge $((tried / 2)) ] || fail "only $reds of $tried failures were noticed"
echo "$tried calls failed, $reds noticed"
finish
