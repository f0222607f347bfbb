/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/events.h"

#include "sample_run.h"

#include "base/core/str.h"
#include "base/sys/fs.h"

#include <criterion/criterion.h>

struct stream {
    struct arena *arena;
    const char *dir, *path;
    struct buf bytes;
};

static void must(int rc, const struct err *err)
{
    char text[1024];
    cr_assert_eq(rc, 0, "%s", err_text(err, text, sizeof(text)));
}

static void stream_begin(struct stream *s)
{
    struct err err = {0};
    *s = (struct stream){.arena = arena_new()};
    must(fs_make_temp_dir(s->arena, NULL, "test-events-", &s->dir, &err), &err);
    s->path = fs_join(s->arena, s->dir, "run.jsonl");
}

static void stream_end(struct stream *s)
{
    struct err err = {0};
    must(fs_remove_tree(s->dir, &err), &err);
    buf_done(&s->bytes);
    arena_free(s->arena);
}

static void stream_write(struct stream *s, const struct run_record *run)
{
    struct err err = {0};
    struct event_writer *w = event_writer_open(s->path, &err);
    must(w ? 0 : -1, &err);
    must(event_write_start(w, run, &err), &err);
    VEC_FOREACH(const struct run_result, r, &run->results) {
        must(event_write_result(w, r, &err), &err);
    }
    must(event_write_end(w, run, &err), &err);
    must(event_writer_close(w, &err), &err);
    must(fs_read_file(s->path, 1 << 24, &s->bytes, &err), &err);
}

static void expect_text(const char *what, const char *got, const char *wanted)
{
    cr_expect_eq(got == NULL, wanted == NULL, "%s", what);
    if (got && wanted) {
        cr_expect_str_eq(got, wanted, "%s", what);
    }
}

static void expect_list(const char *what, const struct str_list *got, const struct str_list *wanted)
{
    cr_assert_eq(got->count, wanted->count, "%s", what);
    for (size_t i = 0; i < got->count; i++) {
        cr_expect_str_eq(got->items[i], wanted->items[i], "%s", what);
    }
}

static void expect_check(const struct check_result *got, const struct check_result *wanted)
{
    expect_text("check", got->check, wanted->check);
    cr_expect_eq(got->level, wanted->level);
    cr_expect_eq(got->verdict, wanted->verdict);
    expect_list("clauses", &got->clauses, &wanted->clauses);
    expect_text("because", got->because, wanted->because);
    expect_text("expected", got->expected, wanted->expected);
    expect_text("seen", got->seen, wanted->seen);
    expect_text("excerpt", got->excerpt, wanted->excerpt);
    expect_text("cause", got->cause, wanted->cause);
    expect_text("fix", got->fix, wanted->fix);
    expect_text("xfail_reason", got->xfail_reason, wanted->xfail_reason);
}

static void expect_results(const struct run_record *got, const struct run_record *wanted)
{
    cr_assert_eq(got->results.count, wanted->results.count);
    for (size_t i = 0; i < got->results.count; i++) {
        const struct run_result *g = &got->results.items[i], *w = &wanted->results.items[i];
        expect_text("connector", g->connector, w->connector);
        expect_text("mode", g->mode, w->mode);
        expect_text("case", g->case_id, w->case_id);
        expect_text("reason", g->reason, w->reason);
        expect_text("evidence", g->evidence, w->evidence);
        cr_expect_eq(g->verdict, w->verdict);
        cr_expect_eq(g->duration_ms, w->duration_ms);
        cr_expect_eq(g->jitter_ms, w->jitter_ms);
        expect_list("products", &g->products, &w->products);
        cr_assert_eq(g->check_count, w->check_count);
        for (size_t c = 0; c < g->check_count; c++) {
            expect_check(&g->checks[c], &w->checks[c]);
        }
    }
}

static void expect_header(const struct run_record *got, const struct run_record *wanted)
{
    expect_text("run_id", got->run_id, wanted->run_id);
    expect_text("started", got->started, wanted->started);
    expect_text("digest", got->suite_digest, wanted->suite_digest);
    expect_text("set", got->requirement_set, wanted->requirement_set);
    expect_text("isolation", got->world.isolation, wanted->world.isolation);
    expect_text("clock", got->world.clock, wanted->world.clock);
    expect_text("system", got->world.system, wanted->world.system);
    expect_text("version", got->world.assay_version, wanted->world.assay_version);
    expect_list("unproven", &got->world.unproven, &wanted->world.unproven);
    expect_list("selection", &got->selection, &wanted->selection);
    cr_expect_eq(got->world.jobs, wanted->world.jobs);
}

static void expect_suite(const struct run_record *got, const struct run_record *wanted)
{
    cr_assert_eq(got->connectors.count, wanted->connectors.count);
    for (size_t i = 0; i < got->connectors.count; i++) {
        const struct run_connector *g = &got->connectors.items[i],
                                   *w = &wanted->connectors.items[i];
        expect_text("name", g->name, w->name);
        expect_text("title", g->title, w->title);
        expect_text("manifest", g->manifest_path, w->manifest_path);
        expect_text("manifest at", g->manifest_at, w->manifest_at);
        expect_text("manifest digest", g->manifest_digest, w->manifest_digest);
        expect_text("reason", g->excuse.reason, w->excuse.reason);
        expect_text("signature", g->excuse.signature, w->excuse.signature);
        expect_text("ended", g->excuse.ended, w->excuse.ended);
        expect_text("product", g->product, w->product);
        expect_text("drive", g->drive, w->drive);
        expect_list("modes", &g->modes, &w->modes);
        expect_list("skipped", &g->skipped_modes, &w->skipped_modes);
    }
    cr_assert_eq(got->cases.count, wanted->cases.count);
    for (size_t i = 0; i < got->cases.count; i++) {
        const struct run_case *g = &got->cases.items[i], *w = &wanted->cases.items[i];
        expect_text("id", g->id, w->id);
        expect_text("family", g->family, w->family);
        expect_text("why", g->why, w->why);
        cr_expect_eq(g->is_probe, w->is_probe);
        expect_list("clauses", &g->clauses, &w->clauses);
    }
    cr_assert_eq(got->clauses.count, wanted->clauses.count);
    for (size_t i = 0; i < got->clauses.count; i++) {
        const struct run_clause *g = &got->clauses.items[i], *w = &wanted->clauses.items[i];
        expect_text("id", g->id, w->id);
        expect_text("text", g->text, w->text);
        expect_text("url", g->url, w->url);
        expect_text("excluded", g->excluded, w->excluded);
    }
}

Test(events, what_is_written_is_read_back)
{
    struct stream s;
    struct err err = {0};
    struct run_record *back = NULL;
    stream_begin(&s);
    struct run_record *run = sample_run_new(s.arena);
    run->selection = strings(s.arena, 2, "--auth m2m", sample_odd_text);
    run->results.items[6].reason = sample_odd_text;
    run->proof = sample_odd_text;
    *VEC_PUSH(s.arena, &run->results.items[0].products) = "acme_lake/1.4.2";
    run->connectors.items[0].excuse = (struct product_excuse){"a reason", "seen", "2020-01-01"};
    check_add(s.arena, &run->results.items[0],
              (struct check_result){.check = "x.y",
                                    .level = LEVEL_MAY,
                                    .verdict = VERDICT_WARN,
                                    .seen = sample_odd_text,
                                    .excerpt = "",
                                    .because = sample_odd_text});
    stream_write(&s, run);
    must(run_record_load(s.arena, s.path, &back, &err), &err);
    expect_header(back, run);
    expect_suite(back, run);
    expect_results(back, run);
    expect_list("problems", &back->problems, &run->problems);
    cr_expect(back->complete);
    expect_text("proof", back->proof, run->proof);
    cr_expect_eq(back->duration_ms, 61500);
    cr_expect_eq(back->exit_code, 70);
    stream_end(&s);
}

static size_t line_start(struct str bytes, size_t lines_from_end)
{
    size_t at = bytes.len - 1;
    for (size_t n = 0; at > 0; at--) {
        if (bytes.ptr[at - 1] == '\n' && ++n == lines_from_end) {
            return at;
        }
    }
    return 0;
}

Test(events, a_stream_cut_anywhere_in_its_last_two_lines_is_never_complete)
{
    struct stream s;
    stream_begin(&s);
    stream_write(&s, sample_run_new(s.arena));
    struct str whole = buf_str(&s.bytes);
    for (size_t end = line_start(whole, 2); end <= whole.len; end++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct run_record *run = NULL;
        struct err err = {0};
        must(run_record_read(a, str_slice(whole, 0, end), "run.jsonl", &run, &err), &err);
        bool is_whole = end + 1 >= whole.len; /* the last line end may be missing */
        cr_expect_eq(run->complete, is_whole, "cut at %zu of %zu", end, whole.len);
        cr_expect_eq(run->exit_code, is_whole ? 70 : 2);
        cr_expect(is_whole || run_exit_code(run, false) != 0, "cut at %zu", end);
        cr_expect_eq(err.code, ERR_NONE);
    }
    stream_end(&s);
}

Test(events, a_stream_cut_in_its_first_line_is_no_stream)
{
    struct stream s;
    stream_begin(&s);
    stream_write(&s, sample_run_green(s.arena));
    long first = str_find(buf_str(&s.bytes), STR("\n"), 0);
    for (size_t end = 0; end < (size_t)first; end += 7) {
        struct run_record *run = NULL;
        struct err err = {0};
        cr_expect_eq(
            run_record_read(s.arena, str_slice(buf_str(&s.bytes), 0, end), "run.jsonl", &run, &err),
            -1);
        cr_expect_eq(err.code, ERR_INVALID, "cut at %zu: %s", end, err.msg);
    }
    stream_end(&s);
}

#define START \
    "{\"event\":\"run-start\",\"format\":1,\"run_id\":\"r\",\"started\":\"s\",\"world\":{}}\n"
#define RESULT                                                                                   \
    "{\"event\":\"case-end\",\"connector\":\"c\",\"mode\":\"pat\",\"case\":\"a/b\",\"verdict\":" \
    "\"pass\",\"duration_ms\":1,\"checks\":[]}\n"
#define COUNTS(pass)                                                                     \
    "{\"pass\":" pass ",\"warn\":0,\"fail\":0,\"not-applicable\":0,\"could-not-run\":0," \
    "\"inconclusive\":0,\"harness-error\":0,\"xfail\":0,\"xpass\":0,\"flaky\":0}"
#define END(results, pass)                                                                        \
    "{\"event\":\"run-end\",\"results\":" results ",\"counts\":" COUNTS(pass) ",\"exit_code\":0}" \
                                                                              "\n"

Test(events, a_hand_written_stream_is_read)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct run_record *run = NULL;
    struct err err = {0};
    must(run_record_read(a, STR(START RESULT END("1", "1")), "run.jsonl", &run, &err), &err);
    cr_expect(run->complete);
    cr_expect_eq(run->results.count, 1);
}

Test(events, broken_streams_are_refused_with_the_line)
{
    static const struct {
        const char *what, *text;
        int line;
        const char *message;
    } rows[] = {
        {"a count too many", START RESULT END("2", "1"), 3,
         "the footer counts 2 results, the stream has 1"},
        {"a count too few", START RESULT END("0", "1"), 3, "the footer counts 0 results"},
        {"a count of another verdict", START RESULT END("1", "0"), 3,
         "the footer counts 0 pass, the stream has 1"},
        {"no counts", START "{\"event\":\"run-end\",\"results\":0,\"exit_code\":0}\n", 2,
         "the footer counts -1 pass"},
        {"no exit code", START "{\"event\":\"run-end\",\"results\":0,\"counts\":" COUNTS("0") "}\n",
         2, "the footer has no exit code"},
        {"after the end", START END("0", "0") RESULT, 3, "there is an event after `run-end'"},
        {"two ends", START END("0", "0") END("0", "0"), 3, "there is an event after `run-end'"},
        {"no start", RESULT END("1", "1"), 1, "a stream begins with one `run-start' event"},
        {"two starts", START START, 2, "a stream begins with one `run-start' event"},
        {"an unknown event", START "{\"event\":\"case-begin\"}\n" END("0", "0"), 2,
         "`case-begin' is not an event"},
        {"no event", START "{}\n", 2, "`' is not an event"},
        {"no object", START "[1]\n", 2, "`' is not an event"},
        {"another format", "{\"event\":\"run-start\",\"format\":2}\n", 1, "format is not 1"},
        {"an unknown verdict",
         START "{\"event\":\"case-end\",\"verdict\":\"splendid\",\"checks\":[]}\n", 2,
         "`splendid' is not a verdict"},
        {"a check's unknown verdict",
         START "{\"event\":\"case-end\",\"verdict\":\"pass\",\"checks\":[{\"level\":\"must\"}]}\n",
         2, "`' is not a verdict"},
        {"a check's unknown level",
         START "{\"event\":\"case-end\",\"verdict\":\"pass\",\"checks\":[{\"verdict\":\"pass\","
               "\"level\":\"ought\"}]}\n",
         2, "`ought' is not a level"},
        {"broken in the middle", START "{\"event\":\n" END("0", "0"), 2, ""},
        {"an empty line", START "\n" END("0", "0"), 2, ""},
        {"a broken line that is ended", START "{\"event\":\"case-en\n", 2, ""},
        {"empty", "", 0, "run.jsonl is empty"},
        {"an empty first line", "\n", 1, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct run_record *run = NULL;
        struct err err = {0};
        int rc = run_record_read(a, str_of(rows[i].text), "run.jsonl", &run, &err);
        cr_expect_eq(rc, -1, "%s: accepted", rows[i].what);
        cr_expect_null(run);
        cr_expect_eq(err.line, rows[i].line, "%s: line %d", rows[i].what, err.line);
        cr_expect(rows[i].line == 0 || strcmp(err.file, "run.jsonl") == 0, "%s: %s", rows[i].what,
                  err.file);
        cr_expect_not_null(strstr(err.msg, rows[i].message), "%s: %s", rows[i].what, err.msg);
    }
}

Test(events, a_file_that_is_not_there_is_named)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct run_record *run = NULL;
    struct err err = {0};
    cr_expect_eq(run_record_load(a, "/nonexistent/run.jsonl", &run, &err), -1);
    cr_expect_eq(err.code, ERR_NOT_FOUND);
    cr_expect_null(event_writer_open("/nonexistent/run.jsonl", &err));
    cr_expect_not_null(strstr(err.msg, "/nonexistent/run.jsonl"));
    cr_expect_eq(event_writer_close(NULL, &err), 0);
}

Test(events, a_full_disk_is_an_error_and_nothing_follows_it)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct event_writer *w = event_writer_open("/dev/full", &err);
    cr_assert_not_null(w, "%s", err.msg);
    cr_expect_eq(event_write_start(w, sample_run_green(a), &err), -1);
    cr_expect_not_null(strstr(err.msg, "/dev/full"), "%s", err.msg);
    cr_expect_eq(event_write_end(w, sample_run_green(a), &err), -1);
    cr_expect_not_null(strstr(err.msg, "broke off earlier"), "%s", err.msg);
    cr_expect_eq(event_writer_close(w, &err), 0);
}

/* A run of one result, complete and without problems. */
static int code_of(enum verdict v, bool strict)
{
    struct run_result r = {.verdict = v};
    struct run_record run = {.complete = true};
    run.results.items = &r;
    run.results.count = 1;
    return run_exit_code(&run, strict);
}

Test(events, each_verdict_alone_has_its_exit_code)
{
    static const struct {
        enum verdict verdict;
        int code, strict;
    } rows[] = {
        {VERDICT_PASS, 0, 0},
        {VERDICT_WARN, 0, 1},
        {VERDICT_FAIL, 1, 1},
        {VERDICT_NOT_APPLICABLE, 2, 2},
        {VERDICT_COULD_NOT_RUN, 2, 2},
        {VERDICT_INCONCLUSIVE, 2, 2},
        {VERDICT_HARNESS_ERROR, 70, 70},
        {VERDICT_XFAIL, 0, 0},
        {VERDICT_XPASS, 1, 1},
        {VERDICT_FLAKY, 1, 1},
    };
    cr_assert_eq(ARRAY_LEN(rows), VERDICT_COUNT);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_expect_eq(code_of(rows[i].verdict, false), rows[i].code, "%s",
                     verdict_name(rows[i].verdict));
        cr_expect_eq(code_of(rows[i].verdict, true), rows[i].strict, "strict %s",
                     verdict_name(rows[i].verdict));
    }
}

Test(events, beside_a_pass_each_verdict_has_its_exit_code)
{
    static const int codes[VERDICT_COUNT] = {
        [VERDICT_FAIL] = 1,           [VERDICT_COULD_NOT_RUN] = 2, [VERDICT_INCONCLUSIVE] = 2,
        [VERDICT_HARNESS_ERROR] = 70, [VERDICT_XPASS] = 1,         [VERDICT_FLAKY] = 1};
    for (int v = 0; v < VERDICT_COUNT; v++) {
        for (int order = 0; order < 2; order++) {
            struct run_result two[2] = {{.verdict = VERDICT_PASS}, {.verdict = VERDICT_PASS}};
            struct run_record run = {.complete = true};
            two[order].verdict = (enum verdict)v;
            run.results.items = two;
            run.results.count = 2;
            cr_expect_eq(run_exit_code(&run, false), codes[v], "%s", verdict_name((enum verdict)v));
        }
    }
}

Test(events, the_worse_exit_code_wins)
{
    struct run_result two[2] = {{.verdict = VERDICT_FAIL}, {.verdict = VERDICT_HARNESS_ERROR}};
    struct run_record run = {.complete = true};
    run.results.items = two;
    run.results.count = 2;
    cr_expect_eq(run_exit_code(&run, false), 70);
    two[1].verdict = VERDICT_COULD_NOT_RUN;
    cr_expect_eq(run_exit_code(&run, false), 1);
}

Test(events, a_run_that_is_not_whole_is_never_green)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct run_record *run = sample_run_green(a);
    cr_expect_eq(run_exit_code(run, false), 0);
    run->complete = false;
    cr_expect_eq(run_exit_code(run, false), 2, "no footer");
    run->complete = true;
    run->problems = strings(a, 1, "an entry matches nothing");
    cr_expect_eq(run_exit_code(run, false), 2, "problems");
    run->problems.count = 0;
    run->results.count = 0;
    cr_expect_eq(run_exit_code(run, false), 2, "no results");
    run->results.count = 1;
    cr_expect_eq(run_exit_code(run, false), 0);
}
