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

# suite_begin: an empty suite in $work/suite with one clause, A-1
suite_begin() {
    mkdir -p "$work/suite/own"
    printf 'requirement_set: own\nclauses:\n  A-1: {level: MUST, text: "It works.", source: "this test"}\n' \
        >"$work/suite/clauses.yaml"
}

# suite_case NAME DO EXPECT: one more case of it, own/NAME
suite_case() {
    cat >"$work/suite/own/$1.yaml" <<YAML
id: own/$1
title: A case of a test
why: It is tested.
clauses: [A-1]
do: $2
expect: $3
YAML
}

# connector_script: the script on standard input becomes $work/connector/connector.sh
connector_script() {
    mkdir -p "$work/connector"
    cat >"$work/connector/connector.sh"
    chmod +x "$work/connector/connector.sh"
}

# script_connector: the same, with a manifest beside it, by which it is run for each operation
script_connector() {
    connector_script
    cat >"$work/connector/connector.yaml" <<YAML
assay: 1
name: script
version: "1.0.0"
language: sh
product: Acme_Script
drive: exec
speaks: [unity-catalog]
run: {env: {HOST: "\${host}", TOKEN: "\${token}"}}
modes: {token: {}}
operations: {validate: [["$work/connector/connector.sh"]]}
YAML
}

# reference_manifest FILE [NAME [PROGRAMS]]: FILE becomes the manifest of connectors/NAME (reference), with
# the program of this very build, whatever its preset, or of the folder PROGRAMS
reference_manifest() {
    local bin=${3:-$ASSAY_BIN}
    mkdir -p "$(dirname "$1")"
    sed -e "s#\${connector_dir}/../../build/dev/bin#$bin#; s#\.\./\.\./build/dev/bin#$bin#" \
        "$ASSAY_SOURCE/connectors/${2:-reference}/connector.yaml" >"$1"
}

# run_sealed_or_skip ARG...: assay run in sealed worlds; sets code; skips where there are none
run_sealed_or_skip() {
    code=0
    "$ASSAY_BIN/assay" run -q --isolation sealed "$@" >"$work/out" 2>"$work/err" || code=$?
    if [ "$code" = 69 ]; then
        echo "skipped: $(tail -n 1 "$work/err")"
        exit 77
    fi
}

# ends_with EXIT: what run_sealed_or_skip ran
ends_with() {
    if [ "$code" != "$1" ]; then
        fail "exit $code instead of $1"
        cat "$work/out" "$work/err" >&2
    fi
}

# sealed_or_skip REPORTS ARG...: the same with the script and the suite of this test
sealed_or_skip() {
    local reports=$1
    shift
    run_sealed_or_skip -c "$work/connector/connector.yaml" --cases "$work/suite" -o "$reports" "$@"
}

finish() {
    [ "$failures" = 0 ] || exit 1
    echo "all as expected"
}
