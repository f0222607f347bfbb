# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the gate tests: a temporary tree to plant violations in, and what to expect of a gate.

SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
TREE=$(mktemp -d)
OUTPUT=$TREE.output
failures=0
trap 'rm -rf "$TREE" "$OUTPUT"' EXIT

# plant FILE: stdin becomes TREE/FILE.
plant() {
    mkdir -p "$TREE/$(dirname "$1")"
    cat >"$TREE/$1"
}

clear_tree() {
    rm -rf "$TREE"
    mkdir "$TREE"
}

complain() {
    echo "FAIL: $1" >&2
    sed 's/^/    | /' "$OUTPUT" >&2
    failures=$((failures + 1))
}

# run_gate NAME ARGUMENT...: sets `status'.
run_gate() {
    local gate=$1
    shift
    status=0
    "$SOURCE/scripts/$gate" --root "$TREE" "$@" >"$OUTPUT" 2>&1 || status=$?
}

# passes WHAT GATE ARGUMENT...
passes() {
    local what=$1
    shift
    run_gate "$@"
    [[ $status -eq 0 ]] || complain "$what: $1 should pass, but its exit is $status"
}

# refuses WHAT EXPECTED GATE ARGUMENT...: exit 1, one line begins with EXPECTED.
refuses() {
    local what=$1 expected=$2
    shift 2
    run_gate "$@"
    [[ $status -eq 1 ]] || complain "$what: $1 should exit 1, but its exit is $status"
    awk -v want="$expected" 'index($0, want) == 1 { found = 1 } END { exit !found }' "$OUTPUT" ||
        complain "$what: no line of $1 begins with '$expected'"
}

# says WHAT TEXT: the last output holds TEXT.
says() {
    grep -qF -- "$2" "$OUTPUT" || complain "$1: the output does not say '$2'"
}

# exits WHAT STATUS COMMAND...: for scripts without --root.
exits() {
    local what=$1 want=$2
    shift 2
    status=0
    "$@" >"$OUTPUT" 2>&1 || status=$?
    [[ $status -eq $want ]] || complain "$what: exit $status, wanted $want"
}

finish() {
    [[ $failures -eq 0 ]] || exit 1
    echo "ok"
}
