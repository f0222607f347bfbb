#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds and runs the clock test of one language under the driver.
#
#   run_language.sh python|node|java|go|rust clocks|suspend DRIVER [DRIVER OPTION...]
#
# Exit: the driver's; 77 when the language is not installed here.
set -euo pipefail
language=$1 program=$2 driver=$3
shift 3
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

need() {
    command -v "$1" > /dev/null || {
        echo "$1 is not installed: skipped"
        exit 77
    }
}

case $language in
python)
    need python3
    export PYTHONDONTWRITEBYTECODE=1 # probe.py is beside the program, in the source
    # The interpreter itself: what is found first may be a wrapper in shell.
    command=("$(python3 -c 'import sys; print(sys.executable)')" "$here/$program.py")
    ;;
node)
    need node
    command=("$(command -v node)" "$here/$program.js")
    ;;
java)
    need javac
    class=${program^}
    javac -d "$dir" "$here/Probe.java" "$here/$class.java"
    command=("$(command -v java)" -cp "$dir" "$class")
    ;;
go)
    need go
    # Kept, as a first build compiles the standard library, and in the build folder, beside the driver's.
    cache=$(cd "$(dirname "$driver")/.." && pwd)/go-cache
    CGO_ENABLED=0 GOCACHE=$cache GOFLAGS=-mod=mod go build -o "$dir/$program" "$here/probe.go" "$here/$program.go"
    command=("$dir/$program")
    ;;
rust)
    need rustc
    rustc -O -o "$dir/$program" "$here/$program.rs"
    command=("$dir/$program")
    ;;
*)
    echo "unknown language: $language" >&2
    exit 64
    ;;
esac
status=0
"$driver" --counters --deadline 60 "$@" "${command[@]}" || status=$?
exit "$status"
