#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The gate of `assay selfcheck` can shut: for a mutant that nobody sees, one that is seen by more than is
# listed, a check without a mutant, a stale entry. With `all` the whole matrix is run.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay

# The reference connectors of this very build, whatever its preset.
mkdir -p "$work/mutants"
for manifest in "$ASSAY_SOURCE"/connectors/reference*/connector.yaml; do
    name=$(basename "$(dirname "$manifest")")
    reference_manifest "$work/$name/connector.yaml" "$name"
done
mkdir -p "$work/reference/mutants"
cp "$ASSAY_SOURCE"/connectors/reference/mutants/*.yaml "$work/reference/mutants/"

if [ "${1:-}" = all ]; then
    run_program 0 "$assay" selfcheck -q -j 64 -m "$work/reference/mutants" -o "$work/self"
    tail -n 2 "$work/out"
    says "$work/out" ' 0 false alarms'
    says "$work/out" 'kill rate 100 %, false alarms 0'
    says "$work/self/kill_matrix.md" '# Kill matrix'
    says "$work/self/build_report.md" '## Kill matrix'
    says "$work/self/build_report.md" '**PASS**: every check and every case has a mutant'
    finish
    exit
fi

# A small suite, so that a run of the matrix takes a moment: two cases, one mutant.
mkdir -p "$work/cases/user-agent" "$work/cases/probe"
cp "$ASSAY_SOURCE/cases/clauses.yaml" "$work/cases/"
cp "$ASSAY_SOURCE/cases/user-agent/every-call.yaml" "$work/cases/user-agent/"
mutants() {
    cat >"$work/mutants/small.yaml"
    local code=$1
    shift
    run_program "$code" "$assay" selfcheck -q -j 8 --cases "$work/cases" -m "$work/mutants/small.yaml" -o "$work/small"
}

entry='
mutants:
  - name: stale
    what: says an old version
    connector: reference
    env: {CONNECTOR_DEFECT: user-agent-stale-version}
    modes: [pat]
    killed_by:'
# Seen as meant; but most checks have no mutant here, so the gate stays shut.
mutants 1 <<<"$entry
      - {case: user-agent/every-call, check: user_agent.version}"
says "$work/out" 'mutants 1/1 seen as meant, 0 false alarms'
says "$work/out" 'no mutant must be seen by the check token.cached'
says "$work/out" '1 cases, '
says "$work/out" ' 1 mutants, kill rate 100 %, false alarms 0'
says "$work/small/build_report.md" '## Kill matrix'
says "$work/small/build_report.md" ' | says an old version | yes |'
says "$work/small/build_report.md" '**FAIL**: the gate is shut'
run_program 0 "$assay" report "$work/small" -F markdown="$work/again.md"
cmp "$work/again.md" "$work/small/build_report.md" || fail 'the report rendered again is another one'
# A case that no mutant fails.
mkdir -p "$work/cases/connect"
cp "$ASSAY_SOURCE/cases/connect/pat.yaml" "$work/cases/connect/"
mutants 1 <<<"$entry
      - {case: user-agent/every-call, check: user_agent.version}"
says "$work/out" 'no mutant must be seen by the case connect/pat'
rm -r "$work/cases/connect"
# Not seen by the check named, and seen by one that is not named.
mutants 1 <<<"$entry
      - {case: user-agent/every-call, check: user_agent.present}"
says "$work/out" 'the mutant stale was not seen by user_agent.present of user-agent/every-call'
says "$work/out" 'the mutant stale is also seen by user_agent.version of user-agent/every-call'
says "$work/out" 'mutants 0/1 seen as meant, 1 false alarms'
says "$work/out" ' kill rate 0 %, false alarms 1'
# Collateral that does not happen.
mutants 1 <<<"$entry
      - {case: user-agent/every-call, check: user_agent.version}
    collateral:
      - {case: user-agent/every-call, check: user_agent.product}"
says "$work/out" 'remove that collateral'
# A pattern stands for all the collateral of a family, and is as strict.
mutants 1 <<<"$entry
      - {case: user-agent/every-call, check: user_agent.version}
    collateral:
      - {case: 'user-agent/*', check: user_agent.product}"
says "$work/out" 'was not seen by user_agent.product of user-agent/*; remove that collateral'
mutants 1 <<<"$entry
      - {case: user-agent/every-call, check: user_agent.version}
    collateral:
      - {case: 'user-agents/*', check: user_agent.product}"
says "$work/out" "there is no \`user-agents/*'"
# Some mutants, some cases: what was left out is no problem, but the gate stays shut.
some() {
    run_program "$@" -q -j 8 --cases "$work/cases" -m "$work/mutants" -o "$work/small"
}
mutants 1 <<<"$entry
      - {case: user-agent/every-call, check: user_agent.version}
      - {case: probe/nonce, check: user_agent.version}"
cp "$ASSAY_SOURCE/cases/probe/nonce.yaml" "$work/cases/probe/"
some 1 "$assay" selfcheck
some 2 "$assay" selfcheck --only stale --case user-agent/every-call
says "$work/out" 'mutants 1/1 seen as meant, 0 false alarms'
rm "$work/cases/probe/nonce.yaml"
# A folder without mutants; the same name in two files.
run_program 65 "$assay" selfcheck -q --cases "$work/cases" -m "$work/cases/probe" -o "$work/small"
says "$work/err" 'no .yaml file with mutants in'
cp "$work/mutants/small.yaml" "$work/mutants/again.yaml"
some 65 "$assay" selfcheck
says "$work/err" "there are two mutants named \`stale'"
rm "$work/mutants/again.yaml"
# Names that do not exist, a connector that does not exist, two mutants of one name.
mutants 1 <<<"$entry
      - {case: user-agent/every-cal, check: user_agent.version}"
says "$work/out" "there is no \`user-agent/every-cal'"
mutants 65 <<<"${entry/connector: reference/connector: nobody}
      - {case: user-agent/every-call, check: user_agent.version}"
says "$work/err" 'nobody'
mutants 65 <<<"$entry []"
says "$work/err" 'names no check that must see it'
# A defect that the connector does not know makes it unable to start: no silent success.
mutants 1 <<<"${entry/user-agent-stale-version/no-such-defect}
      - {case: user-agent/every-call, check: user_agent.version}"
says "$work/out" 'is also seen by outcome.ok of user-agent/every-call'
# The clean connector must be green: here its manifest claims another product.
sed -i 's/^product:.*/product: acme_other/' "$work/reference/connector.yaml"
mutants 1 <<<"$entry
      - {case: user-agent/every-call, check: user_agent.version}"
says "$work/out" 'the clean connector reference is not green'
finish
