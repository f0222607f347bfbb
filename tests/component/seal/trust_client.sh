#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# trust_client.sh CLIENT SEAL_FETCH: a real client fetches a page of a production name over HTTPS inside
# a cell, by its own defaults: with the trust variables set and, where files alone suffice, without.
set -euo pipefail

client=$1 fetch=$2
url=https://dbc-00000000-0000.cloud.databricks.com/
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"

need() {
    command -v "$1" >/dev/null || { echo "skipped: there is no $1"; exit 77; }
}

# expect OPTIONS... -- COMMAND...: it must print the page; one request arrives, nothing wants out.
expect() {
    local options=() output code=0
    while [ "$1" != -- ]; do options+=("$1"); shift; done
    shift
    output=$("$fetch" "${options[@]}" "$dir" "$@" 2>&1) || code=$?
    if [ "$code" = 77 ]; then echo "skipped: $output"; exit 77; fi
    if [ "$code" != 0 ] || ! grep -q '^hello from the cell$' <<<"$output" ||
        ! grep -q '^requests [1-9]' <<<"$output" || grep -q '^egress' <<<"$output"; then
        echo "failed (exit $code, options ${options[*]:-none}): $*"
        echo "$output"
        exit 1
    fi
}

# Distrust must still be possible: the same client, with our CA nowhere, is refused.
expect_distrust() {
    local output code=0
    output=$("$fetch" --no-env "$dir" "$@" 2>&1) || code=$?
    if [ "$code" = 0 ] || ! grep -q '^requests 0' <<<"$output"; then
        echo "trusted without a reason: $*"
        echo "$output"
        exit 1
    fi
}

case $client in
curl)
    need curl
    expect -- curl -sS --max-time 20 "$url"
    expect --no-env -- curl -sS --max-time 20 "$url"
    expect --no-env --user-ns -- curl -sS --max-time 20 "$url"
    expect_distrust curl -sS --max-time 20 --cacert /dev/null "$url"
    ;;
wget) # GnuTLS on Debian and Ubuntu
    need wget
    expect -- wget -q -T 20 -t 1 -O - "$url"
    expect --no-env -- wget -q -T 20 -t 1 -O - "$url"
    ;;
gnutls)
    need gnutls-cli
    # shellcheck disable=SC2016  # $0 is for the shell inside
    request='printf "GET / HTTP/1.0\r\nHost: x\r\n\r\n" | gnutls-cli "$0" 443 | tr -d "\r"'
    expect -- bash -c "$request" "${url:8:-1}"
    expect --no-env -- bash -c "$request" "${url:8:-1}"
    ;;
python)
    need python3
    python=$(python3 -c 'import sys; print(sys.executable)')
    cat >"$dir/fetch.py" <<'END'
import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1], timeout=20).read().decode(), end="")
END
    expect -- "$python" "$dir/fetch.py" "$url"
    if "$python" -c 'import requests' 2>/dev/null; then
        echo 'import requests, sys; print(requests.get(sys.argv[1], timeout=20).text, end="")' \
            >"$dir/get.py"
        expect -- "$python" "$dir/get.py" "$url"
    fi
    ;;
node)
    need node
    cat >"$dir/fetch.mjs" <<'END'
process.stdout.write(await (await fetch(process.argv[2])).text());
END
    expect -- node "$dir/fetch.mjs" "$url"
    expect_distrust node "$dir/fetch.mjs" "$url"
    ;;
java)
    need java
    cat >"$dir/Fetch.java" <<'END'
import java.net.URI;
import java.net.http.*;

public class Fetch {
    public static void main(String[] args) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(args[0])).build();
        System.out.print(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
        if (!System.getProperty("user.home").equals("/run/home")) {
            throw new IllegalStateException("home is " + System.getProperty("user.home"));
        }
    }
}
END
    expect -- java "$dir/Fetch.java" "$url"
    expect --no-env -- java "$dir/Fetch.java" "$url"
    for home in /usr/lib/jvm/*/; do
        if [ -x "$home/bin/javac" ]; then
            expect --no-env -- "${home}bin/java" "$dir/Fetch.java" "$url"
        fi
    done
    ;;
go)
    need go
    cat >"$dir/fetch.go" <<'END'
package main

import (
	"io"
	"log"
	"net/http"
	"os"
)

func main() {
	response, err := http.Get(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	io.Copy(os.Stdout, response.Body)
}
END
    (cd "$dir" && GOFLAGS=-mod=mod GO111MODULE=off GOTOOLCHAIN=local go build -o fetch fetch.go)
    (cd "$dir" && GO111MODULE=off GOTOOLCHAIN=local CGO_ENABLED=0 go build -o fetch-static fetch.go)
    expect -- "$dir/fetch" "$url"
    expect --no-env -- "$dir/fetch" "$url"
    expect --no-env -- "$dir/fetch-static" "$url"
    ;;
git) # it fails on the page, but only after TLS has succeeded
    need git
    output=$("$fetch" "$dir" git ls-remote "$url" 2>&1) || true
    case $output in *'cell is refused'*) echo "skipped: $output"; exit 77 ;; esac
    grep -q '^requests [1-9]' <<<"$output" || { echo "$output"; exit 1; }
    ;;
*)
    echo "there is no client $client"
    exit 64
    ;;
esac
echo "$client trusts the run's CA"
