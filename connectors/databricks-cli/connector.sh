#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves a connection with the official Databricks CLI: gets a table, then runs a SQL statement.
#
#   connector.sh pat|m2m|u2m-built-in|token|federation
#
# CONNECTOR_HOST, CONNECTOR_WAREHOUSE_ID, CONNECTOR_TABLE and CONNECTOR_STATEMENT say what, CONNECTOR_TOKEN
# or CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET (federation: and CONNECTOR_SUBJECT_TOKEN, the workload's
# own token) say who; u2m-built-in signs in unless the CLI still has
# a session. Exit: 0 connected, 1 not.
set -euo pipefail

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# One connection, one kind of credential.
mode=${1:-}
host=${CONNECTOR_HOST:-} token=${CONNECTOR_TOKEN:-}
client_id=${CONNECTOR_CLIENT_ID:-} client_secret=${CONNECTOR_CLIENT_SECRET:-}
subject_token=${CONNECTOR_SUBJECT_TOKEN:-}
[[ -z $token || -z $client_id$client_secret ]] || fail 'credentials of two kinds are set: keep' \
    'CONNECTOR_TOKEN, or CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET'
export -n CONNECTOR_TOKEN CONNECTOR_CLIENT_ID CONNECTOR_CLIENT_SECRET CONNECTOR_SUBJECT_TOKEN

# The CLI takes its settings from variables and ~/.databrickscfg: only ours are left.
for name in "${!DATABRICKS_@}" "${!ARM_@}"; do
    unset "$name"
done
export DATABRICKS_HOST=$host DATABRICKS_CONFIG_FILE=/dev/null DATABRICKS_CACHE_ENABLED=false
export DATABRICKS_CLI_UPSTREAM=assay_databrickscli DATABRICKS_CLI_UPSTREAM_VERSION=1.0.0
case $mode in
pat | token) # a user's token is sent like a PAT
    [[ -n $token ]] || fail "$mode needs CONNECTOR_TOKEN"
    export DATABRICKS_AUTH_TYPE=pat DATABRICKS_TOKEN=$token
    ;;
m2m)
    [[ -n $client_id && -n $client_secret ]] || fail \
        'm2m needs CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET'
    export DATABRICKS_AUTH_TYPE=oauth-m2m DATABRICKS_CLIENT_ID=$client_id DATABRICKS_CLIENT_SECRET=$client_secret
    ;;
federation)
    [[ -n $client_id && -n $subject_token ]] || fail \
        'federation needs CONNECTOR_CLIENT_ID and CONNECTOR_SUBJECT_TOKEN'
    export DATABRICKS_AUTH_TYPE=env-oidc DATABRICKS_CLIENT_ID=$client_id DATABRICKS_OIDC_TOKEN=$subject_token
    ;;
u2m-built-in)
    [[ -z $token$client_id$client_secret ]] || fail 'u2m-built-in wants no credential'
    # Its own file of profiles: the CLI writes one when a user has signed in.
    export DATABRICKS_AUTH_TYPE=databricks-cli DATABRICKS_AUTH_STORAGE=plaintext
    DATABRICKS_CONFIG_FILE=$HOME/.assay-databrickscfg
    ;;
*) fail "unknown authentication type $mode: use pat, m2m, u2m-built-in, token or federation" ;;
esac

databricks() {
    "${BASH_SOURCE[0]%/*}/build/databricks" "$@" --output json ${CONNECTOR_LOG:+--debug}
}

if [[ $mode == u2m-built-in ]] && ! databricks auth token --host "$host" >/dev/null 2>&1; then
    databricks auth login --host "$host" --profile assay --timeout 15s >&2
fi
table=$(databricks tables get "$CONNECTOR_TABLE")
body=$(jq -cn --arg warehouse "$CONNECTOR_WAREHOUSE_ID" --arg statement "$CONNECTOR_STATEMENT" \
    '{warehouse_id: $warehouse, statement: $statement, wait_timeout: "10s"}')
answer=$(databricks api post /api/2.0/sql/statements --json "$body")
state=$(jq -r '.status.state' <<<"$answer")
while [[ $state == PENDING || $state == RUNNING ]]; do
    sleep 0.3
    answer=$(databricks api get "/api/2.0/sql/statements/$(jq -r '.statement_id | @uri' <<<"$answer")")
    state=$(jq -r '.status.state' <<<"$answer")
done
# The CLI prints the answer as it came: that a statement has failed is in it.
[[ $state == SUCCEEDED || $state == CLOSED ]] ||
    fail "statement $state: $(jq -r '.status.error.message // ""' <<<"$answer")"
jq -r '"ok: table \(.table_id)"' <<<"$table"
