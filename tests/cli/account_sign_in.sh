#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A user signs in to the account, with the Databricks CLI as it is shipped: the browser comes to the account's
# authorize endpoint, the tokens are the account's, the second command has them from the cache. In each cloud,
# with the browser of ours and with Chromium where there is one.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

cli=$ASSAY_SOURCE/connectors/databricks-cli/build/databricks
if [ ! -x "$cli" ]; then
    echo "skipped: there is no $cli; connectors/databricks-cli/setup builds it"
    exit 77
fi

connector_script <<'SH'
#!/usr/bin/env bash
set -euo pipefail
export DATABRICKS_AUTH_STORAGE=plaintext DATABRICKS_CACHE_ENABLED=false
account=(--host "https://$CONSOLE" --account-id "$ACCOUNT" --profile account)
# A shell without a job control of its own is no reason to wait for a key.
"$CLI" auth login "${account[@]}" </dev/null
"$CLI" auth token "${account[@]}" | python3 -c '
import base64, json, os, sys
payload = json.load(sys.stdin)["access_token"].split(".")[1]
claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
assert claims["iss"] == "https://" + os.environ["CONSOLE"] + "/oidc/accounts/" + os.environ["ACCOUNT"], claims
print("the token is of the account", claims["sub"])'
SH

suite_begin
suite_case sign-in '[{operation: validate}]' '
  - {check: outcome.ok}
  - {check: u2m.pkce}
  - {check: wire.count, with: {route: oidc.account_authorize, min: 1}}
  - {check: wire.count, with: {route: oidc.account_token, grant: authorization_code, min: 1, max: 1}}
  - {check: wire.count, with: {route: oidc.token, max: 0}}'
echo 'modes: [u2m-built-in]' >>"$work/suite/own/sign-in.yaml"

# in_cloud CLOUD CONSOLE BROWSER
in_cloud() {
    cat >"$work/connector/connector.yaml" <<YAML
assay: 1
name: account-sign-in
version: "1.0.0"
language: sh
product: assay_account
drive: exec
cloud: $1
speaks: [unity-catalog]
run: {env: {CONSOLE: $2, ACCOUNT: "\${account_id}", CLI: "$cli"}}
modes: {u2m-built-in: {}}
operations: {validate: [["$work/connector/connector.sh"]]}
requires:
  - {path: "$cli", hint: "connectors/databricks-cli/setup"}
YAML
    sealed_or_skip "$work/$1-$3" --case own/sign-in --browser "$3"
    ends_with 0
}

in_cloud aws accounts.cloud.databricks.com fake
in_cloud azure accounts.azuredatabricks.net fake
in_cloud gcp accounts.gcp.databricks.com fake
if [ -x /usr/bin/chromium ] && [ -x /usr/bin/chromedriver ]; then
    in_cloud aws accounts.cloud.databricks.com chromium
fi
finish
