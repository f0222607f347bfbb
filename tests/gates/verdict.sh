#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016  # the stand-ins expand their own variables
# test.sh and .ci/run add up what ctest says, and never read green on a red run.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"

# The scripts find the tree by their own place: copies of them run in the planted one.
mkdir -p "$TREE/scripts" "$TREE/.ci" "$TREE/said"
cp "$SOURCE"/scripts/{test.sh,build,failed-tests,messages.sh} "$TREE/scripts"
cp "$SOURCE/.ci/run" "$TREE/.ci"
export SAID=$TREE/said CONNECTORS_STATUS=0 GATES_STATUS=0 BROKEN_BUILD=none

script() { # FILE: stdin becomes an executable shell script
    { echo '#!/usr/bin/env bash' && cat; } | plant "$1"
    chmod +x "$TREE/$1"
}
script scripts/bootstrap </dev/null
script scripts/check-all <<'END'
[[ $GATES_STATUS == 0 ]] || echo 'x.c:1: error: no licence'
exit "$GATES_STATUS"
END
script scripts/run_all_tests.sh <<'END'
[[ " $* " == *" --quiet "* ]] || echo 'a long list of expected failures'
[[ $CONNECTORS_STATUS == 0 ]] || echo '  fail            acme pat errors/wrong-secret'
exit "$CONNECTORS_STATUS"
END
script bin/cmake <<'END'
[[ $1 == --preset ]] || printf '  "%s" - x\n' dev dev-clang asan tsan
END
script bin/ninja <<'END'
[[ " $* " != *" build/$BROKEN_BUILD "* ]] || { echo 'FAILED: x.o'; echo 'x.c:3: error: no'; exit 1; }
END
script bin/ctest <<'END'
preset=$2
cat "$SAID/$preset"
! grep -q FAILED "$SAID/$preset"
END
export PATH=$TREE/bin:$PATH

all_pass() { # PRESET TOTAL SKIPPED
    {
        echo '1/1 Test #1: unit.x ...   Passed    0.00 sec'
        printf '\n100%% tests passed, 0 tests failed out of %d\n\nTotal Test time (real) = 1 sec\n' "$2"
        [[ $3 -eq 0 ]] || printf '\nThe following tests did not run:\n'
        seq -f '	  %g - system.x (Skipped)' "$3"
    } >"$SAID/$1"
}
some_fail() { # PRESET TOTAL FAILED
    {
        local i
        for ((i = 1; i <= $3; i++)); do
            printf '%d/9 Test #%d: unit.x%d ....***Failed    0.01 sec\n' $i $i $i
            printf 'what test %d said\n    Start 9: unit.y\n' $i
        done
        printf '\n50%% tests passed, %d tests failed out of %d\n' "$3" "$2"
        printf '\nThe following tests FAILED:\n'
        for ((i = 1; i <= $3; i++)); do
            printf '\t  %d - unit.x%d (Failed)\n' $i $i
        done
        printf 'Errors while running CTest\n'
    } >"$SAID/$1"
}
last_line() { # WHAT TEXT
    [[ $(tail -n 1 "$OUTPUT") == "$2" ]] || complain "$1: the last line is not '$2'"
}
holds() { # WHAT LINE...: as they follow each other
    local what=$1 want
    shift
    want=$(printf '%s\n' "$@")
    [[ $(<"$OUTPUT") == *$'\n'"$want"$'\n'* ]] || complain "$what: nowhere '$want'"
}
ends_with() { # WHAT LINE...
    local what=$1 want
    shift
    want=$(printf '%s\n' "$@")
    [[ $(tail -n $# "$OUTPUT") == "$want" ]] || complain "$what: the end is not '$want'"
}
all_green() {
    all_pass dev 10 2
    all_pass dev-clang 5 0
    all_pass asan 10 1
    GATES_STATUS=0 CONNECTORS_STATUS=0 BROKEN_BUILD=none
}

all_green
exits "all green" 0 "$TREE/scripts/test.sh"
last_line "all green" "100% tests passed, 0 tests failed out of 25"
says "all green" "22 passed, 0 failed, 3 skipped, 0 stages failed"
exits "quick" 0 "$TREE/scripts/test.sh" --quick
last_line "quick" "100% tests passed, 0 tests failed out of 10"
exits "a green run" 0 "$TREE/.ci/run"
last_line "a green run" "22 passed, 0 failed"

some_fail asan 10 3
exits "failed tests" 1 "$TREE/scripts/test.sh"
last_line "failed tests" "88% tests passed, 3 tests failed out of 25"
holds "failed tests" "ctest asan: unit.x2 (Failed)" "    | what test 2 said" \
    "ctest asan: unit.x3 (Failed)"
holds "failed tests" "failed: ctest asan: unit.x1 (Failed)" "failed: ctest asan: unit.x2 (Failed)" \
    "failed: ctest asan: unit.x3 (Failed)"
says "failed tests" "20 passed, 3 failed, 2 skipped, 1 stages failed"
some_fail dev-clang 5 1
exits "a run with failed tests" 1 "$TREE/.ci/run"
ends_with "a run with failed tests" \
    "ctest asan: unit.x3 (Failed)" "    | what test 3 said" "" \
    "failed: ctest dev-clang: unit.x1 (Failed)" "failed: ctest asan: unit.x1 (Failed)" \
    "failed: ctest asan: unit.x2 (Failed)" "failed: ctest asan: unit.x3 (Failed)" \
    "19 passed, 4 failed"
GATES_STATUS=1 exits "a red gate and failed tests" 1 "$TREE/.ci/run"
last_line "a red gate and failed tests" "19 passed, 5 failed"

all_green
exits "a green run after a red one" 0 "$TREE/.ci/run"
ends_with "a green run after a red one" "100% tests passed, 0 tests failed out of 25" "22 passed, 0 failed"
GATES_STATUS=1 exits "a red gate" 1 "$TREE/.ci/run"
ends_with "a red gate" "what failed:" "gates" "    | x.c:1: error: no licence" "" \
    "failed: gates" "22 passed, 1 failed"
CONNECTORS_STATUS=2 exits "connectors that did not complete" 1 "$TREE/.ci/run"
ends_with "connectors that did not complete" "what failed:" \
    "connectors (scripts/run_all_tests.sh, exit 2)" \
    "    |   fail            acme pat errors/wrong-secret" "" \
    "failed: connectors (scripts/run_all_tests.sh, exit 2)" "22 passed, 1 failed"
BROKEN_BUILD=dev-clang exits "a broken build" 1 "$TREE/.ci/run"
says "a broken build" "x.c:3: error: no"
ends_with "a broken build" "failed: build dev-clang" "17 passed, 1 failed"
echo 'No tests were found!!! FAILED' >"$SAID/dev"
exits "a ctest without a closing line" 1 "$TREE/.ci/run"
ends_with "a ctest without a closing line" "ctest dev" "    | No tests were found!!! FAILED" "" \
    "failed: ctest dev" "14 passed, 1 failed"
script scripts/test.sh <<'END'
exit 64
END
exits "tests that did not start" 1 "$TREE/.ci/run"
ends_with "tests that did not start" "failed: scripts/test.sh (exit 64)" "0 passed, 1 failed"

finish
