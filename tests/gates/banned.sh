#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Banned calls, words and names are found in code, not in comments and strings, and can be waived.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"

clean_tree() {
    clear_tree
    plant base/core/ok.c <<'END'
/* strcpy(a, b) is banned */
const char *text = "call getenv(\"HOME\") and // system(x)";
int64_t at = clock->time(clock) + options.sleep(1) + my_atoi(z) + x509_time(t);
END
    plant base/sys/env.c <<<'char *p = getenv("HOME");'
    plant base/sys/clock.c <<<'int r = clock_gettime(id, &ts);'
    plant base/text/number.c <<<'double d = strtod(z, &end);'
    plant tests/component/probe.c <<<'pid_t pid = fork();'
    plant connectors/reference/main.c <<<'char *p = getenv("DATABRICKS_HOST");'
    plant docs/x.md <<<'mkstemp("XXXXXX") is fine, so is a network/work/flow'
    plant tests/fuzz/corpus/json/1 <<<'TO''DO'
}

clean_tree
passes "a clean tree" check-banned

# One run of the gate looks at all that is planted: each line in a file of its own.
clean_tree
expected=()
refuse_line() { # WHAT FILE TEXT EXPECTED: TEXT becomes line 2 of FILE
    local file=$2
    if [[ -e $TREE/$file ]]; then
        file=${2%.*}_${#expected[@]}${2#"${2%.*}"}
    fi
    printf '%s\n' '' "$3" | plant "$file"
    expected+=("$1|$file:2: $4")
}
for call in strcpy strcat sprintf strtok atoi strtol strtoull strtod gmtime localtime rand system \
    popen alloca getenv time clock_gettime sleep usleep fork execve posix_spawn; do
    refuse_line "$call" harness/run/x.c "    x = $call(y);" "call of $call()"
done
refuse_line "a space before the parenthesis" mock/http/x.c 'time (NULL);' "call of time()"
refuse_line "a call after a string" mock/http/x.c 'f("\"", rand());' "call of rand()"
refuse_line "an unsafe call in a test" tests/unit/base/x.c 'strcpy(a, b);' "call of strcpy()"
refuse_line "strtod elsewhere in base/text" base/text/url.c 'strtod(a, b);' "call of strtod()"
refuse_line "a word in a comment" base/core/x.h '/* FIX''ME later */' "\`FIX""ME'"
refuse_line "a word in a document" docs/y.md 'TO''DO: say more' "\`TO""DO'"
refuse_line "a machine's path" scripts/x 'cd /wo''rk/main' "\`/wo""rk/'"
refuse_line "a path out of the project" docs/y.md 'see ../sha''red/x' "\`../sha""red'"

refuse_line "a waiver without a reason" harness/run/x.c 'x = rand(); /* allow: */' \
    "a waiver without a reason"
run_gate check-banned
[[ $status -eq 1 ]] || complain "planted lines: check-banned should exit 1, but its exit is $status"
for entry in "${expected[@]}"; do
    awk -v want="${entry#*|}" 'index($0, want) == 1 { found = 1 } END { exit !found }' "$OUTPUT" ||
        complain "${entry%%|*}: no line begins with '${entry#*|}'"
done
found=$(grep -c '^[^ :]*:[0-9]*: ' "$OUTPUT") || true
[[ $found -eq ${#expected[@]} ]] ||
    complain "planted lines: ${#expected[@]}, but $found were found"

clean_tree
plant base/core/util.c <<<'int x;'
refuses "a file named util.c" "base/core/util.c:1: a file named util.c" check-banned

clean_tree
printf '%s\n' 'x = rand(); /* allow: the seed does not matter here */' \
    '/* allow: measured, and the parent is single-threaded */' 'y = fork();' | plant harness/run/x.c
passes "waivers with a reason" check-banned
says "waivers with a reason" "2 waived"
clean_tree
printf '%s\n' 'f(); /* allow: for this line only */' 'y = fork();' | plant harness/run/x.c
refuses "a waiver at the end of the line above" "harness/run/x.c:2: call of fork()" check-banned

finish
