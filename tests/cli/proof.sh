#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the gates of the catalogue rest on can break: a clause that is gone, a clause and a case without anything
# behind them; and judging again starts no process.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay
# shellcheck source=connectors.sh
. "$(dirname "$0")/connectors.sh"
: "${TORTURE_LIBRARY:?}"

# without_clause ID: takes it out of the copy's clauses.yaml
without_clause() {
    cp "$ASSAY_SOURCE/cases/clauses.yaml" "$work/cases/clauses.yaml"
    python3 - "$work/cases/clauses.yaml" "$1" <<'PY'
import re, sys
path, clause = sys.argv[1:]
text = open(path, encoding="utf-8").read()
less = re.sub(rf"(?m)^  {re.escape(clause)}:\n(?:    .*\n)+", "", text)
assert less != text, clause
open(path, "w", encoding="utf-8").write(less)
PY
}
# breaks TEXT: it is noticed, and named
breaks() {
    local code=0
    "$assay" lint --coverage --cases "$work/cases" >"$work/out" 2>&1 </dev/null || code=$?
    [ "$code" = 1 ] || [ "$code" = 65 ] || fail "exit $code, though $1 is not as it should be"
    says "$work/out" "$1"
}
cp -r "$ASSAY_SOURCE/cases" "$work/cases"
run_program 0 "$assay" lint --coverage --cases "$work/cases"

# A clause that cases test is missed.
used=$(sed -n 's/^clauses: \[\([A-Za-z0-9.-]*\).*/\1/p' "$work/cases/user-agent/every-call.yaml")
without_clause "$used"
breaks "$used"

# A clause more that nothing tests.
cp "$ASSAY_SOURCE/cases/clauses.yaml" "$work/cases/clauses.yaml"
printf '  UNTESTED-1:\n    level: MUST\n    text: "Nobody looks."\n    source: "none"\n' >>"$work/cases/clauses.yaml"
breaks UNTESTED-1

# Judging again: the same verdicts, and no process is started. The library makes the first fork fail and says so.
wrong=$(wrong_connector no-user-agent)
run_program 1 "$assay" run -q -c "$wrong" -o "$work/run" --auth pat --case 'user-agent/*' --case 'connect/*' --report json
cp "$work/run/results.json" "$work/before.json"
code=0
TORTURE_CALL=fork TORTURE_WHO=main TORTURE_AT=1 TORTURE_MARK=$work/mark LD_PRELOAD=$TORTURE_LIBRARY \
    "$assay" judge "$work/run" >"$work/out" 2>"$work/err" || code=$?
[ "$code" = 1 ] || fail "judging again ended with $code"
[ ! -e "$work/mark" ] || fail 'judging again started a process'
! grep -q '^changed:' "$work/out" || fail 'judging again changed a verdict'
cmp -s "$work/before.json" "$work/run/results.json" || fail 'judging again changed the results'
finish
