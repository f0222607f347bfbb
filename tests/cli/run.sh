#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A whole run as a user does it: reports, the log of what changed, judging again, failures, leftovers.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
assay=$ASSAY_BIN/assay
reports=$work/reports

manifest=$work/reference/connector.yaml
reference_manifest "$manifest"

run_program 0 "$assay" run -c "$manifest" -o "$reports" --auth pat --case 'connect/*' --case 'secrets/*'
says "$work/out" 'verdict: pass'
says "$reports/build_report.md" '## Skill traceability'
says "$reports/build_report.md" '## Sufficiency assessment'
says "$reports/build_report.md" '## Test error/fix log'
says "$reports/build_report.md" 'There is no previous run'
xmllint --noout "$reports/junit.xml" || fail 'junit.xml is not well-formed'

# Started without any of the first three descriptors: nothing that is said gets into a file of the run.
code=0
"$assay" run -c "$manifest" -o "$work/bare" --auth pat --case 'connect/pat' <&- >&- 2>&- || code=$?
[ "$code" = 69 ] || fail "exit $code instead of 69 without a standard output"
says "$work/bare/build_report.md" '## Skill traceability'
xmllint --noout "$work/bare/junit.xml" || fail 'junit.xml of it is not well-formed'

# Made wrong: the log says what broke, and afterwards what was fixed.
python3 - "$manifest" "$work/reference/wrong.yaml" <<'PY'
import re, sys
text = open(sys.argv[1]).read()
wrong = re.sub(r"(?m)^(  env:\s*(?:\{|\n    ))", lambda m: m.group(1) + "CONNECTOR_DEFECT: no-user-agent" + (", " if m.group(1).endswith("{") else "\n    "), text, count=1)
assert wrong != text
open(sys.argv[2], "w").write(wrong)
PY
run_program 0 "$assay" run -q -c "$manifest" -o "$reports" --auth pat
run_program 1 "$assay" run -q -c "$work/reference/wrong.yaml" -o "$reports" --auth pat
says "$work/out" 'verdict: fail'
says "$reports/build_report.md" '**Broken since**'
says "$reports/build_report.md" 'user_agent.present'
run_program 1 "$assay" judge "$reports"
if grep -q '^changed:' "$work/out"; then
    fail 'judging again changed a verdict'
fi
run_program 0 "$assay" run -q -c "$manifest" -o "$reports" --auth pat
says "$reports/build_report.md" '**Fixed since**'

# Named from where one stands, judged from elsewhere; carried away; and without its manifest.
(cd "$work/reference" && "$assay" run -q -c wrong.yaml -o ../carried --auth pat --case 'user-agent/every-call') >/dev/null 2>&1 || true
cd "$work/reports"
run_program 1 "$assay" judge ../carried
[ ! -s "$work/err" ] || fail "judging from another folder says: $(cat "$work/err")"
mkdir "$work/far"
mv "$work/carried" "$work/far/away"
run_program 1 "$assay" judge "$work/far/away"
mv "$work/reference/wrong.yaml" "$work/reference/kept.yaml"
run_program 1 "$assay" judge "$work/far/away"
says "$work/err" 'wrong.yaml is not there any more: judged by its copy'
! grep -q '^changed:' "$work/out" || fail 'judging by the copy changed a verdict'
sed 's/^title: .*/title: Another/' "$work/reference/kept.yaml" >"$work/reference/wrong.yaml"
run_program 1 "$assay" judge "$work/far/away"
says "$work/err" 'is not as it was in the run'
rm -r "$work/reference/wrong.yaml" "$work/far/away/manifests"
run_program 65 "$assay" judge "$work/far/away"
says "$work/err" 'carry the whole output folder of a run'
mv "$work/reference/kept.yaml" "$work/reference/wrong.yaml"
cd "$work"

# Another version where nobody looks at the User-Agent: seen when all runs are compared, and when judged again.
sed 's/no-user-agent/user-agent-when-logging/' "$work/reference/wrong.yaml" >"$work/reference/differs.yaml"
run_program 1 "$assay" run -q -c "$work/reference/differs.yaml" -o "$work/differs" --auth pat
says "$work/out" 'does not name itself by one product token in all runs and modes (PWAF-UA-3): assay_reference/1.0.0 from pat'
says "$work/differs/build_report.md" 'assay_reference/1.0.0-debug'
run_program 1 "$assay" judge "$work/differs"
says "$work/out" 'does not name itself by one product token'

# As an expected failure: excused with its reason, in the run and judged again; strict both ways.
expected() { # NAME OF REASON SIGNATURE EXPIRES
    {
        cat "$work/reference/$2.yaml"
        printf 'expected_failures:\n  - {case: run/one-product, reason: "%s", owner: o, signature: "%s", expires: "%s"}\n' "${@:3}"
    } >"$work/reference/$1.yaml"
}
expected excused differs 'names itself otherwise in debug' assay_reference/1.0.0-debug 2099-01-01
run_program 0 "$assay" lint "$work/reference/excused.yaml"
run_program 0 "$assay" run -q -c "$work/reference/excused.yaml" -o "$work/excused" --auth pat
says "$work/excused/build_report.md" 'is an expected failure: names itself otherwise in debug'
run_program 0 "$assay" judge "$work/excused"
expected late differs 'r' assay_reference 2020-01-01
run_program 1 "$assay" run -q -c "$work/reference/late.yaml" -o "$work/x" --auth pat --case 'connect/*' --case 'secrets/*'
says "$work/out" '(the expected failure listed for it ended on 2020-01-01)'
sed 's#case: run/one-product,#case: run/one-product, modes: [pat],#' "$work/reference/excused.yaml" >"$work/reference/of_mode.yaml"
run_program 65 "$assay" lint "$work/reference/of_mode.yaml"
says "$work/err" 'is about all runs and modes together'

# Evidence is kept for two runs, and nothing else is left.
[ "$(find "$reports/evidence" -mindepth 1 -maxdepth 1 | wc -l)" = 2 ] || fail 'evidence of other runs is left'
[ ! -e "$reports/run.jsonl.part" ] || fail 'run.jsonl.part is left'

# No credential of the run in anything that was written: values have these forms.
if grep -rEl 'dapi[0-9a-f]{32}|dose[0-9a-f]{32}|eyJ[A-Za-z0-9_-]{20,}\.' "$reports" >"$work/leaks"; then
    fail "credentials in: $(cat "$work/leaks")"
fi

# A connector that cannot be started is incomplete, not failed and not passed.
sed 's#^  argv: .*#  argv: [/nonexistent/connector]#' "$manifest" >"$work/reference/absent.yaml"
run_program 2 "$assay" run -q -c "$work/reference/absent.yaml" -o "$work/absent" --auth pat --case 'connect/*'
says "$work/out" 'could-not-run'
says "$work/out" '/nonexistent/connector'

# A report that cannot be written is a failure of its own.
mkdir -p "$work/blocked/build_report.md"
run_program 73 "$assay" run -q -c "$manifest" -o "$work/blocked" --auth pat --case 'connect/*'

# An expected failure that does not fail, and one that matches nothing.
{
    cat "$manifest"
    printf 'expected_failures:\n  - {case: connect/pat, check: outcome.ok, reason: r, owner: o, expires: "2099-01-01"}\n'
} >"$work/reference/xpass.yaml"
run_program 1 "$assay" run -q -c "$work/reference/xpass.yaml" -o "$work/xpass" --auth pat
says "$work/out" 'xpass'

# Each option of a connector is tried by itself: set together, one may hide what another does.
sed -e '/CONNECTOR_HOST:/a\    CONNECTOR_DEFECT: user-agent-from-application' "$manifest" >"$work/reference/options.yaml"
run_program 1 "$assay" run -q -c "$work/reference/options.yaml" -o "$work/options" --auth pat --case user-agent/options
says "$work/out" "\`assay_canary/9.9.9', with the option \`CONNECTOR_APPLICATION' set"
sed -e '/^options:/,/^limits:/{/^limits:/!d}' "$work/reference/options.yaml" >"$work/reference/together.yaml"
cat >>"$work/reference/together.yaml" <<'END'
options:
  - name: together
    env: {CONNECTOR_CLIENT_NAME: "${option_value}", CONNECTOR_APPLICATION: "${option_value}"}
END
run_program 0 "$assay" run -q -c "$work/reference/together.yaml" -o "$work/options" --auth pat --case user-agent/options

# Interrupted: exit 130 or 143, no process left, reports say so.
mkdir "$work/tmp"
TMPDIR=$work/tmp "$assay" run -q -c "$manifest" -o "$work/stopped" --auth m2m >"$work/out" 2>"$work/err" &
pid=$!
sleep 1
grep -qF "$work/tmp/" /proc/net/unix || fail 'no mock was there to be ended'
kill -TERM $pid
code=0
wait $pid || code=$?
[ "$code" = 143 ] || fail "exit $code after SIGTERM"
if grep -F "$work/tmp/" /proc/net/unix || pgrep -f "$work/tmp/"; then
    fail 'a mock outlived the run'
fi
[ -z "$(ls -A "$work/tmp")" ] || fail "left behind: $(ls -A "$work/tmp")"
finish
