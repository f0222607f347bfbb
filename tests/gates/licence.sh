#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The licence line is asked of sources, scripts, YAML and CMake files, near the top, and only there.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"

LINE='SPDX-License-Identifier: Apache-2.0'
clean_tree() {
    clear_tree
    plant base/core/a.c <<<"/* $LINE */"
    printf '%s\n' '#!/bin/sh' "# $LINE" | plant scripts/run
    printf '%s\n' '---' '' "# $LINE" | plant cases/a.yaml
    plant CMakeLists.txt <<<"# $LINE"
    plant docs/a.md <<<'no line here'
    plant connectors/x/pyproject.lock <<<'none here'
    plant tests/fuzz/corpus/yaml/a.yaml <<<'a: 1'
    plant connectors/x/empty/__init__.py </dev/null
}

clean_tree
passes "a clean tree" check-licence
for file in base/core/b.h cases/b.yml cmake/X.cmake connectors/x/main.py connectors/x/index.js; do
    clean_tree
    plant "$file" <<<'nothing'
    refuses "$file without a line" "$file:1: no licence line" check-licence
done
clean_tree
printf '%s\n' '#!/bin/sh' 'echo' | plant scripts/other
refuses "a script without an ending" "scripts/other:1: no licence line" check-licence
clean_tree
printf '%s\n' '' '' '' "/* $LINE */" | plant base/core/a.c
refuses "a line too far down" "base/core/a.c:1: no licence line" check-licence
clean_tree
plant base/core/a.c <<<'/* SPDX-License-Identifier: MIT */'
refuses "another licence" "base/core/a.c:1: licence MIT" check-licence

finish
