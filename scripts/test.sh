#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs this project's own tests: gates on the source text, then ctest in several builds.
#
#   scripts/test.sh [--quick | --deep] [--jobs N] [--counts FILE] [CTEST ARGUMENTS]
#
#   (default)       client libraries (bootstrap --clients), dev build, gates, ctest; clang build and
#                   its unit tests; ASan+UBSan build, ctest
#   --quick         dev build, gates and ctest only
#   --deep          the default, then clang-tidy, ThreadSanitizer and a short run of each fuzzer
#   --jobs N        compile N at a time (default: one per processor), and run half as many tests more:
#                   they wait half of their time
#   --counts FILE   also write to FILE `passed PASSED failed FAILED', and below it what failed
#   -h, --help      this text
#
# All other arguments go to ctest: scripts/test.sh --quick -R 'unit.base' --verbose
# stdout carries the summary: each test or step that failed with the lines that say why (as
# scripts/failed-tests prints them), what was run, all that failed by name; its last line is ctest's
# closing line summed over all builds.
# Exit: 0 all passed, 1 something failed, 64 usage.
set -euo pipefail
# shellcheck source=scripts/messages.sh
. "$(dirname "${BASH_SOURCE[0]}")/messages.sh"

depth=full
jobs=$(nproc)
counts_file=
ctest_args=()
while [[ $# -gt 0 ]]; do
    case $1 in
    --quick) depth=quick ;;
    --deep) depth=deep ;;
    --jobs)
        need_value "$@"
        is_count "$2" || usage_error "--jobs wants a number above 0, not $2"
        jobs=$2
        shift
        ;;
    --counts)
        need_value "$@"
        counts_file=$2
        shift
        ;;
    -h | --help)
        show_help
        exit 0
        ;;
    *) ctest_args+=("$1") ;;
    esac
    shift
done

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[[ -z $counts_file || $counts_file == /* ]] || counts_file=$PWD/$counts_file
cd "$ROOT"
passed=0
failed=0
skipped=0
stages_failed=0
bare_failures=0 # stages that failed without a failed test behind it: a build, a gate
summary=()
failures=build/failures
mkdir -p build
: >"$failures"

# stage NAME LOG COMMAND...: one line of the summary; a failure is counted, what LOG says of it kept,
# and the rest goes on.
stage() {
    local name=$1 log=$2 failed_before=$failed started state=ok
    shift 2
    started=$(now_ms)
    note=
    if ! "$@"; then
        state=FAIL
        stages_failed=$((stages_failed + 1))
        [[ $failed -gt $failed_before ]] || bare_failures=$((bare_failures + 1))
        "$here/failed-tests" "$name" "$log" >>"$failures" || echo "$name" >>"$failures"
    fi
    summary+=("$(printf '%-4s  %-22s %9s  %s' "$state" "$name" "$(took "$started")" "$note")")
    [[ $state == ok ]]
}

# logged COMMAND...: what it says is seen, and kept in the stage's log.
logged() {
    "$@" 2>&1 | tee "$log" >&2
}

# add_counts LOG: takes the numbers from ctest's closing line and its list of skipped tests.
add_counts() {
    local bad total away good
    read -r bad total < <(sed -nE \
        's/^[0-9]+% tests passed, ([0-9]+) tests? failed out of ([0-9]+)$/\1 \2/p' "$1" | tail -n 1) ||
        return 0
    away=$(grep -cE '^[[:space:]]+[0-9]+ - .* \(Skipped\)' "$1" || :)
    good=$((total - bad - away))
    passed=$((passed + good))
    failed=$((failed + bad))
    skipped=$((skipped + away))
    note="$good passed, $bad failed, $away skipped"
}

# run_ctest PRESET ARGUMENT...: quiet unless a test fails; all output is kept in the build folder.
run_ctest() {
    local preset=$1 status=0
    shift
    ctest --preset "$preset" --parallel $((jobs + jobs / 2)) "$@" "${ctest_args[@]}" >"$log" 2>&1 || status=$?
    add_counts "$log"
    if [[ $status -ne 0 ]]; then
        grep -vE '^ *[0-9]+/[0-9]+ Test +#.* (Passed|\*\*\*Skipped)|^ *Start +[0-9]+:' "$log" >&2 || :
        say "ctest --preset $preset failed; all of its output is in $log"
        return 1
    fi
    [[ ${#ctest_args[@]} -eq 0 ]] || cat "$log" >&2
}

test_build() {
    local preset=$1
    shift
    stage "build $preset" "build/build-$preset.log" \
        logged "$here/build" "$preset" --jobs "$jobs" || return 0
    # With a selection of the user's, a build may have no such test; without one, none is a fault.
    local empty=error
    [[ ${#ctest_args[@]} -eq 0 || $preset == dev ]] || empty=ignore
    stage "ctest $preset" "build/$preset/ctest.log" run_ctest "$preset" "--no-tests=$empty" "$@" || :
}

# Without them some tests are skipped, and counted as such: a network that is down fails no build.
prepare_clients() {
    "$here/bootstrap" --clients || note="some could not be had; their tests are skipped"
    "$here/../tests/component/sql/setup" >&2 ||
        note="the SQL driver could not be had; the tests against it are skipped"
}

# A bare failure counts as one, so that no sum ever reads green when the run is red.
write_counts() {
    [[ -n $counts_file ]] || return 0
    {
        printf 'passed %d failed %d\n' "$passed" $((failed + bare_failures))
        cat "$failures"
    } >"$counts_file"
}

run_stages() {
    stage bootstrap build/bootstrap.log logged "$here/bootstrap" || return 0
    [[ $depth == quick ]] || stage clients /dev/null prepare_clients
    stage gates build/gates.log logged "$here/check-all" || :
    test_build dev
    [[ $depth != quick ]] || return 0
    test_build dev-clang -L unit
    # No C of ours runs in the gates; the matrix repeats what the dev build has shown, many times slower.
    test_build asan -E '^gates\.|kill_matrix'
    [[ $depth == deep ]] || return 0
    stage tidy build/tidy.log logged "$here/tidy" || :
    test_build tsan
    stage fuzz build/fuzz.log logged "$here/fuzz" --seconds 30 || :
}

started=$(now_ms)
run_stages
write_counts
printf '\n'
if [[ -s $failures ]]; then
    printf 'what failed:\n'
    cat "$failures"
    printf '\n'
fi
printf '%s\n' "${summary[@]}"
sed -n 's/^[^ ]/failed: &/p' "$failures"
printf '%d passed, %d failed, %d skipped, %d stages failed, %s\n' \
    "$passed" "$failed" "$skipped" "$stages_failed" "$(took "$started")"
total=$((passed + failed + skipped))
percent=0
[[ $total -eq 0 ]] || percent=$(((total - failed) * 100 / total))
printf '%d%% tests passed, %d tests failed out of %d\n' "$percent" "$failed" "$total"
[[ $stages_failed -eq 0 ]]
