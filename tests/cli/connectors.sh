# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Connectors to run: the reference connector of this very build, whatever its preset, clean, wrong in
# one way, or wrong at the first attempt of each case only.
: "${assay:?}" "${work:?}"

manifest=$work/connector/connector.yaml
reference_manifest "$manifest"

# wrong_connector DEFECT: prints the path of its manifest
wrong_connector() {
    sed -e "/CONNECTOR_HOST:/a\\    CONNECTOR_DEFECT: $1" "$manifest" >"$work/connector/$1.yaml"
    echo "$work/connector/$1.yaml"
}

# flaky_connector DEFECT: each case fails at its first attempt
flaky_connector() {
    mkdir -p "$work/seen"
    cat >"$work/connector/flaky.sh" <<SH
#!/bin/sh
count=\$(ls "$work/seen" | wc -l)
: >"$work/seen/\$\$-\$count"
if [ "\$count" -lt "\${FLAKY_TIMES:-1}" ]; then export CONNECTOR_DEFECT=$1; fi
exec "$ASSAY_BIN/reference-connector" "\$@"
SH
    chmod +x "$work/connector/flaky.sh"
    sed -e "s#argv: \[\"[^\"]*\"#argv: [\"$work/connector/flaky.sh\"#" "$manifest" >"$work/connector/flaky.yaml"
    echo "$work/connector/flaky.yaml"
}

# json EXPRESSION FILE: a Python expression over the document `d' that must hold
json() {
    python3 -c 'import json,sys; d=json.load(open(sys.argv[2])); sys.exit(0 if eval(sys.argv[1]) else 1)' "$1" "$2" ||
        fail "not so in $2: $1"
}
