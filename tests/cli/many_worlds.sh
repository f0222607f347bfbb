#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# 64 worlds at once: each connector listens on the redirect port 8020 of its own and calls its own server
# on 443, while all others do; none hears another.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
worlds=${1:-64}

script_connector <<'SH'
#!/bin/sh
# A file that only this world has, served on the port that all worlds use.
mkdir "$HOME/served" && cd "$HOME/served" && echo "$TOKEN" >mine || exit 1
python3 -m http.server -b 127.0.0.1 8020 >/dev/null 2>&1 &
server=$!
for _ in $(seq 200); do
    curl -s -m 5 -o /dev/null http://127.0.0.1:8020/ && break
    sleep 0.05
done
for _ in 1 2 3 4 5; do
    [ "$(curl -s -m 20 http://127.0.0.1:8020/mine)" = "$TOKEN" ] || { echo "another's port 8020" >&2; exit 1; }
    status=$(curl -s -m 20 -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $TOKEN" "$HOST/api/2.0/preview/scim/v2/Me")
    [ "$status" = 200 ] || { echo "own token: $status" >&2; exit 1; }
    sleep 0.5
done
kill $server
SH
sed -i 's/^limits:.*//' "$work/connector/connector.yaml"
echo 'limits: {operation: 120s, case: 180s}' >>"$work/connector/connector.yaml"
suite_begin
for i in $(seq "$worlds"); do
    suite_case "world-$i" '[{operation: validate}]' '[{check: outcome.ok}, {check: isolation.no_egress}]'
done
sealed_or_skip "$work/reports" -j "$worlds" --min "$worlds"
[ "$code" = 0 ] || { fail "exit $code"; tail -n 20 "$work/out" >&2; }
says "$work/out" "$worlds pass"
python3 - "$work/reports/run.jsonl" "$worlds" <<'PY' || fail "the worlds did not live at the same time"
import json, sys
times = [e["duration_ms"] for e in map(json.loads, open(sys.argv[1])) if "duration_ms" in e and "case" in e]
assert len(times) == int(sys.argv[2]), len(times)
assert sum(times) > max(times) * len(times) / 2, times
print(f"{len(times)} worlds, {min(times)} to {max(times)} ms each")
PY
finish
