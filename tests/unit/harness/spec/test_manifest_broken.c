/* SPDX-License-Identifier: Apache-2.0 */
#include "broken.h"

#include "harness/spec/manifest.h"

#include <criterion/criterion.h>

static const char lines[] = "assay: 1\n"
                            "name: reference\n"
                            "version: 1.0.0\n"
                            "language: c\n"
                            "product: assay_reference\n"
                            "drive: lines\n"
                            "speaks: [unity-catalog]\n"
                            "run:\n"
                            "  argv: [./reference, \"${mode}\"]\n"
                            "  env: {HOST: \"${host}\"}\n"
                            "modes:\n"
                            "  pat: {env: {TOKEN: \"${token}\"}}\n"
                            "  m2m: {}\n"
                            "limits: {start: 5s}\n"
                            "logging: {files: [\"${home}/log\"]}\n"
                            "requires: [{path: a, hint: b}]\n"
                            "expected_failures:\n"
                            "  - {case: m2m/x, reason: r, owner: o, expires: \"2027-06-30\"}\n";

static const struct broken lines_rows[] = {
    {"no yaml", "assay: 1", "assay: [1", "1:9", "missing comma", ""},
    {"version of the format", "assay: 1", "assay: 2", "1:8", "format version 2", "assay: 1"},
    {"no version of the format", "assay: 1\n", "", "1:1", "missing key `assay'", ""},
    {"unknown key", "language", "langauge", "4:1", "unknown key `langauge'", "`language'"},
    {"key twice", "language: c", "name: c", "4:1", "name", ""},
    {"capital in the name", "name: reference", "name: Reference", "2:7", "`Reference'",
     "lower-case"},
    {"number for a version", "version: 1.0.0", "version: 1.0", "3:10", "a string", "quotes"},
    {"word for a version", "version: 1.0.0", "version: latest", "3:10", "not a version", "1.4.0"},
    {"product of one part", "assay_reference", "reference", "5:10", "product token", "<isv>"},
    {"product with a version", "assay_reference", "assay_ref/1.0", "5:10", "product token", ""},
    {"product without isv", "assay_reference", "_reference", "5:10", "product token", ""},
    {"unknown drive", "drive: lines", "drive: line", "6:8", "`line'", "`lines'"},
    {"speaks nothing", "speaks: [unity-catalog]", "speaks: []", "7:9", "names nothing",
     "statements"},
    {"speaks a capability that is derived", "[unity-catalog]", "[session]", "7:10", "`session'",
     "unity-catalog"},
    {"unknown variable in argv", "\"${mode}\"", "\"${mod}\"", "9:23", "`${mod}'", "`mode'"},
    {"unclosed variable", "\"${mode}\"", "\"${mode\"", "9:23", "without its `}'", "$$"},
    {"poison in a manifest", "\"${host}\"", "\"${poison_host}\"", "10:15", "cases only", ""},
    {"name of an environment variable", "{HOST:", "{HO-ST:", "10:9", "`HO-ST'", "letters"},
    {"environment value that is a number", "\"${host}\"", "1", "10:15", "a string", ""},
    {"unknown variable in a mode", "\"${token}\"", "\"${tokn}\"", "12:22", "`${tokn}'", "`token'"},
    {"unknown mode", "  m2m: {}", "  m2n: {}", "13:3", "unknown key `m2n'", "`m2m'"},
    {"no mode", "modes:\n  pat: {env: {TOKEN: \"${token}\"}}\n  m2m: {}\n", "modes: {}\n", "11:8",
     "no mode", "pat, m2m"},
    {"limit without a unit", "{start: 5s}", "{start: 5}", "14:17", "a duration", "30s"},
    {"limit out of bounds", "{start: 5s}", "{start: 50m}", "14:17", "between", ""},
    {"unknown limit", "{start: 5s}", "{strat: 5s}", "14:10", "`strat'", "`start'"},
    {"unknown variable in a log file", "${home}/log", "${hom}/log", "15:19", "`${hom}'", "`home'"},
    {"an option that sets nothing", "requires: [{path: a, hint: b}]",
     "options: [{name: x, argv: [--name]}]", "16:11", "sets nothing to `${option_value}'",
     "how a user sets it"},
    {"an option without a name", "requires: [{path: a, hint: b}]",
     "options: [{argv: [\"${option_value}\"]}]", "16:11", "missing key `name'", ""},
    {"an option's file that is nobody's", "requires: [{path: a, hint: b}]",
     "options: [{name: x, files: {/etc/x: \"${option_value}\"}}]", "16:29", "not below HOME",
     "`~/'"},
    {"unknown variable in an option", "requires: [{path: a, hint: b}]",
     "options: [{name: x, argv: [\"${option_valu}\"]}]", "16:28", "`${option_valu}'",
     "`option_value'"},
    {"two options of one name", "requires: [{path: a, hint: b}]",
     "options:\n"
     "  - {name: x, argv: [\"${option_value}\"]}\n"
     "  - {name: x, env: {X: \"${option_value}\"}}",
     "18:12", "`x' is listed twice, first in line 17", "a name of its own"},
    {"options set together, as they were written before", "requires: [{path: a, hint: b}]",
     "options: {argv: [\"${option_value}\"]}", "16:10", "expected an array, found an object", ""},
    {"requirement without a hint", "{path: a, hint: b}", "{path: a}", "16:12", "missing key `hint'",
     ""},
    {"requirement with an empty path", "path: a", "path: \"\"", "16:19", "`path'", ""},
    {"failure that never expires", ", expires: \"2027-06-30\"", "", "18:5", "missing key `expires'",
     ""},
    {"failure without an owner", "owner: o, ", "", "18:5", "missing key `owner'", ""},
    {"failure without a reason", "reason: r, ", "", "18:5", "missing key `reason'", ""},
    {"day that does not exist", "2027-06-30", "2027-06-31", "18:49", "a date", "YYYY-MM-DD"},
    {"day that is not written as one", "2027-06-30", "30.06.2027", "18:49", "a date", "YYYY"},
    {"failure of no possible case", "case: m2m/x", "case: M2M x", "18:12", "case id", ""},
    {"no program", "  argv: [./reference, \"${mode}\"]\n", "", "1:1", "needs `run",
     "the program to start"},
    {"empty list for a program", "[./reference, \"${mode}\"]", "[]", "9:9", "needs `run", ""},
    {"empty name of the program", "[./reference,", "[\"\",", "9:9", "name is empty", ""},
    {"operations for lines", "limits:", "operations: {validate: [[./x]]}\nlimits:", "14:1",
     "drive: exec", ""},
    {"rounds for lines", "\"${mode}\"", "\"${operations}\"", "9:23", "drive: count", ""},
    {"unknown variable in cwd", "drive:", "cwd: \"${nowhere}\"\ndrive:", "6:6", "`${nowhere}'", ""},
};

static void manifest_expect(const char *good, const struct broken *row)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct manifest *m = NULL;
    struct err err = {0};
    int result = manifest_read(a, str_of(broken_text(a, good, row)), "c.yaml", &m, &err);
    broken_expect(row, result, &err);
    cr_expect_null(m, "row `%s'", row->what);
    cr_expect_str_eq(err.file, "c.yaml", "row `%s'", row->what);
}

static void rows_expect(const char *good, const struct broken *rows, size_t count)
{
    const struct broken none = {"nothing replaced", "assay", "assay", "", "", ""};
    AUTO_ARENA struct arena *a = arena_new();
    struct manifest *m = NULL;
    struct err err = {0};
    cr_assert_eq(manifest_read(a, str_of(broken_text(a, good, &none)), "c.yaml", &m, &err), 0, "%s",
                 err.msg);
    for (size_t i = 0; i < count; i++) {
        manifest_expect(good, &rows[i]);
    }
}

Test(manifest_broken, each_mistake_is_told_with_its_place)
{
    rows_expect(lines, lines_rows, ARRAY_LEN(lines_rows));
}

static const char count[] = "assay: 1\nname: c\nversion: 1.0.0\nlanguage: go\nproduct: a_c\n"
                            "drive: count\nspeaks: statements\n"
                            "run: {argv: [./c]}\n"
                            "modes:\n"
                            "  pat: {argv: [\"${operations}\"]}\n"
                            "  m2m: {env: {ROUNDS: \"${operations}\"}}\n";

static const struct broken count_rows[] = {
    {"a mode that is not told how often", "{env: {ROUNDS: \"${operations}\"}}", "{}", "11:3",
     "`${operations}'", "how many"},
    {"dump for count", "drive: count", "dump: true\ndrive: count", "6:7", "asked to dump", "lines"},
    {"rows for count", "drive: count", "rows: true\ndrive: count", "6:7", "`rows: true'", "lines"},
    {"a desktop for nothing", "drive: count", "desktop: true\ndrive: count", "6:10",
     "`desktop: true'", "u2m"},
    {"parallel for count", "drive: count", "parallel: true\ndrive: count", "6:11",
     "`parallel: true'", "lines"},
    {"count without a program", "{argv: [./c]}", "{}", "1:1", "drive: count", ""},
};

Test(manifest_broken, drive_count_has_rules_of_its_own)
{
    rows_expect(count, count_rows, ARRAY_LEN(count_rows));
}

static const char exec[] = "assay: 1\nname: c\nversion: 1.0.0\nlanguage: sh\nproduct: a_c\n"
                           "drive: exec\nspeaks: statements\n"
                           "run: {env: {A: b}}\n"
                           "modes: {pat: {}}\n"
                           "operations:\n"
                           "  validate: [[./c, \"${mode}\"]]\n";

static const struct broken exec_rows[] = {
    {"a program as well", "{env: {A: b}}", "{argv: [./c]}", "8:7", "no `run.argv'", "operations"},
    {"no operation", "operations:\n  validate: [[./c, \"${mode}\"]]\n", "", "1:1", "`validate'",
     "operations:"},
    {"no validation", "validate", "valid", "11:3", "`validate'", ""},
    {"one command, not a list", "[[./c, \"${mode}\"]]", "[./c]", "11:14", "not a list of program",
     "[[program"},
    {"a string for the commands", "[[./c, \"${mode}\"]]", "./c", "11:13", "list of commands",
     "[[program"},
    {"no commands", "[[./c, \"${mode}\"]]", "[]", "11:13", "list of commands", ""},
    {"empty command", "[[./c, \"${mode}\"]]", "[[]]", "11:14", "not a list of program", ""},
    {"number in a command", "\"${mode}\"", "8080", "11:20", "must be a string", ""},
    {"empty program", "[[./c,", "[[\"\",", "11:15", "name is empty", ""},
    {"unknown variable in a command", "\"${mode}\"", "\"${moed}\"", "11:20", "`${moed}'", "`mode'"},
    {"rounds for exec", "\"${mode}\"", "\"${operations}\"", "11:20", "drive: count", ""},
    {"name of an operation", "  validate:", "  Dump: [[./d]]\n  validate:", "11:3", "`Dump'",
     "lower-case"},
    {"dump that is no operation", "drive: exec", "dump: true\ndrive: exec", "6:7", "`dump'",
     "operations"},
};

Test(manifest_broken, drive_exec_has_rules_of_its_own)
{
    rows_expect(exec, exec_rows, ARRAY_LEN(exec_rows));
}

Test(manifest_broken, a_null_byte_or_bad_text_is_refused)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct manifest *m = NULL;
    struct err err = {0};
    cr_expect_eq(manifest_read(a, STR("assay: 1\0"), "c.yaml", &m, &err), -1);
    cr_expect_eq(manifest_read(a, STR("\xff\xfe"), "c.yaml", &m, &err), -1);
    cr_expect_eq(manifest_read(a, STR(""), "c.yaml", &m, &err), -1);
    cr_expect_eq(manifest_read(a, STR("[]"), "c.yaml", &m, &err), -1);
}
