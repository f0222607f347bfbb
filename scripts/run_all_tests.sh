#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tests connectors: builds assay, prepares the bundled connectors and runs them against the mock.
#
#   scripts/run_all_tests.sh [OPTIONS]
#
#   --connector NAME   a folder of connectors/ (may be repeated); `all' is every one of them
#                      (default: reference, python-sdk and curl-script); --connectors NAME,NAME... names several
#   --auth MODE        only this mode: pat, m2m, u2m, u2m-built-in, token, federation, entra, msi, obo,
#                      google-credentials, google-id
#   --case GLOB        only the cases that match
#   --level LEVEL      must, should or may: what counts
#   --jobs N           N cases at a time
#   --output DIR       where the run's folder is made (default: reports)
#   --browser KIND     who signs in: fake or chromium
#   --quiet            no progress, and of the results only what was not expected
#   -h, --help         this text
#
# Your own connector needs no script: build/dev/bin/assay run -c path/to/connector.yaml
# Exit: assay's (0 pass, 1 a must failed, 2 incomplete, 65 bad file, ...), 64 usage, 69 not built or
# not prepared.
set -euo pipefail
# shellcheck source=scripts/messages.sh
. "$(dirname "${BASH_SOURCE[0]}")/messages.sh"

DEFAULT_CONNECTORS=(reference python-sdk curl-script)
connectors=()
assay_args=()
output=$ROOT/reports
CONNECTORS=${ASSAY_CONNECTORS:-$ROOT/connectors}

one_of() {
    local option=$1 value=$2
    shift 2
    local word
    for word in "$@"; do
        [[ $word != "$value" ]] || return 0
    done
    usage_error "$option $value: want one of: $*$(did_you_mean "$value" "$@")"
}

known_connectors() {
    local file
    for file in "$CONNECTORS"/*/connector.yaml; do
        [[ -f $file ]] || continue
        file=${file%/connector.yaml}
        echo "${file##*/}"
    done
}

parse_options() {
    while [[ $# -gt 0 ]]; do
        case $1 in
        -h | --help)
            show_help
            exit 0
            ;;
        --quiet)
            assay_args+=(--quiet)
            shift
            continue
            ;;
        --connector | --connectors | --auth | --case | --level | --jobs | --output | --browser) need_value "$@" ;;
        *) usage_error "unknown argument: $1" ;;
        esac
        case $1 in
        --connector) connectors+=("$2") ;;
        --connectors)
            local names
            IFS=, read -ra names <<<"$2"
            connectors+=("${names[@]}")
            ;;
        --auth)
            one_of --auth "$2" pat m2m u2m u2m-built-in token federation entra msi obo \
                google-credentials google-id
            assay_args+=(--auth "$2")
            ;;
        --level)
            one_of --level "$2" must should may
            assay_args+=(--level "$2")
            ;;
        --case) assay_args+=(--case "$2") ;;
        --jobs)
            is_count "$2" || usage_error "--jobs wants a number above 0, not $2"
            assay_args+=(--jobs "$2")
            ;;
        --output) output=$2 ;;
        --browser)
            one_of --browser "$2" fake chromium
            assay_args+=(--browser "$2")
            ;;
        esac
        shift 2
    done
}

# Turns `all' and the default into names, and refuses unknown ones; fills `selected'.
select_connectors() {
    local known name
    mapfile -t known < <(known_connectors)
    [[ ${#connectors[@]} -gt 0 ]] || connectors=("${DEFAULT_CONNECTORS[@]}")
    selected=()
    for name in "${connectors[@]}"; do
        if [[ $name == all ]]; then
            selected+=("${known[@]}")
        elif [[ " ${known[*]} " == *" $name "* ]]; then
            selected+=("$name")
        else
            usage_error "no connector named $name; there are:" \
                "${known[*]:-none}$(did_you_mean "$name" "${known[@]}" all)"
        fi
    done
    [[ ${#selected[@]} -gt 0 ]] || cannot_start "there is no connectors/NAME/connector.yaml"
    # Named twice is asked for once.
    mapfile -t selected < <(printf '%s\n' "${selected[@]}" | awk '!seen[$0]++')
}

parse_options "$@"
select_connectors
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
assay=${ASSAY:-$ROOT/build/dev/bin/assay}
mkdir -p "$output"
output=$(cd "$output" && pwd)

"$here/bootstrap" --connectors "${selected[@]}" ||
    cannot_start "the connectors are not prepared; the reason is above"
if [[ -z ${ASSAY:-} ]]; then
    "$here/build" dev || cannot_start "assay is not built; the reason is above"
fi

manifests=()
for name in "${selected[@]}"; do
    manifests+=(-c "$CONNECTORS/$name/connector.yaml")
done
say "connectors: ${selected[*]}"
before=$(mktemp)
trap 'rm -f "$before"' EXIT
status=0
(cd "$ROOT" && "$assay" run "${manifests[@]}" --report json -o "$output" "${assay_args[@]}") || status=$?

# assay itself says where its reports are.
if [[ -z $(find "$output" -name build_report.md -newer "$before" -print -quit) ]]; then
    say "no report was written below $output (exit $status)"
    [[ $status -ne 0 ]] || status=73
fi
exit "$status"
