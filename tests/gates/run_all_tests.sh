#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2016  # the stand-in expands its own variables
# run_all_tests.sh hands the right command line to assay and its exit code back.
set -euo pipefail
# shellcheck source=tests/gates/planted.sh
. "$(dirname "${BASH_SOURCE[0]}")/planted.sh"

RUN=$SOURCE/scripts/run_all_tests.sh
"$SOURCE/scripts/bootstrap" --check >/dev/null 2>&1 || exit 77
export ASSAY_CONNECTORS=$TREE/connectors ASSAY=$TREE/assay CALLS=$TREE/calls ASSAY_STATUS=0
for name in reference python-sdk curl-script other; do
    plant "connectors/$name/connector.yaml" </dev/null
done
mkdir -p "$TREE/connectors/unfinished"
plant assay <<'END'
#!/usr/bin/env bash
printf '%s\n' "$*" >"$CALLS"
while [[ $1 != -o ]]; do shift; done
if [[ $ASSAY_STATUS != 69 ]]; then
    mkdir -p "$2/run-1"
    echo report >"$2/run-1/build_report.md"
    echo "report: $2/run-1/build_report.md"
fi
exit "$ASSAY_STATUS"
END
chmod +x "$ASSAY"

run() { # WHAT STATUS ARGUMENT...
    local what=$1 want=$2
    shift 2
    rm -rf "$TREE/out" "$CALLS"
    exits "$what" "$want" "$RUN" --output "$TREE/out" "$@"
}
asked() { # WHAT COMMAND-LINE
    [[ -r $CALLS && $(<"$CALLS") == "$2" ]] || complain "$1: assay was not asked '$2'"
}
manifest() {
    printf -- '-c %s/%s/connector.yaml ' "$ASSAY_CONNECTORS" "$1"
}

run "the default set" 0
asked "the default set" "run $(manifest reference)$(manifest python-sdk)$(manifest curl-script)--report json -o $TREE/out"
says "the default set" "report: $TREE/out/run-1/build_report.md"
[[ $(grep -c '^report:' "$OUTPUT") == 1 ]] || complain "the default set: where the report is was not said once"
run "every connector" 0 --connector all --connector other
asked "every connector" "run $(manifest curl-script)$(manifest other)$(manifest python-sdk)$(manifest reference)--report json -o $TREE/out"
run "several connectors" 0 --connectors other,reference
asked "several connectors" "run $(manifest other)$(manifest reference)--report json -o $TREE/out"
run "every connector, by the other name" 0 --connectors all
asked "every connector, by the other name" \
    "run $(manifest curl-script)$(manifest other)$(manifest python-sdk)$(manifest reference)--report json -o $TREE/out"
run "all options" 0 --connector other --auth m2m --jobs 3 --case 'refresh/*' --level must --browser fake
asked "all options" \
    "run $(manifest other)--report json -o $TREE/out --auth m2m --jobs 3 --case refresh/* --level must --browser fake"
run "no progress" 0 --quiet --connector other
asked "no progress" "run $(manifest other)--report json -o $TREE/out --quiet"

for code in 1 2 65 70; do
    ASSAY_STATUS=$code run "assay's exit $code" "$code"
done
ASSAY_STATUS=69 run "no report" 69
says "no report" "no report was written"

run "an unknown connector" 64 --connector refrence
says "an unknown connector" "curl-script other python-sdk reference (did you mean reference?)"
run "a folder without a manifest" 64 --connector unfinished
run "an unknown browser" 64 --browser chrome
says "an unknown browser" "did you mean chromium?"
run "an unknown connector among several" 64 --connectors reference,refrence
run "an unknown mode" 64 --auth m2n
says "an unknown mode" "did you mean"
run "no jobs" 64 --jobs 0
run "a missing value" 64 --connector
run "a stray word" 64 reference
[[ ! -e $CALLS ]] || complain "a usage error should not start assay"

finish
