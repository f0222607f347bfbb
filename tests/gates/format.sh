#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016  # what is planted is not to be expanded
# check-format, check-shell and check-all find what is planted, and --fix mends it.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"
for tool in clang-format shellcheck; do
    command -v "$tool" >/dev/null || exit 77
done

clean_tree() {
    clear_tree
    plant .clang-format <"$SOURCE/.clang-format"
    plant scripts/layers.txt <"$SOURCE/scripts/layers.txt"
    plant base/core/a.c <<'END'
/* SPDX-License-Identifier: Apache-2.0 */
int a(int x)
{
    return x;
}
END
    printf '%s\n' '#!/usr/bin/env bash' '# SPDX-License-Identifier: Apache-2.0' 'echo "$1"' |
        plant scripts/hello
}

clean_tree
passes "formatted C" check-format
passes "a good script" check-shell
passes "a clean tree" check-all
says "a clean tree" "ok    layers"

sed -i 's/    return x/  return x/' "$TREE/base/core/a.c"
refuses "an odd indentation" "base/core/a.c:4: not as clang-format writes it" check-format
run_gate check-all
[[ $status -eq 1 ]] || complain "check-all should fail when one gate does"
says "check-all" "FAIL  format"
says "check-all" "base/core/a.c:4: not as clang-format"
says "check-all goes on" "ok    shell"
passes "mending" check-format --fix
passes "mended C" check-format

clean_tree
plant .clang-format <<<'NoSuchKey: 3'
run_gate check-format
[[ $status -eq 1 ]] || complain "a .clang-format that cannot be read should fail the gate"

clean_tree
printf '%s\n' '#!/bin/sh' 'rm $1' | plant scripts/hello
refuses "an unquoted variable" "scripts/hello:2:" check-shell
clean_tree
printf '%s\n' '# shellcheck shell=bash' 'rm $1' | plant tests/x.sh
refuses "a sourced file" "tests/x.sh:2:" check-shell

finish
