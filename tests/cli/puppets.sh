#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Programs that misbehave, through the whole harness: each ends within its limit as fail or could-not-run,
# never green, and leaves no process behind.
# shellcheck source-path=SCRIPTDIR disable=SC2016
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay
mark=assay_puppet_$$_$RANDOM

# puppet NAME LIMIT_SECONDS EXIT VERDICT SAYING SHELL_PROGRAM: runs connect/pat against bash -c PROGRAM
puppet() {
    local name=$1 limit=$2 code=$3 verdict=$4 saying=$5 program=$6 began took
    mkdir -p "$work/$name"
    printf '%s\n' "$program" >"$work/$name/program.sh"
    cat >"$work/$name/connector.yaml" <<YAML
assay: 1
name: $name
version: 1.0.0
language: shell
product: acme_puppet
drive: lines
speaks: [unity-catalog, statements]
run:
  argv: [/bin/bash, "\${connector_dir}/program.sh", $mark, "\${mode}"]
modes:
  pat: {env: {TOKEN: "\${token}", HOST: "\${host}"}}
limits: {start: 2s, operation: 2s, stop: 1s, case: 6s, output: 4MiB, processes: 64}
YAML
    began=$(date +%s)
    run_program "$code" "$assay" run -q -c "$work/$name/connector.yaml" -o "$work/$name/reports" --case connect/pat
    took=$(($(date +%s) - began))
    [ "$took" -le "$limit" ] || fail "$name took $took s, more than $limit s"
    says "$work/out" "$verdict"
    says "$work/out" "$saying"
    if pgrep -f "$mark" >"$work/left"; then
        fail "$name left processes: $(tr '\n' ' ' <"$work/left")"
        pkill -9 -f "$mark" || true
    fi
    if grep -q '^verdict: pass' "$work/out"; then
        fail "$name is green"
    fi
}

puppet exits-at-once 40 1 fail 'ended' 'exit 3'
puppet hangs-at-start 60 1 fail 'timeout' 'exec sleep 600'
puppet says-half-a-line 60 1 fail 'timeout' 'read -r line; printf "{\"seq\":1,\"ok\":"; exec sleep 600'
puppet says-no-json 40 1 fail 'invalid' 'while read -r line; do echo "hello"; done'
puppet answers-another 40 1 fail 'invalid' 'while read -r line; do echo "{\"seq\":77,\"ok\":true}"; done'
puppet dies-by-signal 40 1 fail 'signal' 'read -r line; kill -SEGV $$'
puppet floods-stdout 60 1 fail 'probe/nonce' 'read -r line; exec head -c 1000000000 /dev/zero'
puppet floods-stderr 60 1 fail 'output' 'read -r line; exec head -c 1000000000 /dev/zero >&2'
puppet escapes 60 1 fail 'fail' "setsid bash -c 'setsid bash -c \"sleep 600\" $mark & sleep 600' $mark & while read -r line; do echo '{\"seq\":1,\"ok\":false,\"error\":\"no luck at all\"}'; done"
puppet ignores-term 60 1 fail 'timeout' 'trap "" TERM; while read -r line; do :; done; while :; do sleep 1; done'
puppet lies 40 1 fail 'without' 'n=0; while read -r line; do n=$((n + 1)); echo "{\"seq\":$n,\"ok\":true,\"table_id\":\"made-up\"}"; done'

# No such program is incomplete: nothing was judged.
sed 's#/bin/bash#/nonexistent/bash#' "$work/lies/connector.yaml" >"$work/lies/missing.yaml"
run_program 2 "$assay" run -q -c "$work/lies/missing.yaml" -o "$work/missing" --case connect/pat
says "$work/out" 'could-not-run'
says "$work/out" '/nonexistent/bash'
finish
