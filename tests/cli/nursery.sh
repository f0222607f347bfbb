#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The mocks of a run are forked from one that was loaded for all of them. Without it, and when it is killed
# in the middle, the run comes to the same by executing each mock.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

# Programs beside each other, with a place for the suite; the mock tells how it was started.
bin=$work/build/dev/bin
mkdir -p "$bin"
ln -s "$ASSAY_SOURCE/cases" "$work/cases"
cp "$ASSAY_BIN"/{assay,assay-browser,assay-clock-probe,reference-connector} "$bin/"
manifest=$work/reference/connector.yaml
reference_manifest "$manifest" reference "$bin"

# mock_that_does WHAT: the shell's line before the real program takes over
mock_that_does() {
    cat >"$bin/assay-mock" <<SH
#!/bin/sh
echo "\$1" >>"$work/started"
$1
exec "$ASSAY_BIN/assay-mock" "\$@"
SH
    chmod +x "$bin/assay-mock"
    : >"$work/started"
}
started() { grep -c "^$1\$" "$work/started" || true; }
verdicts() { jq -c 'select(.event == "case-end") | [.case, .mode, .verdict]' "$1/run.jsonl" | sort; }
run_all() {
    run_program 0 "$bin/assay" run -q --isolation env -c "$manifest" --auth m2m --case 'm2m/*' -o "$work/$1"
    verdicts "$work/$1" >"$work/$1.verdicts"
}

mock_that_does ''
run_all forked
[ "$(started nursery)" -ge 1 ] || fail 'no mock was loaded for all'
[ "$(started serve)" -lt 4 ] || fail "$(started serve) mocks were executed beside it"
[ "$(wc -l <"$work/forked.verdicts")" -ge 4 ] || fail 'too few cases to tell anything'

# shellcheck disable=SC2016
mock_that_does '[ "$1" != nursery ] || exit 1'
run_all executed
[ "$(started serve)" -ge "$(wc -l <"$work/executed.verdicts")" ] || fail 'who served?'
diff "$work/forked.verdicts" "$work/executed.verdicts" || fail 'the verdicts differ'

# Killed when it has begun: mocks that it forked end with it, and their cases are harness errors, never a
# connector's fault; the others are served, and nothing is left.
mock_that_does ''
mkdir "$work/tmp"
TMPDIR=$work/tmp "$bin/assay" run -q --isolation env -c "$manifest" --auth m2m --case 'errors/*' --case 'm2m/*' --case 'secrets/*' -j 2 -o "$work/broken" \
    >"$work/out" 2>"$work/err" </dev/null &
pid=$!
for _ in $(seq 200); do
    nursery=$(pgrep -P "$pid" -f 'assay-mock nursery' | head -n 1) || true
    [ -z "$nursery" ] || break
    sleep 0.05
done
[ -n "$nursery" ] || fail 'there is no nursery to kill'
sleep 0.1
kill -KILL "$nursery"
code=0
wait "$pid" || code=$?
case $code in 0 | 2 | 70) ;; *) fail "exit $code after the nursery was killed: $(cat "$work/out" "$work/err")" ;; esac
[ "$(started serve)" -ge 4 ] || fail 'no mock was executed after the nursery was killed'
! grep -F "$work/tmp/" /proc/net/unix || fail 'a mock is left'
[ -z "$(ls -A "$work/tmp")" ] || fail "left behind: $(ls -A "$work/tmp")"
finish
