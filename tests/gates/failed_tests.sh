#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# failed-tests finds each failed test of a log of ctest, and the lines that say why.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"

TELL=$SOURCE/scripts/failed-tests

is() { # WHAT: stdin is all that is said
    diff - "$OUTPUT" >"$TREE/diff" || { cat "$TREE/diff" >&2 && complain "$1"; }
}

# As ctest 3.25 wrote it: the output stands after the line of its test, but before it for what is not
# there to run.
plant log <<'END'
Test project /tmp/b
    Start 1: unit.ok
    Start 2: unit.bad
1/10 Test #1: unit.ok ..........................   Passed    0.01 sec
    Start 5: unit.abrt
2/10 Test #2: unit.bad .........................***Failed    0.01 sec
before
one
FAIL: two is not three
END
seq -f 'detail %g' 30 >>"$TREE/log"
plant rest <<'END'

    Start 6: unit.regex
3/10 Test #4: unit.crash .......................***Exception: SegFault  0.01 sec

    Start 7: unit.gone
Could not find executable nosuchthing
Looked in the following places:
Release/nosuchthing
Unable to find executable: nosuchthing
4/10 Test #7: unit.gone ........................***Not Run   0.00 sec
    Start 8: unit.skip
5/10 Test #5: unit.abrt ........................Subprocess aborted***Exception:   0.00 sec

    Start 9: unit.quiet
6/10 Test #6: unit.regex .......................***Failed  Error regular expression found in output. Regex=[runtime error:]  0.00 sec
x.c:1: runtime error: x

7/10 Test #8: unit.skip ........................***Skipped   0.00 sec
lacks a browser
8/10 Test #9: unit.quiet .......................***Failed    0.00 sec

 9/10 Test #10: unit.long ......................***Failed    0.00 sec
END
cat "$TREE/rest" >>"$TREE/log"
seq -f 'line %g' 30 >>"$TREE/log"
plant rest <<'END'

10/10 Test #3: unit.slow ........................***Timeout   1.00 sec
start


22% tests passed, 8 tests failed out of 10

Label Time Summary:
unit    =   0.00 sec*proc (1 test)

The following tests did not run:
	  8 - unit.skip (Skipped)

The following tests FAILED:
	  2 - unit.bad (Failed)
	  3 - unit.slow (Timeout)
	  4 - unit.crash (SEGFAULT)
	  5 - unit.abrt (Subprocess aborted)
	  6 - unit.regex (Failed)
	  7 - unit.gone (Not Run)
	  9 - unit.quiet (Failed)                        unit slow
	 10 - unit.long (Failed)
Errors while running CTest
END
cat "$TREE/rest" >>"$TREE/log"

exits "a log of ctest" 0 "$TELL" "ctest dev" "$TREE/log"
is "a log of ctest" <<'END'
ctest dev: unit.bad (Failed)
    | FAIL: two is not three
    | detail 1
    | detail 2
    | detail 3
    | detail 4
    | detail 5
    | detail 6
    | detail 7
    | detail 8
    | detail 9
    | ... 17 lines more
    | detail 27
    | detail 28
    | detail 29
    | detail 30
ctest dev: unit.slow (Timeout)
    | start
ctest dev: unit.crash (SEGFAULT)
ctest dev: unit.abrt (Subprocess aborted)
ctest dev: unit.regex (Failed)
    | Failed  Error regular expression found in output. Regex=[runtime error:]  0.00 sec
    | x.c:1: runtime error: x
ctest dev: unit.gone (Not Run)
    | Unable to find executable: nosuchthing
ctest dev: unit.quiet (Failed)
ctest dev: unit.long (Failed)
    | line 16
    | line 17
    | line 18
    | line 19
    | line 20
    | line 21
    | line 22
    | line 23
    | line 24
    | line 25
    | line 26
    | line 27
    | line 28
    | line 29
    | line 30
END

{
    for i in {1..12}; do
        printf '%d/12 Test #%d: unit.x%d ...***Failed    0.01 sec\nwhat %d said\n' "$i" "$i" "$i" "$i"
    done
    printf '\n0%% tests passed, 12 tests failed out of 12\n\nThe following tests FAILED:\n'
    for i in {1..12}; do printf '\t %d - unit.x%d (Failed)\n' "$i" "$i"; done
} >"$TREE/log"
exits "many failures" 0 "$TELL" asan "$TREE/log"
[[ $(grep -c '^asan: unit.x[0-9]* (Failed)$' "$OUTPUT") == 12 ]] || complain "many failures: not all named"
[[ $(grep -c 'what .* said' "$OUTPUT") == 10 ]] || complain "many failures: not ten told"

printf 'ok    size\nx.c: 601 lines: error: too long\nFAIL  size\n\n\n' >"$TREE/log"
exits "a log of something else" 0 "$TELL" gates "$TREE/log"
is "a log of something else" <<'END'
gates
    | ok    size
    | x.c: 601 lines: error: too long
    | FAIL  size
END
: >"$TREE/log"
exits "an empty log" 0 "$TELL" tidy "$TREE/log"
is "an empty log" <<<tidy
exits "no log" 69 "$TELL" tidy "$TREE/none"
exits "a missing argument" 64 "$TELL" tidy
exits "an unknown option" 64 "$TELL" --names tidy

finish
