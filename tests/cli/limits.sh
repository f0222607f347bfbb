#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What bounds a connector in a sealed world, tried from inside: read-only files, a capped tmpfs, a process
# limit, rlimits, no rights to gain, a /proc of its own.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

script_connector <<'SH'
#!/bin/bash
wrong() { echo "$*" >&2; exit 1; }
status() { sed -n "s/^$1:[[:space:]]*//p" /proc/self/status; }

# Files: everything but the tmpfs is read-only, the connector's own folder too.
for place in / /usr /etc /var/lib "$(dirname "$0")"; do
    if touch "$place/left-behind" 2>/dev/null; then wrong "could write to $place"; fi
done
for place in "$HOME" "$TMPDIR" /var/tmp /dev/shm; do
    [ "$(stat -f -c %T "$place")" = tmpfs ] || wrong "$place is no tmpfs"
    touch "$place/mine" || wrong "cannot write to $place"
done
[ "$(stat -f -c '%b * %S' "$HOME" | sed 's/$/ \/ 1048576/' | xargs expr)" -le 256 ] || wrong "the tmpfs is larger than 256 MiB"
dd if=/dev/zero of="$TMPDIR/a" bs=1M count=200 2>/dev/null || wrong "200 MiB do not fit"
if dd if=/dev/zero of="$TMPDIR/b" bs=1M count=200 2>/dev/null; then wrong "400 MiB fit"; fi
rm "$TMPDIR/a" "$TMPDIR/b"

# Rights: none, and none to be gained.
[ "$(status NoNewPrivs)" = 1 ] || wrong "no_new_privs is not set"
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
    [ "$(status $set)" = 0000000000000000 ] || wrong "$set is $(status $set)"
done
if mount -t tmpfs none /mnt 2>/dev/null; then wrong "could mount"; fi

# Limits of the manifest.
[ "$(ulimit -n)" = 200 ] || wrong "open files: $(ulimit -n)"
[ "$(ulimit -c)" = 0 ] || wrong "core dumps: $(ulimit -c)"
[ "$(ulimit -u)" = 150 ] || wrong "processes: $(ulimit -u)"
[ "$(ulimit -f)" = 266240 ] || wrong "file size: $(ulimit -f)"
[ "$(ulimit -v)" = 4194304 ] || wrong "memory: $(ulimit -v)"

# /proc: the cell's processes only; this one is below its init.
[ "$(ls /proc | grep -c '^[0-9]')" -lt 20 ] || wrong "other processes are seen"
if [ -w /proc/sys/kernel/hostname ]; then wrong "the kernel's settings can be written"; fi

# Processes: far fewer than 1000, for root as well, where the kernel can bound them (Linux 6.14). Not by a
# loop of the shell, which tries a refused fork again and again, with longer and longer pauses.
count=$(python3 - <<'PY'
import errno, os, signal

children = []
try:
    while len(children) < 1000:
        child = os.fork()
        if child == 0:
            signal.pause()
            os._exit(0)
        children.append(child)
except OSError as error:
    if error.errno != errno.EAGAIN:
        raise
finally:
    for child in children:
        os.kill(child, signal.SIGKILL)
    for child in children:
        os.waitpid(child, 0)
print(len(children))
PY
) || wrong "could not count processes"
[ "$count" -ge 20 ] || wrong "only $count processes"
# The limit is on how many there are at a time: after many more in turn, two at once still start.
for ((i = 0; i < 300; i++)); do
    /bin/true | /bin/true || wrong "no two processes after $i in turn"
done
IFS=.- read -r major minor _ < <(uname -r)
if [ "$(id -u)" != 0 ] || [ "$major" -gt 6 ] || { [ "$major" = 6 ] && [ "$minor" -ge 14 ]; }; then
    [ "$count" -lt 500 ] || wrong "$count processes at once"
fi
SH
cat >>"$work/connector/connector.yaml" <<'YAML'
limits: {open_files: 200, processes: 150, file_size: 260MiB, memory: 4GiB}
YAML
suite_begin
suite_case limits '[{operation: validate}]' '[{check: outcome.ok}]'
sealed_or_skip "$work/reports"
[ "$code" = 0 ] || { fail "exit $code"; cat "$work/out" "$work/err" >&2; }
if [ -e "$work/connector/left-behind" ]; then fail "something was left behind"; fi
finish
