#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Seeing a failure again: the repro folder, the world held open, what a run tells when it is asked.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay
. "$(dirname "$0")/connectors.sh"
wrong=$(wrong_connector no-user-agent)
out=$work/run
run_program 1 "$assay" run -c "$wrong" -o "$out" --auth m2m --case 'user-agent/every-call' --level should --report json
grep -Eq '^seed [1-9][0-9]*$' "$work/err" || fail 'the seed was not told'
seed=$(sed -n 's/^seed //p' "$work/err")
json "d['run']['seed'] == '$seed'" "$out/results.json"
folder=$out/repro/reference/m2m/user-agent/every-call
for file in run.sh case.json transcript.ndjson environment.txt requests.sh; do
    [ -s "$folder/$file" ] || fail "$file is missing"
done
json 'd["id"] == "user-agent/every-call"' "$folder/case.json"
says "$folder/run.sh" "--seed '$seed'"
says "$folder/run.sh" "'should'"
says "$folder/environment.txt" 'CONNECTOR_CLIENT_SECRET'
# shellcheck disable=SC2016  # meant literally
says "$folder/requests.sh" '${client_secret'
sh -n "$folder/requests.sh" || fail 'requests.sh is no shell script'
python3 -c 'import json,sys; [json.loads(x) for x in open(sys.argv[1])]' "$folder/transcript.ndjson" || fail 'transcript.ndjson'
if grep -rEl 'dapi[0-9a-f]{32}|dose[0-9a-f]{32}|eyJ[A-Za-z0-9_-]{20,}\.' "$folder" >"$work/leaks"; then
    fail "credentials in: $(cat "$work/leaks")"
fi

# The same failure again, from anywhere.
cd /
OUT=$work/replay run_program 1 "$folder/run.sh" --report json
python3 - "$out/results.json" "$work/replay/results.json" <<'PY' || fail 'the replay failed in another way'
import json, sys
def failures(path):
    d = json.load(open(path))
    return d["run"]["seed"], [(r["connector"], r["mode"], r["case"], c["check"], c["verdict"], c.get("seen"))
                              for r in d["results"] for c in r["checks"] if c["verdict"] == "fail"]
a, b = map(failures, sys.argv[1:])
sys.exit(0 if a == b and a[1] else f"{a}\n{b}")
PY
# A run that is green leaves no such folder, and takes away the old ones.
run_program 0 "$assay" run -q -c "$manifest" -o "$out" --auth m2m --case 'user-agent/every-call'
[ ! -e "$out/repro" ] || fail 'repro folders of the run before are left'

# The world held open: the printed script starts the connector there, and nothing is left behind.
# wait_for FILE TEXT
wait_for() {
    for _ in $(seq 100); do
        ! grep -qF -- "$2" "$1" || return 0
        sleep 0.1
    done
    fail "never said: $2"
}
mkdir "$work/tmp"
mkfifo "$work/stdin"
TMPDIR=$work/tmp "$assay" serve connect/m2m --auth m2m -c "$manifest" >"$work/served" 2>"$work/err" <"$work/stdin" &
pid=$!
exec 9>"$work/stdin"
wait_for "$work/err" 'serving'
says "$work/served" '"do": "validate"'
grep '^#   {' "$work/served" | sed 's/^#   //' >"$work/asked"
sh "$work/served" <"$work/asked" >"$work/answers" 2>&1 || fail "the served connector ended with $?: $(cat "$work/answers")"
says "$work/answers" '"ok":true'
echo >&9
code=0
wait $pid || code=$?
exec 9>&-
[ "$code" = 0 ] || fail "serve ended with $code"
[ -z "$(ls -A "$work/tmp")" ] || fail "left behind: $(ls -A "$work/tmp")"
TMPDIR=$work/tmp "$assay" serve connect/m2m --auth m2m -c "$manifest" >"$work/served" 2>"$work/err" <"$work/stdin" &
pid=$!
exec 9>"$work/stdin"
wait_for "$work/err" 'serving'
kill -INT $pid
code=0
wait $pid || code=$?
exec 9>&-
[ "$code" = 0 ] || fail "serve ended with $code after SIGINT"
[ -z "$(ls -A "$work/tmp")" ] || fail "left behind after SIGINT: $(ls -A "$work/tmp")"
if pgrep -f "$ASSAY_BIN/assay-mock.*$work" >/dev/null 2>&1; then
    fail 'a mock outlived the world'
fi
run_program 64 "$assay" serve connect/m2 --auth m2m -c "$manifest"
says "$work/err" "did you mean \`connect/m2m'"
run_program 64 "$assay" serve connect/m2m --auth pat -c "$manifest"
run_program 64 "$assay" serve connect/m2m --auth u2m -c "$manifest"

# SIGUSR1: what runs, oldest first, with ages; the run goes on.
"$assay" run -q -c "$manifest" -o "$work/asked_run" --auth pat --auth m2m -j 2 >"$work/out" 2>"$work/err" &
pid=$!
for _ in $(seq 100); do
    [ ! -e "$work/asked_run/run.jsonl.part" ] || break
    sleep 0.05
done
for _ in $(seq 20); do
    kill -USR1 $pid 2>/dev/null || break
    sleep 0.05
    ! grep -q 'running, oldest first' "$work/err" || break
done
code=0
wait $pid || code=$?
[ "$code" = 0 ] || fail "a run that was asked ended with $code"
grep -Eq '^[0-9]+ of [0-9]+ done, 0 not green.*; running, oldest first:$' "$work/err" || fail 'SIGUSR1 was not answered'
finish
