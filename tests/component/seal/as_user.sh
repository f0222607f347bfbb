#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# as_user.sh PROGRAM: root runs a test program once more as an ordinary user, in user namespaces.
set -euo pipefail

if [ "$(id -u)" != 0 ]; then
    echo "skipped: this is an ordinary user already"
    exit 77
fi
command -v setpriv >/dev/null || { echo "skipped: there is no setpriv"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
install -m 755 "$1" "$dir/program" # the build folder may be closed to others
chmod 755 "$dir"
as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
exec_env=(env -i PATH=/usr/bin:/bin TMPDIR=/tmp HOME=/)
"${as_nobody[@]}" "${exec_env[@]}" "$dir/program" --short-filename --verbose=1 2>&1 | tee "$dir/log"
if grep -q 'a sealed cell is refused' "$dir/log"; then
    exit 77
fi
grep -q 'Failing: 0' "$dir/log"
