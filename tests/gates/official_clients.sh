#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# official-clients records whole, declared runs only, and tells when page or record are stale.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"

mkdir -p "$TREE/scripts" "$TREE/docs" "$TREE/run"
cp "$SOURCE/scripts/official-clients" "$TREE/scripts/"
CLIENTS=$TREE/scripts/official-clients
plant connectors/shim/requirements.in <<<'some-client==1.2.3'
plant connectors/shim/requirements.lock <<<'some-client==1.2.3 --hash=x'
plant connectors/shim/connector.yaml <<'END'
expected_failures:
  - case: errors/one
    reason: >-
      The client does it
      otherwise.
END

run() { # VERDICT SELECTION
    cat >"$TREE/run/results.json" <<END
{"complete": true, "selection": $2, "run": {"run_id": "r", "isolation": "sealed", "clock": "virtual"},
 "suite": {"digest": "0123456789abcdef", "cases": 1},
 "connectors": [{"name": "shim", "title": "A shim", "modes": ["pat"], "skipped_modes": []}],
 "results": [{"connector": "shim", "mode": "pat", "case": "errors/one", "verdict": "$1",
   "checks": [{"check": "outcome.ok", "level": "must", "verdict": "$1", "clauses": ["RFC6749-1"],
               "seen": "nothing", "xfail_reason": "The client does it otherwise."}]}]}
END
}

exchange() { # CLASS PATH
    plant run/evidence/r/shim/pat/errors/one/journal.ndjson \
        <<<"{\"seq\":1,\"class\":\"$1\",\"request\":{\"method\":\"GET\",\"path\":\"$2\"}}"
}

run pass '[]'
exits "no evidence" 1 "$CLIENTS" record "$TREE/run"
says "no evidence" "a record needs the journals"
exchange unknown /odd
exits "an unknown route" 65 "$CLIENTS" record "$TREE/run"
says "an unknown route" "no route for GET /odd"
exchange api /known
run fail '[]'
exits "an undeclared failure" 65 "$CLIENTS" record "$TREE/run"
says "an undeclared failure" "pat errors/one: fail"
run xfail '["errors/*"]'
exits "a part of a run" 65 "$CLIENTS" record "$TREE/run"
run xfail '[]'
exchange unknown /odd
exits "a whole run, with an unknown route where it is expected to fail" 0 "$CLIENTS" record "$TREE/run"
grep -q '"GET /odd"' "$TREE/connectors/shim/results.json" || complain "the record should name the request"
exchange api /known
exits "a whole run" 0 "$CLIENTS" record "$TREE/run"
exits "no page yet" 1 "$CLIENTS" --check
exits "writing" 0 "$CLIENTS"
exits "fresh" 0 "$CLIENTS" --check
grep -q 'some-client 1.2.3' "$TREE/docs/official-clients.md" || complain "the page should name the client"
grep -q 'The client does it otherwise' "$TREE/docs/official-clients.md" || complain "the page should say why"
echo >>"$TREE/docs/official-clients.md"
exits "a page changed by hand" 1 "$CLIENTS" --check
says "a page changed by hand" "run scripts/official-clients"
exits "writing again" 0 "$CLIENTS"
sed -i 's/otherwise/right/' "$TREE/connectors/shim/connector.yaml"
exits "another reason" 1 "$CLIENTS" --check
says "another reason" "does not give its reason"
sed -i 's/right/otherwise/' "$TREE/connectors/shim/connector.yaml"
echo 'some-client==1.2.4 --hash=y' >"$TREE/connectors/shim/requirements.lock"
exits "another lock" 1 "$CLIENTS" --check
says "another lock" "has changed since it was recorded"
plant connectors/shim-sea-u2m/connector.yaml <"$TREE/connectors/shim/connector.yaml"
sed -i 's/"shim"/"shim-sea-u2m"/' "$TREE/run/results.json"
mv "$TREE/run/evidence/r/shim" "$TREE/run/evidence/r/shim-sea-u2m"
exits "a variant of a variant, without a client of its own" 0 "$CLIENTS" record "$TREE/run"
grep -q 'some-client 1.2.3' "$TREE/connectors/shim-sea-u2m/results.json" || complain "its client is that of shim"
exits "nonsense" 64 "$CLIENTS" --nonsense
finish
