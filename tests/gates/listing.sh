#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# In a git tree a gate sees tracked and new files, not ignored ones; every script explains itself.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"
command -v git >/dev/null || exit 77

plant .gitignore <<<'/build/'
plant build/made.c <<<'int made;'
plant base/core/kept.c <<<'/* SPDX-License-Identifier: Apache-2.0 */'
git -C "$TREE" init -q
git -C "$TREE" add .gitignore base
passes "an ignored file" check-licence
plant base/core/new.c <<<'int x;'
refuses "a new file" "base/core/new.c:1:" check-licence
git -C "$TREE" add base/core/new.c
refuses "a tracked file" "base/core/new.c:1:" check-licence
rm "$TREE/base/core/new.c"
passes "a deleted file" check-licence

for script in "$SOURCE"/scripts/*; do
    [[ -x $script && -f $script ]] || continue
    name=${script##*/}
    exits "$name --help" 0 "$script" --help
    [[ -s $OUTPUT ]] || complain "$name --help says nothing"
    # these two hand what they do not know to ctest
    [[ $name != test.sh && $name != coverage ]] || continue
    exits "$name --no-such-option" 64 "$script" --no-such-option
    says "$name with an unknown option" "--no-such-option"
done

finish
