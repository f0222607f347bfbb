#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# list, explain, lint, init, reference: output on stdout, messages on stderr, exit codes.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay

run_program 0 "$assay" --version
says "$work/out" 'assay '
run_program 0 "$assay" lint
run_program 0 "$assay" list
says "$work/out" 'm2m/token-cached'
run_program 0 "$assay" list --case 'secrets/*' --auth m2m --json
python3 -c 'import json,sys; c=json.load(open(sys.argv[1])); assert c and all(x["id"].startswith("secrets/") and "m2m" in x["modes"] for x in c)' "$work/out" ||
    fail 'list --json'
run_program 2 "$assay" list --case 'nothing/*'
run_program 64 "$assay" help run extra
says "$work/err" "unexpected argument \`extra'"
run_program 64 "$assay" list --auth m3m
says "$work/err" "did you mean \`m2m'"
run_program 0 "$assay" explain m2m/token-cached
says "$work/out" 'KIT-AUTH-5'
says "$work/out" 'token.cached'
run_program 0 "$assay" explain token.cached
says "$work/out" 'm2m/token-cached'
run_program 0 "$assay" explain KIT-AUTH-5
says "$work/out" 'token.cached'
run_program 64 "$assay" explain token.cashed
says "$work/err" "did you mean \`token.cached'"
for name in m2m/token-cached token.cached KIT-AUTH-5; do
    run_program 0 "$assay" explain "$name" --json
    python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); assert sys.argv[2] in (d.get("id"), d.get("name")) and (d.get("used_by") or d.get("expect"))' "$work/out" "$name" ||
        fail "explain $name --json"
done
run_program 0 "$assay" lint --json
python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); assert d["right"] and d["findings"] == [] and d["cases"] > 20' "$work/out" ||
    fail 'lint --json'
printf 'assay: 1\nnaem: x\n' >"$work/wrong.yaml"
run_program 65 "$assay" lint --json "$work/wrong.yaml"
python3 -c 'import json,sys; f=json.load(open(sys.argv[1]))["findings"][0]; assert f["line"] == 2 and f["file"].endswith("wrong.yaml")' "$work/out" ||
    fail 'lint --json of a wrong file'

# Coverage: a suite that loses its only case of a check has gaps; a line too many is one as well.
cp -r "$ASSAY_SOURCE/cases" "$work/suite"
run_program 0 "$assay" lint --coverage --cases "$work/suite"
rm "$work/suite/kbase/connection-string.yaml"
run_program 1 "$assay" lint --coverage --cases "$work/suite"
says "$work/err" 'no case has a check for it'
{ cat "$ASSAY_SOURCE/cases/uncovered.txt" && echo 'clause KIT-AUTH-5'; } >"$work/more.txt"
run_program 1 "$assay" lint --coverage --uncovered "$work/more.txt"
says "$work/err" 'clause KIT-AUTH-5 is covered, or does not exist: remove the line'
echo 'KIT-AUTH-5' >"$work/words.txt"
run_program 65 "$assay" lint --coverage --uncovered "$work/words.txt"
run_program 64 "$assay" frobnicate
run_program 64 "$assay" run
says "$work/err" '--connector'
run_program 64 "$assay" run -c x.yaml --jobs many

for language in python go java node cli; do
    run_program 0 "$assay" init --language "$language" -o "$work/$language.yaml"
    run_program 0 "$assay" lint "$work/$language.yaml"
done
run_program 64 "$assay" init -o "$work/python.yaml"
says "$work/err" '--force'
run_program 0 "$assay" init --force -o "$work/python.yaml"
run_program 64 "$assay" reference manifst
says "$work/err" "did you mean \`manifest'"
finish
