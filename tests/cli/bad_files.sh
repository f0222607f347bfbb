#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Wrong manifests and case files: file:line:column, what is wrong, a suggestion, exit 65.
# shellcheck disable=SC2016  # ${name} and backticks are meant literally
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay

good_manifest() {
    cat <<'YAML'
assay: 1
name: sample
version: 1.0.0
language: c
product: acme_sample
drive: lines
speaks: [unity-catalog, statements]
run:
  argv: [/bin/true, "${mode}"]
modes:
  pat: {env: {TOKEN: "${token}"}}
YAML
}

good_case() {
    cat <<'YAML'
id: sample/case
title: A sample
why: It shows what a case is.
clauses: [KIT-VAL-1]
do:
  - {operation: validate}
expect:
  - {check: outcome.ok}
YAML
}

# bad KIND NAME SED_EXPRESSION POSITION MESSAGE HINT: one change makes the file wrong
bad() {
    local kind=$1 file=$work/$2.yaml
    "good_$kind" | sed -E "$3" >"$file"
    run_program 65 "$assay" lint "$file"
    says "$work/err" "$file:$4: error: "
    says "$work/err" "$5"
    [ -z "$6" ] || says "$work/err" "$6"
}

good_manifest >"$work/good.yaml"
run_program 0 "$assay" lint "$work/good.yaml"
good_case >"$work/good_case.yaml"
run_program 0 "$assay" lint "$work/good_case.yaml"

bad manifest unknown_key 's/^speaks:/speeks:/' 7:1 'speeks' "did you mean \`speaks'"
bad manifest unknown_drive 's/drive: lines/drive: line/' 6:8 'line' "did you mean \`lines'"
bad manifest unknown_mode 's/^  pat:/  pad:/' 11:3 'pad' "did you mean \`pat'"
bad manifest unknown_variable 's/\$\{token\}/${tokn}/' 11:22 'tokn' "did you mean \`token'"
bad manifest bad_product 's/acme_sample/acme sample/' 5:10 'acme sample' ''
bad manifest missing_name '/^name:/d' 1:1 'name' ''
bad manifest duplicate_key 's/^version:.*/name: again/' 3:1 'duplicate key' ''
bad manifest not_a_list 's/argv: .*/argv: {a: b}/' 9:9 'argv' ''
bad manifest bad_yaml 's/\[unity-catalog, statements\]/[unity-catalog, statements/' 7:25 'missing comma' ''
bad manifest norway 's/language: c/language: NO/' 4:11 'NO' ''
bad manifest wrong_format 's/^assay: 1/assay: 2/' 1:8 '2' ''
bad manifest bad_limit 's/^language: c/limits: {start: 10}/' 4:17 'duration' ''
bad case unknown_check 's/outcome.ok/outcome.okay/' 8:13 'outcome.okay' "did you mean \`outcome.ok'"
bad case unknown_clause 's/KIT-VAL-1/KIT-VAL-2/' 4:11 'KIT-VAL-2' 'KIT-VAL-1'
bad case unknown_key 's/^title:/titel:/' 2:1 'titel' "did you mean \`title'"
bad case no_steps '/operation:/d' 5:4 'a value is missing' ''
bad case two_verbs 's/\{operation: validate\}/{operation: validate, wait: 3s}/' 6:5 '' ''
bad case bad_duration 's/\{operation: validate\}/{wait: 3}/' 6:12 '' ''
bad case wrong_params 's/\{check: outcome.ok\}/{check: outcome.ok, with: {witch: all}}/' 8:32 'witch' 'known: operation, which'
bad case wait_without_session 's/^do:/do:\n  - {operation: validate}\n  - {wait: 1s}/' 7:5 'session' 'write needs: [session]'

# A file that is not there, a folder in its place, an empty one.
run_program 65 "$assay" lint "$work/nothing.yaml"
says "$work/err" "$work/nothing.yaml"
: >"$work/empty.yaml"
run_program 65 "$assay" lint "$work/empty.yaml"
# The same with run: nothing is run and nothing is written.
printf 'assay: 1\nnaem: x\n' >"$work/run.yaml"
run_program 65 "$assay" run -c "$work/run.yaml" -o "$work/reports"
says "$work/err" "$work/run.yaml:2:1: error: "
[ ! -e "$work/reports" ] || fail "reports were made for a manifest that is wrong"
finish
