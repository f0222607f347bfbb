# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the other scripts: how they speak, and where the tree is.
# Messages go to stderr; stdout is for results.

SCRIPT_NAME=${0##*/}
# shellcheck disable=SC2034  # read by the scripts that source this
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() {
    printf '%s: %s\n' "$SCRIPT_NAME" "$*" >&2
}

# Prints the script's own header comment as its help: the `#' lines after the licence line.
show_help() {
    awk 'NR <= 2 { next } /^#/ { sub(/^# ?/, ""); print; next } { exit }' "$0"
}

# usage_error TEXT: exit 64, as both programs do.
usage_error() {
    say "$*; see $SCRIPT_NAME --help"
    exit 64
}

# cannot_start TEXT: exit 69, something needed is missing.
cannot_start() {
    say "$*"
    exit 69
}

need_value() {
    [[ $# -ge 2 && -n $2 ]] || usage_error "$1 needs a value"
}

is_count() {
    [[ $1 =~ ^[1-9][0-9]{0,8}$ ]]
}

# now_ms: for saying how long a step took.
now_ms() {
    local micros=${EPOCHREALTIME/[.,]/}
    echo $((micros / 1000))
}

# took START_MS: "12.3 s"
took() {
    local ms=$(($(now_ms) - $1))
    printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}

# did_you_mean WORD CANDIDATE...: names the candidate with the smallest edit distance, if it is near.
did_you_mean() {
    local word=$1
    shift
    printf '%s\n' "$@" | awk -v word="$word" '
        function least(a, b, c) { return a < b ? (a < c ? a : c) : (b < c ? b : c) }
        function distance(a, b,   i, j, d) {
            for (i = 0; i <= length(a); i++) d[i, 0] = i
            for (j = 0; j <= length(b); j++) d[0, j] = j
            for (i = 1; i <= length(a); i++)
                for (j = 1; j <= length(b); j++)
                    d[i, j] = least(d[i-1, j] + 1, d[i, j-1] + 1,
                                    d[i-1, j-1] + (substr(a, i, 1) != substr(b, j, 1)))
            return d[length(a), length(b)]
        }
        { n = distance(word, $0)
          if (best == "" || n < least_n) { best = $0; least_n = n } }
        END { if (best != "" && least_n * 2 <= length(best))
                  printf " (did you mean %s?)", best }'
}

# The tree's files, one per line, as scripts/source_tree.py lists them; run in the tree's root.
tree_files() {
    if [[ -e .git ]]; then
        git ls-files --cached --others --exclude-standard | while IFS= read -r file; do
            [[ -f $file && ! -L $file ]] && printf '%s\n' "$file"
        done | sort -u
    else
        find . \( -name .git -o -name build -o -name .venv -o -name __pycache__ -o -name .cache \
            -o -name node_modules \) -prune -o -type f -printf '%P\n' | sort
    fi
}
