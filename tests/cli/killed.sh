#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# assay is killed with SIGKILL again and again, at random moments: neither processes nor mounts nor sockets
# are left. A namespace lives no longer than its last process or mount.
#   killed.sh [TIMES]
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
times=${1:-20}

# Everything that is started has the scratch folder in its arguments: mocks are forked from one that
# was, and have its own.
mkdir -p "$work/build/dev/bin"
ln -s "$ASSAY_SOURCE/cases" "$work/cases"
cp "$ASSAY_BIN"/{assay,assay-mock,assay-browser,assay-clock-probe,reference-connector} "$work/build/dev/bin/"
ASSAY_BIN=$work/build/dev/bin
assay=$ASSAY_BIN/assay
manifest=$work/reference.yaml
reference_manifest "$manifest"
mkdir "$work/tmp"
export TMPDIR=$work/tmp
run_sealed_or_skip -c "$manifest" -o "$work/first" --auth m2m --case connect/m2m
[ "$code" = 0 ] || fail "exit $code before anything was killed"

leftovers() { pgrep -f "$work/" || true; }
RANDOM=$$
alive=0
for _ in $(seq "$times"); do
    "$assay" run -q --isolation sealed -c "$manifest" -o "$work/killed" --auth m2m >/dev/null 2>&1 &
    pid=$!
    sleep "0.$(printf '%03d' $((RANDOM % 700)))"
    [ -z "$(leftovers)" ] || alive=$((alive + 1))
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
done
for _ in $(seq 50); do
    [ -n "$(leftovers)" ] || break
    sleep 0.2
done
[ -z "$(leftovers)" ] || fail "processes are left: $(leftovers | tr '\n' ' ')"
if grep -q "$work" /proc/mounts; then fail "mounts are left"; fi
if grep -q "$work" /proc/net/unix; then fail "sockets are left"; fi
[ "$alive" -gt $((times / 2)) ] || fail "only $alive of $times were alive when they were killed"
echo "killed $times times"
finish
