#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A connector that tries to reach others, by name, by address of both families, and through a proxy, is
# shown doing so with what it said; nothing leaves: a server on this machine's own address hears nothing.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

python3 - "$work/port" "$work/heard" <<'PY' &
import socket, sys, os
server = socket.create_server(("0.0.0.0", 0))
with open(sys.argv[1] + ".new", "w") as f:
    f.write(str(server.getsockname()[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
while True:
    peer, _ = server.accept()
    open(sys.argv[2], "a").write("something\n")
PY
listener=$!
trap 'kill "$listener" 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do
    [ -s "$work/port" ] && break
    sleep 0.1
done
own=$(hostname -I | cut -d ' ' -f 1)
own=${own:-127.0.0.1}
curl -s -m 2 "http://$own:$(cat "$work/port")/" >/dev/null || true
[ -s "$work/heard" ] || fail "the listener outside does not work"
: >"$work/heard"

script_connector <<SH
#!/bin/sh
call() { curl -sk -m 2 -o /dev/null "\$@" || true; }
call https://telemetry.acme.example/v1/collect
call http://203.0.113.9/by-address
call -g 'http://[2001:db8::9]/by-ipv6'
call -x http://proxy.corp.example:3128 https://api.acme.example/
call -x http://203.0.113.10:8888 http://updates.acme.example/
HTTPS_PROXY=http://[2001:db8::10]:3128 call https://late.acme.example/
call "http://$own:$(cat "$work/port")/outside"
exit 0
SH
suite_begin
suite_case home '[{operation: validate}]' '[{check: isolation.no_egress}]'
sealed_or_skip "$work/reports"
[ "$code" = 1 ] || { fail "exit $code instead of 1"; cat "$work/out" "$work/err" >&2; }
says "$work/out" 'isolation.no_egress'
evidence=$(find "$work/reports/evidence" -name evidence.json)
python3 - "$evidence" "$own" "$(cat "$work/port")" <<'PY' || fail "not all of it was recorded"
import json, sys
egress = json.load(open(sys.argv[1]))["egress"]
def seen(**wanted):
    assert any(all(e[k] == v for k, v in wanted.items()) for e in egress), (wanted, egress)
seen(transport="dns", name="telemetry.acme.example")
seen(transport="tcp", name="telemetry.acme.example", port=443, server_name="telemetry.acme.example")
seen(transport="tcp", address="203.0.113.9", port=80)
assert any(e["address"] == "203.0.113.9" and "GET /by-address" in e["first"] for e in egress), egress
seen(transport="dns", name="proxy.corp.example")
seen(transport="tcp", name="proxy.corp.example", port=3128)
seen(transport="tcp", address="203.0.113.10", port=8888)
if any(":" in e["address"] for e in egress) or open("/proc/net/if_inet6").read():
    seen(transport="tcp", address="2001:db8::9", port=80)
    seen(transport="tcp", address="2001:db8::10", port=3128)
if sys.argv[2] != "127.0.0.1":
    seen(transport="tcp", address=sys.argv[2], port=int(sys.argv[3]))
PY
[ ! -s "$work/heard" ] || fail "something left the world"
finish
