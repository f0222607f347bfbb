/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cli/options.h"

#include "sample_program.h"

#include <criterion/criterion.h>

#include <string.h>

#define WORDS_MAX 10

struct parsed {
    int rc;
    enum cli_wish wish;
    struct sample_run options;
    struct str_list args;
    struct err err;
};

static struct parsed parse(struct arena *a, const char *const *words)
{
    struct parsed p = {.options = {.jobs = -77}};
    char *argv[WORDS_MAX + 1] = {NULL};
    int argc = 0;
    while (words[argc]) {
        argv[argc] = arena_strdup(a, words[argc]);
        argc++;
    }
    struct cli_parsed parsed = {.options = &p.options};
    p.rc = cli_parse(a, &sample_program.commands[0], argc, argv, &parsed, &p.err);
    p.wish = parsed.wish;
    p.args = parsed.args;
    if (parsed.options) {
        p.options = *(struct sample_run *)parsed.options;
    }
    return p;
}

/* "-c x -c y" and the like, as one text to compare with. */
static const char *describe(struct arena *a, const struct parsed *p)
{
    const struct sample_run *o = &p->options;
    const char *text = "";
    for (size_t i = 0; i < o->connectors.count; i++) {
        text = arena_printf(a, "%s%s%s", text, i > 0 ? "+" : "", o->connectors.items[i]);
    }
    text = arena_printf(a, "%s auth=%s jobs=%lld seed=%lld ms=%lld color=%d q=%d v=%d", text,
                        o->auth ? o->auth : "-", (long long)o->jobs, (long long)o->seed,
                        (long long)o->timeout_ms, o->color, o->quiet, o->verbose);
    for (size_t i = 0; i < p->args.count; i++) {
        text = arena_printf(a, "%s [%s]", text, p->args.items[i]);
    }
    return text;
}

Test(cli_parse, every_form_of_an_option_is_understood)
{
    static const struct {
        const char *words[WORDS_MAX];
        const char *result;
    } rows[] = {
        {{"--connector", "x", "a"}, "x auth=- jobs=4 seed=0 ms=30000 color=2 q=0 v=0 [a]"},
        {{"--connector=x", "a"}, "x auth=- jobs=4 seed=0 ms=30000 color=2 q=0 v=0 [a]"},
        {{"-c", "x", "a"}, "x auth=- jobs=4 seed=0 ms=30000 color=2 q=0 v=0 [a]"},
        {{"-cx", "a"}, "x auth=- jobs=4 seed=0 ms=30000 color=2 q=0 v=0 [a]"},
        {{"-cx", "-c", "y", "--connector=z", "a"},
         "x+y+z auth=- jobs=4 seed=0 ms=30000 color=2 q=0 v=0 [a]"},
        {{"-cx", "-qv", "a"}, "x auth=- jobs=4 seed=0 ms=30000 color=2 q=1 v=1 [a]"},
        {{"-qcx", "-v", "a"}, "x auth=- jobs=4 seed=0 ms=30000 color=2 q=1 v=1 [a]"},
        {{"-qvc", "x", "a"}, "x auth=- jobs=4 seed=0 ms=30000 color=2 q=1 v=1 [a]"},
        {{"--quiet", "--verbose", "-cx", "a"},
         "x auth=- jobs=4 seed=0 ms=30000 color=2 q=1 v=1 [a]"},
        {{"a", "-cx", "b", "-j64", "c"},
         "x auth=- jobs=64 seed=0 ms=30000 color=2 q=0 v=0 [a] [b] [c]"},
        {{"-cx", "--", "-q", "--jobs=2"},
         "x auth=- jobs=4 seed=0 ms=30000 color=2 q=0 v=0 [-q] [--jobs=2]"},
        {{"-cx", "a", "--", "--"}, "x auth=- jobs=4 seed=0 ms=30000 color=2 q=0 v=0 [a] [--]"},
        {{"-cx", "-"}, "x auth=- jobs=4 seed=0 ms=30000 color=2 q=0 v=0 [-]"},
        {{"-c", "--quiet", "a"}, "--quiet auth=- jobs=4 seed=0 ms=30000 color=2 q=0 v=0 [a]"},
        {{"-cx", "--auth=", "a"}, "x auth= jobs=4 seed=0 ms=30000 color=2 q=0 v=0 [a]"},
        {{"-cx", "--auth=a=b", "a"}, "x auth=a=b jobs=4 seed=0 ms=30000 color=2 q=0 v=0 [a]"},
        {{"-cx", "--seed", "-9", "--jobs", "1", "a"},
         "x auth=- jobs=1 seed=-9 ms=30000 color=2 q=0 v=0 [a]"},
        {{"-cx", "-t250ms", "--color=always", "a"},
         "x auth=- jobs=4 seed=0 ms=250 color=1 q=0 v=0 [a]"},
        {{"-cx", "--color", "auto", "-j2", "-j3", "a"},
         "x auth=- jobs=3 seed=0 ms=30000 color=0 q=0 v=0 [a]"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct parsed p = parse(a, rows[i].words);
        cr_expect_eq(p.rc, 0, "row %zu: %s", i, p.err.msg);
        cr_expect_str_eq(describe(a, &p), rows[i].result, "row %zu: %s", i, describe(a, &p));
    }
}

Test(cli_parse, mistakes_are_usage_errors_that_say_what_to_do)
{
    static const struct {
        const char *words[WORDS_MAX];
        const char *msg, *hint;
    } rows[] = {
        {{"-cx", "--jbos=3", "a"}, "unknown option `--jbos'", "did you mean `--jobs'?"},
        {{"-cx", "--hlep", "a"}, "unknown option `--hlep'", "did you mean `--help'?"},
        {{"-cx", "--zzzzzzzz", "a"}, "unknown option `--zzzzzzzz'", ""},
        {{"-cx", "-qx", "a"}, "unknown option `-x'", ""},
        {{"-cx", "--help=1", "a"}, "option `--help' takes no value", ""},
        {{"a"}, "option `--connector' (FILE) is required", ""},
        {{"a", "-c"}, "option `--connector' needs a value (FILE)", ""},
        {{"a", "--connector"}, "option `--connector' needs a value (FILE)", ""},
        {{"-cx", "a", "--quiet=1"}, "option `--quiet' takes no value", ""},
        {{"-cx", "a", "-j0"}, "option `--jobs': ", ""},
        {{"-cx", "a", "-j65"}, "option `--jobs': ", ""},
        {{"-cx", "a", "--jobs="}, "option `--jobs': ", ""},
        {{"-cx", "a", "--jobs=4x"}, "option `--jobs': ", ""},
        {{"-cx", "a", "--timeout=30"}, "option `--timeout': ", ""},
        {{"-cx", "a", "--color=alway"},
         "option `--color' does not take `alway'",
         "did you mean `always'?"},
        {{"-cx"}, "argument FIRST is missing", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct parsed p = parse(a, rows[i].words);
        cr_expect_eq(p.rc, -1, "row %zu", i);
        cr_expect_eq(p.err.code, ERR_USAGE, "row %zu", i);
        cr_expect_eq(strncmp(p.err.msg, rows[i].msg, strlen(rows[i].msg)), 0, "row %zu: %s", i,
                     p.err.msg);
        cr_expect_not_null(strstr(p.err.hint, rows[i].hint), "row %zu: %s", i, p.err.hint);
        cr_expect_eq(p.options.jobs, -77, "row %zu: untouched on failure", i);
    }
}

Test(cli_parse, help_and_version_end_the_parsing)
{
    static const struct {
        const char *words[WORDS_MAX];
        enum cli_wish wish;
    } rows[] = {
        {{"--help"}, CLI_HELP},
        {{"-qh", "--nonsense"}, CLI_HELP},
        {{"a", "b", "--version", "-j0"}, CLI_VERSION},
        {{"-c", "--help", "a"}, CLI_RUN},
        {{"-cx", "--", "--help"}, CLI_RUN},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct parsed p = parse(a, rows[i].words);
        cr_expect_eq(p.rc, 0, "row %zu: %s", i, p.err.msg);
        cr_expect_eq(p.wish, rows[i].wish, "row %zu", i);
    }
}

Test(cli_parse, surplus_arguments_are_refused_unless_repeated)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct cli_parsed parsed;
    char word[] = "extra";
    char *argv[] = {word, NULL};
    cr_assert_eq(cli_parse(a, &sample_program.commands[1], 0, argv, &parsed, &err), 0);
    cr_assert_eq(cli_parse(a, &sample_program.commands[1], 1, argv, &parsed, &err), -1);
    cr_assert_str_eq(err.msg, "unexpected argument `extra'");
}
