/* SPDX-License-Identifier: Apache-2.0 */
#include "broken.h"
#include "fake_checks.h"

#include "harness/spec/case.h"

#include <criterion/criterion.h>

static const char good[] = "id: m2m/token-cached\n"
                           "title: One token serves many operations\n"
                           "why: A token request per operation is slow.\n"
                           "level: must\n"
                           "modes: [m2m]\n"
                           "needs: [session]\n"
                           "clauses: [KIT-AUTH-5]\n"
                           "time_limit: 60s\n"
                           "given:\n"
                           "  credential: good\n"
                           "  environment: {A: \"${poison_host}\"}\n"
                           "  files: {\"~/.netrc\": \"machine ${hostname}\"}\n"
                           "  faults: [{status: 503}]\n"
                           "do:\n"
                           "  - {operation: validate, times: 3}\n"
                           "  - {server: {revoke: [access-token]}}\n"
                           "  - {operation: validate}\n"
                           "expect:\n"
                           "  - {check: outcome.ok}\n"
                           "  - {check: wire.count, with: {route: oidc.token, max: 1}}\n";

static const struct broken rows[] = {
    {"id of another file", "m2m/token-cached", "m2m/token", "1:5", "differs from the file's path",
     "id: m2m/token-cached"},
    {"id without a family", "m2m/token-cached", "token-cached", "1:5", "case id", "family/name"},
    {"id with a capital", "m2m/token-cached", "m2m/Token", "1:5", "case id", "lower-case"},
    {"no title", "title: One token serves many operations\n", "", "1:1", "missing key `title'", ""},
    {"no reason why", "why: A token request per operation is slow.\n", "", "1:1",
     "missing key `why'", ""},
    {"empty reason why", "why: A token request per operation is slow.", "why: \"\"", "3:6", "`why'",
     ""},
    {"unknown key", "level: must", "levle: must", "4:1", "`levle'", "`level'"},
    {"unknown level", "level: must", "level: most", "4:8", "`most'", "`must'"},
    {"unknown role", "level: must", "role: prob", "4:7", "`prob'", "`probe'"},
    {"unknown mode", "modes: [m2m]", "modes: [mtm]", "5:9", "`mtm'", "`m2m'"},
    {"unknown capability", "needs: [session]", "needs: [sesion]", "6:9", "`sesion'", "`session'"},
    {"options that it does not need", "credential: good", "options: true", "10:12",
     "`needs' has no `options'", "needs: [options]"},
    {"options with a step that is no operation",
     "needs: [session]\n"
     "clauses: [KIT-AUTH-5]\n"
     "time_limit: 60s\n"
     "given:\n",
     "needs: [session, options]\n"
     "clauses: [KIT-AUTH-5]\n"
     "given:\n"
     "  options: true\n",
     "16:5", "this is none", "once for each option"},
    {"no session to hold", "needs: [session]\n", "", "15:5", "between operations", "[rounds]"},
    {"unknown clause", "[KIT-AUTH-5]", "[KIT-AUTH-55]", "7:11", "no clause `KIT-AUTH-55'",
     "`KIT-AUTH-5'"},
    {"no clause", "clauses: [KIT-AUTH-5]\n", "", "18:5", "tests no clause", "clauses"},
    {"time limit without unit", "60s", "60", "8:13", "a duration", "30s"},
    {"time limit out of bounds", "60s", "10ms", "8:13", "between", ""},
    {"unknown key of given", "  credential: good", "  credentials: good", "10:3", "`credentials'",
     "`credential'"},
    {"unknown credential", "credential: good", "credential: bad", "10:15", "`bad'", ""},
    {"secret that does not expire", "credential: good", "credential: expired", "10:15",
     "does not expire", "[pat, token]"},
    {"mode mixed with itself", "credential: good", "also_modes: [m2m]", "10:15", "`m2m'", "modes"},
    {"unknown variable in the environment", "${poison_host}", "${poison_hots}", "11:20",
     "`${poison_hots}'", "`poison_host'"},
    {"name of an environment variable", "{A:", "{A B:", "11:17", "`A B'", "letters"},
    {"unknown variable in a file", "${hostname}", "${hostnam}", "12:23", "`${hostnam}'",
     "`hostname'"},
    {"file outside", "~/.netrc", "/etc/netrc", "12:11", "not below HOME", "~/"},
    {"file that climbs out", "~/.netrc", "~/../x", "12:11", "plain path", ""},
    {"file with an empty name", "~/.netrc", "~/", "12:11", "plain path", ""},
    {"unknown key of a fault", "{status: 503}", "{statsu: 503}", "13:13", "`statsu'", "`status'"},
    {"step with two things", "{operation: validate}", "{operation: validate, wait: 1s}", "17:5",
     "one thing", "exactly one"},
    {"step with nothing", "{operation: validate}", "{}", "17:5", "without anything", "exactly one"},
    {"times of a wait", "{operation: validate}", "{wait: 1s, times: 2}", "17:16",
     "belongs to `operation'", ""},
    {"no times at all", "times: 3", "times: 0", "15:34", "between", ""},
    {"name of an operation", "{operation: validate}", "{operation: Validate it}", "17:17",
     "a name for an operation", "lower-case"},
    {"parallel unasked", "{operation: validate}", "{operation: parallel, at_once: 4}", "17:5",
     "no `parallel'", "[parallel]"},
    {"parallel, but how many", "{operation: validate}", "{operation: parallel}", "17:5",
     "belong together", "at_once: 8"},
    {"several at once of one", "{operation: validate}", "{operation: validate, at_once: 4}", "17:5",
     "belong together", "at_once: 8"},
    {"dump unasked", "{operation: validate}", "{operation: dump}", "17:5", "no `dump'", "[dump]"},
    {"server without an order", "{revoke: [access-token]}", "{}", "16:14", "nothing to do",
     "revoke"},
    {"unknown credential to revoke", "[access-token]", "[acces-token]", "16:24", "`acces-token'",
     "`access-token'"},
    {"wait without unit", "{server: {revoke: [access-token]}}", "{wait: 2}", "16:12", "a duration",
     ""},
    {"unknown check", "outcome.ok", "outcome.okay", "19:13", "no check `outcome.okay'",
     "`outcome.ok'"},
    {"parameters for a check without", "{check: outcome.ok}", "{check: outcome.ok, with: {a: 1}}",
     "19:25", "takes no parameters", ""},
    {"unknown parameter", "max: 1", "maxi: 1", "20:51", "`maxi'", "`max'"},
    {"parameter of the wrong type", "max: 1", "max: one", "20:56", "whole number", ""},
    {"required parameter", "route: oidc.token, ", "", "20:31", "`route'", ""},
    {"required parameters", ", with: {route: oidc.token, max: 1}", "", "20:5", "`route'", "with:"},
    {"check for a mode without", "{check: outcome.ok}", "{check: outcome.ok, modes: [pat]}",
     "19:32", "not run in mode `pat'", ""},
    {"unknown clause of a check", "{check: outcome.ok}", "{check: outcome.ok, clauses: [X-1]}",
     "19:35", "no clause `X-1'", ""},
    {"no check",
     "  - {check: outcome.ok}\n  - {check: wire.count, with: {route: oidc.token, max: 1}}\n",
     "  []\n", "19:3", "no check", "cannot fail"},
};

static const struct clause clauses[] = {{.id = "KIT-AUTH-5"}, {.id = "PWAF-TOK-3"}};
static const struct case_set set = {.clauses = clauses, .clause_count = ARRAY_LEN(clauses)};

static int read_row(struct arena *a, const struct broken *row, struct err *err)
{
    struct case_list list = {0};
    struct case_source source = {str_of(broken_text(a, good, row)), "cases/m2m/token-cached.yaml",
                                 "m2m/token-cached"};
    int result = case_read(a, &source, fake_checks(), &set, &list, err);
    case_list_done(&list);
    return result;
}

Test(case_broken, each_mistake_is_told_with_its_place)
{
    AUTO_ARENA struct arena *a = arena_new();
    const struct broken none = {"nothing replaced", "id:", "id:", "", "", ""};
    struct err fine = {0};
    cr_assert_eq(read_row(a, &none, &fine), 0, "%s", fine.msg);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        broken_expect(&rows[i], read_row(a, &rows[i], &err), &err);
        cr_expect_str_eq(err.file, "cases/m2m/token-cached.yaml", "row `%s'", rows[i].what);
    }
}

Test(case_broken, clauses_are_not_looked_up_without_a_set)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct case_list list = {0};
    struct case_source source = {str_of(good), "x.yaml", NULL};
    cr_assert_eq(case_read(a, &source, fake_checks(), NULL, &list, &err), 0, "%s", err.msg);
    case_list_done(&list);
}
