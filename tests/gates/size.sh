#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Files and functions at the limit pass, one line more does not.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"

lines() { # COUNT
    seq -f '/* %g */' "$1"
}

function_of() { # LINES from brace to brace
    printf 'int f(void)\n{\n'
    seq -f '    g(%g);' "$(($1 - 1))"
    printf '}\n'
}

at_the_limit() {
    clear_tree
    lines 600 | plant base/core/long.c
    lines 200 | plant base/core/long.h
    function_of 60 | plant base/core/f.c
    { # a table is not a function
        echo 'static const int table[] = {'
        seq -f '    %g,' 100
        echo '};'
    } | plant base/core/table.c
    lines 900 | plant docs/long.md
}

at_the_limit
passes "everything at its limit" check-size

lines 601 | plant base/core/long.c
refuses "a long .c file" "base/core/long.c:601: 601 lines" check-size
at_the_limit
lines 201 | plant base/core/long.h
refuses "a long .h file" "base/core/long.h:201: 201 lines" check-size
at_the_limit
function_of 61 | plant connectors/reference/f.c
refuses "a long function" "connectors/reference/f.c:2: function of 61 lines" check-size
at_the_limit
{
    function_of 30
    echo '/* a comment may hold what looks like code'
    printf '}\n{\n*/\n'
    function_of 70
} | plant base/core/f.c
refuses "a long function after a comment" "base/core/f.c:38: function of 70 lines" check-size

finish
