#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Isolation env with production names: curl, Python's requests and Go's net/http reach the workspace under
# its host name over TLS through the proxy, and what they ask of it for other hosts is refused and shown.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

script_connector <<'SH'
#!/bin/sh
path=/api/2.1/unity-catalog/tables/main.default.assay_probe
case $HOST in
https://*.cloud.databricks.com) ;;
*) echo "the host is $HOST" >&2; exit 1 ;;
esac
case $CLIENT in
curl)
    curl -sSf -m 20 -H "Authorization: Bearer $TOKEN" "$HOST$path" >/dev/null || exit 1
    # Nobody else is reached: by name, by address, on another port, in the clear, with rubbish.
    for url in https://telemetry.acme.example/ https://203.0.113.9/ "$HOST:8443/"; do
        if curl -sk -m 20 "$url" >/dev/null; then echo "$url was reached" >&2; exit 1; fi
    done
    [ "$(curl -s -m 20 -o /dev/null -w '%{http_code}' -x "$HTTPS_PROXY" http://plain.acme.example/a)" = 405 ] || exit 1
    ;;
python)
    exec "$PYTHON" -c 'import os, requests, sys
r = requests.get(os.environ["HOST"] + sys.argv[1], headers={"Authorization": "Bearer " + os.environ["TOKEN"]}, timeout=20)
r.raise_for_status()
try:
    requests.get("https://telemetry.acme.example/", timeout=20)
    sys.exit("telemetry was reached")
except requests.exceptions.ProxyError:
    pass' "$path"
    ;;
go)
    exec "$CLIENT_DIR/client" "$HOST$path"
    ;;
java)
    exec java -cp "$CLIENT_DIR" Client "$HOST$path"
    ;;
esac
SH
cat >"$work/client.go" <<'GO'
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	req, err := http.NewRequest("GET", os.Args[1], nil)
	if err == nil {
		req.Header.Set("Authorization", "Bearer "+os.Getenv("TOKEN"))
		var resp *http.Response
		if resp, err = http.DefaultClient.Do(req); err == nil && resp.StatusCode != 200 {
			err = fmt.Errorf("status %d", resp.StatusCode)
		}
	}
	if err == nil {
		if _, refused := http.Get("https://telemetry.acme.example/"); refused == nil {
			err = fmt.Errorf("telemetry was reached")
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
GO
cat >"$work/Client.java" <<'JAVA'
import java.net.*;

public class Client {
    static HttpURLConnection open(String url) throws Exception {
        HttpURLConnection c = (HttpURLConnection) new URL(url).openConnection();
        c.setRequestProperty("Authorization", "Bearer " + System.getenv("TOKEN"));
        return c;
    }

    public static void main(String[] args) throws Exception {
        if (open(args[0]).getResponseCode() != 200) System.exit(1);
        try {
            open("https://telemetry.acme.example/").getResponseCode();
            System.exit(2);
        } catch (java.io.IOException refused) {
        }
    }
}
JAVA
clients=(curl)
python=
for candidate in /usr/bin/python3 "$ASSAY_SOURCE/connectors/python-sdk/.venv/bin/python" "$(command -v python3)"; do
    if [ -z "$python" ] && "$candidate" -c 'import requests' 2>/dev/null; then
        python=$candidate
        clients+=(python)
    fi
done
if command -v go >/dev/null && CGO_ENABLED=0 GOFLAGS=-mod=mod go build -o "$work/connector/client" "$work/client.go"; then
    clients+=(go)
fi
if command -v javac >/dev/null && javac -d "$work/connector" "$work/Client.java" 2>"$work/err"; then clients+=(java); fi
for client in curl python go java; do
    [[ " ${clients[*]} " == *" $client "* ]] || echo "left out: $client is not here"
done

manifest=$work/connector/connector.yaml
sed -i "s#^run: .*#env_host: production\nrun: {env: {HOST: \"\${host}\", TOKEN: \"\${token}\", CLIENT: \"\", PYTHON: \"$python\", CLIENT_DIR: \"$work/connector\"}}#" "$manifest"
suite_begin
suite_case reaches '[{operation: validate}]' '[{check: outcome.ok}, {check: isolation.no_egress}]'
suite_case planted '[{operation: validate}]' '[{check: outcome.ok}]'
sed -i 's#^do:#given: {environment: {HTTPS_PROXY: "http://127.0.0.1:1"}}\ndo:#' "$work/suite/own/planted.yaml"
for client in "${clients[@]}"; do
    sed "s/CLIENT: \"[a-z]*\"/CLIENT: \"$client\"/" "$manifest" >"$work/connector/$client.yaml"
    run_program 1 "$ASSAY_BIN/assay" run -q --isolation env -c "$work/connector/$client.yaml" --cases "$work/suite" \
        --case own/reaches -o "$work/$client"
    says "$work/out" 'isolation.no_egress'
    dir=$(dirname "$(find "$work/$client/evidence" -name evidence.json)")
    python3 - "$dir" "$client" <<'PY' || fail "$client: the evidence is another"
import glob, json, sys
evidence = json.load(open(sys.argv[1] + "/evidence.json"))
assert evidence["operations"][0]["answer"] == "ok", evidence["operations"]
assert not evidence["process"]["strays"], evidence["process"]
seen = {(e["name"] or e["address"], e["port"]) for e in evidence["egress"]}
assert ("telemetry.acme.example", 443) in seen, seen
if sys.argv[2] == "curl":
    assert {("203.0.113.9", 443), ("plain.acme.example", 80)} <= seen, seen
    assert any(port == 8443 and "databricks" in name for name, port in seen), seen
requests = [json.loads(line) for path in glob.glob(sys.argv[1] + "/*journal*") for line in open(path)]
assert requests and all(".cloud.databricks.com" in json.dumps(r) for r in requests), requests
PY
done
for sentence in 'through a proxy that its environment named' 'refused and recorded every other host'; do
    says "$work/curl/build_report.md" "$sentence"
done
if grep -q 'spoke plain HTTP' "$work/curl/build_report.md"; then fail "the report says that TLS was not used"; fi
run_program 2 "$ASSAY_BIN/assay" run -q --isolation env -c "$work/connector/curl.yaml" --cases "$work/suite" \
    --case own/planted -o "$work/planted"
says "$work/planted/build_report.md" 'the case plants HTTPS_PROXY'

# A client that asks no proxy does not get there, and that is not hidden.
sed -i "s/^env_host: production\$/env_host: loopback/" "$manifest"
run_program 1 "$ASSAY_BIN/assay" run -q --isolation env -c "$manifest" --cases "$work/suite" --case own/reaches \
    -o "$work/loopback"
says "$work/loopback/build_report.md" 'spoke plain HTTP'
finish
