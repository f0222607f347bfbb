#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016  # the stand-ins expand their own variables
# test.sh and .ci/run add up what ctest says, and never read green on a red run.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"

# The scripts find the tree by their own place: copies of them run in the planted one.
mkdir -p "$TREE/scripts" "$TREE/.ci" "$TREE/said"
cp "$SOURCE"/scripts/{test.sh,build,messages.sh} "$TREE/scripts"
cp "$SOURCE/.ci/run" "$TREE/.ci"
export SAID=$TREE/said CONNECTORS_STATUS=0 GATES_STATUS=0 BROKEN_BUILD=none

script() { # FILE: stdin becomes an executable shell script
    { echo '#!/usr/bin/env bash' && cat; } | plant "$1"
    chmod +x "$TREE/$1"
}
script scripts/bootstrap </dev/null
script scripts/check-all <<'END'
exit "$GATES_STATUS"
END
script scripts/run_all_tests.sh <<'END'
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
        printf 'what the test said\n'
        printf '\n50%% tests passed, %d tests failed out of %d\n' "$3" "$2"
        printf '\nThe following tests FAILED:\n	  1 - unit.x (Failed)\n'
    } >"$SAID/$1"
}
last_line() { # WHAT TEXT
    [[ $(tail -n 1 "$OUTPUT") == "$2" ]] || complain "$1: the last line is not '$2'"
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
says "failed tests" "what the test said"
exits "a run with failed tests" 1 "$TREE/.ci/run"
last_line "a run with failed tests" "20 passed, 3 failed"

all_green
GATES_STATUS=1 exits "a red gate" 1 "$TREE/.ci/run"
last_line "a red gate" "22 passed, 1 failed"
CONNECTORS_STATUS=2 exits "connectors that did not complete" 1 "$TREE/.ci/run"
last_line "connectors that did not complete" "22 passed, 1 failed"
BROKEN_BUILD=dev-clang exits "a broken build" 1 "$TREE/.ci/run"
says "a broken build" "x.c:3: error: no"
last_line "a broken build" "17 passed, 1 failed"
echo 'No tests were found!!! FAILED' >"$SAID/dev"
exits "a ctest without a closing line" 1 "$TREE/.ci/run"
last_line "a ctest without a closing line" "14 passed, 1 failed"

finish
