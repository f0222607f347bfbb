# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# For the scripts in this folder: a scratch folder and assertions that say what they saw.
set -euo pipefail
: "${ASSAY_BIN:?}" "${ASSAY_SOURCE:?}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "FAIL: $*" >&2
    failures=$((failures + 1))
}

# run_program EXPECTED_EXIT PROGRAM ARG...: output in $work/out and $work/err
run_program() {
    local expected=$1 code=0
    shift
    "$@" >"$work/out" 2>"$work/err" </dev/null || code=$?
    if [ "$code" != "$expected" ]; then
        fail "exit $code instead of $expected: $*"
        sed 's/^/    /' "$work/out" "$work/err" >&2
    fi
}

# says FILE TEXT: the fixed text occurs in the file
says() {
    if ! grep -qF -- "$2" "$1"; then
        fail "nowhere in the output: $2"
        head -n 15 "$1" | cut -c 1-200 | sed 's/^/    /' >&2
    fi
}

finish() {
    [ "$failures" = 0 ] || exit 1
    echo "all as expected"
}
