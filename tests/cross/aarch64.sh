#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All sources compile for aarch64, without warnings, and what cannot be moved or followed there says so:
# the latter runs under qemu-user. Exit 77 without gcc-aarch64-linux-gnu (Debian's package).
set -euo pipefail
: "${ASSAY_SOURCE:?}"
cd "$ASSAY_SOURCE"
gcc=aarch64-linux-gnu-gcc
command -v $gcc >/dev/null || { echo "skipped: $gcc is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export work

# Libraries' headers are this machine's: they do not differ in what is used of them.
flags=(-std=gnu17 -D_GNU_SOURCE -DASSAY_VERSION='"0"' -O1 -Wall -Wextra -Werror -I.
    -idirafter /usr/include -idirafter "/usr/include/$(gcc -print-multiarch)")
# As harness/clock/CMakeLists.txt has it: elsewhere than on x86-64 one file stands for the clock.
ported='harness/clock/(tracer_unsupported|clock_probe|self_probe)\.c$'
sources() {
    git ls-files 'base/*.c' 'harness/*.c' 'mock/*.c' | grep -v '^harness/clock/'
    git ls-files 'harness/clock/*.c' | grep -E "$ported"
}
compile() {
    local out
    out=$work/$(tr / _ <<<"$1").err
    "${@:2}" -fsyntax-only "$1" 2>"$out" || { cat "$out" >&2; return 1; }
}
export -f compile
sources | xargs -P "$(nproc)" -I{} bash -c 'compile "$@"' - {} $gcc "${flags[@]}" ||
    { echo "FAIL: not all of it compiles" >&2; exit 1; }
echo "$(sources | wc -l) files compile"

command -v qemu-aarch64 >/dev/null || { echo "not run: qemu-aarch64 is not installed"; exit 0; }
mapfile -t base < <(git ls-files 'base/core/*.c' 'base/text/*.c' 'base/sys/*.c')
$gcc "${flags[@]}" -ffunction-sections -Wl,--gc-sections -static tests/cross/fallback.c \
    harness/clock/tracer_unsupported.c harness/clock/clock_probe.c \
    "${base[@]}" -lpthread -o "$work/fallback" 2>"$work/link.err" ||
    { cat "$work/link.err" >&2; exit 1; }
qemu-aarch64 "$work/fallback" | tee "$work/said"
grep -q 'clocks cannot be moved on this processor' "$work/said"
grep -q 'programs cannot be followed on this processor' "$work/said"
echo "all as expected"
