#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Workspaces of all three clouds in sealed worlds: production host names over IPv4 and IPv6, the account
# console, Entra ID and the machine's metadata where the cloud has them. The connector is a few curl calls.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay

suite_begin
for cloud in aws azure gcp; do
    suite_case "$cloud" '[{operation: validate}]' '[{check: outcome.ok}, {check: isolation.no_egress}]'
    printf 'given: {cloud: %s}\nmodes: [m2m]\n' "$cloud" >>"$work/suite/own/$cloud.yaml"
done

connector_script <<'SH'
#!/bin/sh
set -eu
get() { curl -sS -m 10 -o /dev/null -w '%{http_code}' "$@"; }
want() { # STATUS WHAT ARGUMENT...
    status=$1 what=$2
    shift 2
    got=$(get "$@") || got="none ($?)"
    [ "$got" = "$status" ] || { echo "$what: $got instead of $status" >&2; exit 1; }
}
case $1 in
aws) suffix=.cloud.databricks.com ;;
azure) suffix=.azuredatabricks.net ;;
gcp) suffix=.gcp.databricks.com ;;
esac
case $HOST in
https://*"$suffix") ;;
*) echo "the host is $HOST" >&2; exit 1 ;;
esac
for family in -4 -6; do
    want 200 "workspace $family" $family "$HOST/.well-known/databricks-config"
    want 200 "account $family" $family "$ACCOUNT/oidc/accounts/$ACCOUNT_ID/.well-known/oauth-authorization-server"
done
curl -sS "$HOST/.well-known/databricks-config" | grep -iq "\"cloud\": *\"$1\"" || { echo "another cloud" >&2; exit 1; }
token_body="grant_type=client_credentials&client_id=$ID&client_secret=$SECRET&scope=all-apis"
want 200 "Databricks token" -d "$token_body" "$HOST/oidc/v1/token"
metadata=http://169.254.169.254
if [ "$1" = azure ]; then
    entra=https://login.microsoftonline.com/$TENANT/oauth2/v2.0/token
    resource=2ff814a6-3304-4ab8-85cb-cd0e6f879c1d
    body="grant_type=client_credentials&client_id=$ID&scope=$resource%2F.default"
    token_of() { sed 's/.*"access_token":"\([^"]*\)".*/\1/'; }
    entra_token=$(curl -sS -d "$body" --data-urlencode "client_secret=$ENTRA_SECRET" "$entra" | token_of)
    machine_token=$(curl -sS -H 'Metadata: true' \
        "$metadata/metadata/identity/oauth2/token?api-version=2018-02-01&resource=$resource&client_id=$IDENTITY" | token_of)
    for token in "$entra_token" "$machine_token"; do
        want 200 "SCIM Me" -H "Authorization: Bearer $token" "$HOST/api/2.0/preview/scim/v2/Me"
    done
    want 302 "sign-in page" "$HOST/aad/auth"
elif [ "$1" = gcp ]; then
    want 404 "metadata service without an identity" -H 'Metadata-Flavor: Google' \
        "$metadata/computeMetadata/v1/instance/service-accounts/default/identity?audience=x"
fi
SH

manifest_write() { # FILE CLOUD ENV
    cat >"$1" <<YAML
assay: 1
name: curl-$2
version: "1.0.0"
language: sh
product: Acme_Curl
drive: exec
cloud: $2
speaks: [unity-catalog]
run:
  env: {HOST: "\${host}", ACCOUNT: "\${account_host}", ACCOUNT_ID: "\${account_id}", ID: "\${client_id}", SECRET: "\${client_secret}"$3}
modes: {m2m: {}}
operations: {validate: [["$work/connector/connector.sh", $2]]}
YAML
}
manifest_write "$work/aws.yaml" aws ''
manifest_write "$work/gcp.yaml" gcp ''
# shellcheck disable=SC2016 # assay's variables
manifest_write "$work/azure.yaml" azure ', TENANT: "${azure_tenant_id}", ENTRA_SECRET: "${azure_client_secret}", IDENTITY: "${azure_identity_id}"'

run_sealed_or_skip -c "$work/aws.yaml" --cases "$work/suite" --case own/aws -o "$work/aws"
ends_with 0
for cloud in azure gcp; do
    run_program 0 "$assay" run -q --isolation sealed -c "$work/$cloud.yaml" --cases "$work/suite" --case "own/$cloud" -o "$work/$cloud"
done
# An Azure connector is not asked to work elsewhere, and what only Azure has is refused elsewhere.
run_program 0 "$assay" run --isolation sealed -c "$work/azure.yaml" --cases "$work/suite" -o "$work/all"
says "$work/all/build_report.md" 'is about another cloud than azure'
sed 's/^cloud: azure/cloud: gcp/' "$work/azure.yaml" >"$work/wrong.yaml"
run_program 65 "$assay" lint "$work/wrong.yaml"
says "$work/err" 'cloud: azure'
# Without walls there are no such names: incomplete, not passed.
run_program 2 "$assay" run -q --isolation env -c "$work/azure.yaml" --cases "$work/suite" --case own/azure -o "$work/env"
finish
