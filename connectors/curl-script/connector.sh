#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves a connection to Databricks: gets a Unity Catalog table and runs a SQL statement.
#
#   connector.sh --auth pat|m2m|token
#
# CONNECTOR_HOST, CONNECTOR_WAREHOUSE_ID, CONNECTOR_TABLE and CONNECTOR_STATEMENT say what;
# CONNECTOR_TOKEN (pat, token) or CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET (m2m) say who.
# CONNECTOR_LOG=debug logs requests to stderr. Exit: 0 connected, 1 not; the reason is on stderr.
#
# Credentials reach curl through its standard input: arguments and environments can be read by others.
set -euo pipefail
# The programs started here need none of these.
export -n CONNECTOR_TOKEN CONNECTOR_CLIENT_ID CONNECTOR_CLIENT_SECRET

readonly USER_AGENT=assay_curlscript/1.0.0
readonly TRIES=3 POLLS=20
status='' answer='' retry_after='' request_id='' token=''

# A server may quote what it was sent, so credentials are masked in what is said.
fail() {
    local message=$* secret
    for secret in "$token" "${CONNECTOR_TOKEN:-}" "${CONNECTOR_CLIENT_SECRET:-}"; do
        [[ -z $secret ]] || message=${message//"$secret"/***}
    done
    printf 'error: %s\n' "$message" >&2
    exit 1
}

debug() {
    [[ ${CONNECTOR_LOG:-} != debug ]] || printf 'debug: %s\n' "$*" >&2
}

# quoted VALUE: as curl's configuration wants it.
quoted() {
    local value=${1//\\/\\\\}
    printf '"%s"' "${value//\"/\\\"}"
}

# send METHOD PATH LINE...: one request, each LINE a line of curl's configuration. Leaves status,
# answer, retry_after and request_id; status 000 when no whole answer came, the reason then in answer.
# Without .curlrc, netrc, proxies and redirects.
send() {
    local method=$1 path=$2
    shift 2
    answer=$(printf '%s\n' "$@" | curl --disable --config - --silent --show-error --noproxy '*' \
        --proto '=http,https' --connect-timeout 5 --max-time 20 --request "$method" \
        --user-agent "$USER_AGENT" --header 'Accept: application/json' \
        --write-out '\n%{http_code} %header{x-request-id}|%header{retry-after}' "$host$path" 2>&1) ||
        answer=${answer%%$'\n'*}$'\n''000 |'
    read -r status retry_after <<<"${answer##*$'\n'}"
    request_id=${retry_after%%|*}
    retry_after=${retry_after#*|}
    answer=${answer%$'\n'*}
    debug "$method $host$path -> $status"
}

# seconds_asked_for DEFAULT: what Retry-After says, which may be a date.
seconds_asked_for() {
    local seconds=$retry_after
    if [[ $seconds == *:* ]]; then
        seconds=$(($(date -d "$seconds" +%s 2>/dev/null || echo 0) - $(date +%s)))
    fi
    [[ $seconds =~ ^[0-9]+$ ]] && ((seconds <= 20)) || seconds=$1
    printf '%s' "$seconds"
}

# send_patiently METHOD PATH LINE...: again after 429 and 503, as late as the server asks for. A GET
# also when no answer came; a POST may have been carried out.
send_patiently() {
    local try
    for ((try = 1; try < TRIES; try++)); do
        send "$@"
        [[ $status == 429 || $status == 503 || ($status == 000 && $1 == GET) ]] || break
        sleep "$(seconds_asked_for "$try")"
    done
    ((try < TRIES)) || send "$@"
    [[ $status != 000 ]] || fail "$1 $2: $answer"
}

# field FILTER: of the answer; nothing when it is absent or the answer is no JSON object.
field() {
    printf '%s' "$answer" | jq -r "objects | $1 // empty" 2>/dev/null || :
}

reason() {
    local text id
    text=$(field '[.error_code, .error, .message, .error_description, .detail]
                  | map(strings | gsub("[[:cntrl:]]"; " ")) | join(": ")')
    printf 'HTTP %s: %s' "$status" "${text:-the answer gives no reason}"
    id=${request_id:-$(field '[.details[]?.request_id | strings][0]')}
    [[ -z $id ]] || printf ' (request id %s)' "$id"
}

# call WHAT METHOD PATH [JSON]: an API call; ends the script unless it is answered 2xx with JSON.
call() {
    local what=$1 method=$2 path=$3
    [[ $auth != m2m ]] || (($(now_ms) < renew_at)) || get_m2m_token
    local lines=("header = $(quoted "Authorization: Bearer $token")")
    if [[ $# -gt 3 ]]; then
        lines+=('header = "Content-Type: application/json"' "data-binary = $(quoted "$4")")
    fi
    send_patiently "$method" "$path" "${lines[@]}"
    [[ $status == 2?? && $(field '"object"') == object ]] || fail "$what: $(reason)"
}

now_ms() {
    printf '%s' "$((${EPOCHREALTIME/[^0-9]/} / 1000))"
}

# Sets token, and renew_at: a minute before its end, or a third of a life that is short.
get_m2m_token() {
    local type life asked_at
    asked_at=$(now_ms)
    send_patiently POST /oidc/v1/token 'data = "grant_type=client_credentials&scope=all-apis"' \
        "data-urlencode = $(quoted "client_id=$CONNECTOR_CLIENT_ID")" \
        "data-urlencode = $(quoted "client_secret=$CONNECTOR_CLIENT_SECRET")"
    [[ $status == 2?? ]] && token=$(field .access_token)
    [[ -n $token ]] || fail "no token was granted: $(reason)"
    type=$(field .token_type)
    [[ ${type,,} == bearer ]] || fail "a token of the unknown type ${type:-(not told)} was granted"
    life=$(field '[(.expires_in // 3600 | tonumber? // 0), 86400] | min * 1000 | floor')
    renew_at=$((asked_at + life - (life / 3 < 60000 ? life / 3 : 60000)))
}

get_table() {
    local name
    name=$(jq -rn --arg name "$CONNECTOR_TABLE" '$name | @uri')
    call 'get table' GET "/api/2.1/unity-catalog/tables/$name"
}

run_statement() {
    local body id state poll
    body=$(jq -cn --arg warehouse "$CONNECTOR_WAREHOUSE_ID" --arg statement "$CONNECTOR_STATEMENT" \
        '{warehouse_id: $warehouse, statement: $statement, wait_timeout: "10s"}')
    call 'run statement' POST /api/2.0/sql/statements/ "$body"
    id=$(field '.statement_id | @uri')
    for ((poll = 0; poll < POLLS; poll++)); do
        state=$(field .status.state)
        [[ $state == PENDING || $state == RUNNING ]] || break
        sleep 0.3
        # A statement may take longer than its token lives.
        call 'poll statement' GET "/api/2.0/sql/statements/$id"
    done
    # Failures of the statement come with HTTP 200; CLOSED is a success without rows.
    if [[ $state != SUCCEEDED && $state != CLOSED || -n $(field .status.error) ]]; then
        fail "run statement: state ${state:-not given}: $(field .status.error.error_code):" \
            "$(field .status.error.message)"
    fi
}

check_host() {
    host=${CONNECTOR_HOST:-}
    [[ $host == http*://* ]] || host=https://$host
    host=$(printf '%s' "$host" | sed -E 's#^([a-z]+://[^/?]*).*#\1#')
    [[ $host =~ ^https?://[^/[:space:]@]+$ ]] || fail 'CONNECTOR_HOST is not a workspace URL'
    if [[ $host == http:* && ! $host =~ ^http://(127\.|\[::1\]|localhost|[^:]+\.localhost) ]]; then
        fail 'CONNECTOR_HOST begins with http://: credentials need https://'
    fi
}

# One connection, one kind of credential.
check_credentials() {
    local name
    for name in CONNECTOR_TOKEN CONNECTOR_CLIENT_ID CONNECTOR_CLIENT_SECRET; do
        [[ ! ${!name:-} =~ [[:cntrl:]] ]] || fail "$name holds a control character"
    done
    if [[ -n ${CONNECTOR_TOKEN:-} && -n ${CONNECTOR_CLIENT_ID:-}${CONNECTOR_CLIENT_SECRET:-} ]]; then
        fail 'credentials of two kinds are set: keep CONNECTOR_TOKEN, or' \
            'CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET'
    fi
    case $auth in
    pat | token) [[ -n ${CONNECTOR_TOKEN:-} ]] || fail "$auth needs CONNECTOR_TOKEN" ;;
    m2m)
        [[ -n ${CONNECTOR_CLIENT_ID:-} && -n ${CONNECTOR_CLIENT_SECRET:-} ]] ||
            fail 'm2m needs CONNECTOR_CLIENT_ID and CONNECTOR_CLIENT_SECRET'
        ;;
    *) fail "unknown authentication type $auth: use --auth pat, m2m or token" ;;
    esac
}

check_names() {
    local name
    for name in CONNECTOR_WAREHOUSE_ID CONNECTOR_TABLE CONNECTOR_STATEMENT; do
        [[ -n ${!name:-} ]] || fail "$name is not set"
    done
    [[ $CONNECTOR_TABLE =~ ^[^.]+\.[^.]+\.[^.]+$ ]] ||
        fail 'CONNECTOR_TABLE is not a full name: write catalog.schema.table'
}

[[ $# -eq 2 && $1 == --auth ]] || fail 'usage: connector.sh --auth pat|m2m|token'
readonly auth=$2
check_credentials
check_host
check_names
renew_at=0
token=${CONNECTOR_TOKEN:-}
get_table
table_id=$(field .table_id)
run_statement
printf 'ok: table %s\n' "$table_id"
