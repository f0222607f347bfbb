/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/events.h"

#include "base/cli/exit_code.h"
#include "base/core/buf.h"
#include "base/core/str.h"
#include "base/json/json_read.h"
#include "base/sys/fs.h"

enum { READ_NO_JSON = -2 };

#define MAX_STREAM_BYTES ((size_t)1024 * 1024 * 1024)

/* A copy in the arena, NULL for null or absent. */
static const char *text_of(struct arena *a, const struct json *object, const char *key)
{
    const char *s = json_get_string(object, key, NULL);
    return s ? arena_strdup(a, s) : NULL;
}

static const char *text_or_empty(struct arena *a, const struct json *object, const char *key)
{
    const char *s = text_of(a, object, key);
    return s ? s : "";
}

static struct str_list strings_of(struct arena *a, const struct json *object, const char *key)
{
    struct str_list list = {0};
    JSON_FOREACH(item, json_get(object, key)) {
        *VEC_PUSH(a, &list) = arena_strdup(a, json_string_or(item, ""));
    }
    return list;
}

static void read_connectors(struct arena *a, const struct json *array, struct run_connectors *ret)
{
    JSON_FOREACH(o, array) {
        *VEC_PUSH(a, ret) =
            (struct run_connector){.name = text_or_empty(a, o, "name"),
                                   .title = text_or_empty(a, o, "title"),
                                   .version = text_or_empty(a, o, "version"),
                                   .language = text_or_empty(a, o, "language"),
                                   .product = text_or_empty(a, o, "product"),
                                   .drive = text_or_empty(a, o, "drive"),
                                   .manifest_path = text_or_empty(a, o, "manifest_path"),
                                   .manifest_at = text_or_empty(a, o, "manifest_at"),
                                   .manifest_digest = text_or_empty(a, o, "manifest_digest"),
                                   .excuse = {text_or_empty(a, o, "products_reason"),
                                              text_or_empty(a, o, "products_signature"),
                                              text_or_empty(a, o, "products_ended")},
                                   .modes = strings_of(a, o, "modes"),
                                   .skipped_modes = strings_of(a, o, "skipped_modes")};
    }
}

static void read_cases(struct arena *a, const struct json *array, struct run_cases *ret)
{
    JSON_FOREACH(o, array) {
        *VEC_PUSH(a, ret) = (struct run_case){.id = text_or_empty(a, o, "id"),
                                              .family = text_or_empty(a, o, "family"),
                                              .title = text_or_empty(a, o, "title"),
                                              .why = text_or_empty(a, o, "why"),
                                              .level = text_or_empty(a, o, "level"),
                                              .is_probe = json_get_bool(o, "probe", false),
                                              .clauses = strings_of(a, o, "clauses")};
    }
}

static void read_clauses(struct arena *a, const struct json *array, struct run_clauses *ret)
{
    JSON_FOREACH(o, array) {
        *VEC_PUSH(a, ret) = (struct run_clause){.id = text_or_empty(a, o, "id"),
                                                .level = text_or_empty(a, o, "level"),
                                                .text = text_or_empty(a, o, "text"),
                                                .source = text_or_empty(a, o, "source"),
                                                .url = text_of(a, o, "url"),
                                                .excluded = text_of(a, o, "excluded")};
    }
}

static void read_gate(struct arena *a, const struct json *e, struct run_record *run)
{
    const struct json *gate = json_get(e, "gate"), *part = json_get(e, "part");
    run->gate =
        (struct run_gate){.level = text_or_empty(a, gate, "level"),
                          .requirements_digest = text_or_empty(a, gate, "requirements_digest"),
                          .baseline_digest = text_or_empty(a, gate, "baseline_digest"),
                          .strict = json_get_bool(gate, "strict", false),
                          .repeat = json_get_int(gate, "repeat", 0)};
    run->part = (struct run_part){.plan_digest = text_or_empty(a, part, "plan_digest"),
                                  .plan_jobs = json_get_int(part, "plan_jobs", 0),
                                  .index = json_get_int(part, "index", 0),
                                  .total = json_get_int(part, "total", 0),
                                  .source = text_or_empty(a, part, "source")};
}

static void read_start(struct arena *a, const struct json *e, struct run_record *run)
{
    const struct json *world = json_get(e, "world");
    run->run_id = text_or_empty(a, e, "run_id");
    run->started = text_or_empty(a, e, "started");
    run->suite_digest = text_or_empty(a, e, "suite_digest");
    run->requirement_set = text_or_empty(a, e, "requirement_set");
    run->seed = text_or_empty(a, e, "seed");
    run->selection = strings_of(a, e, "selection");
    read_gate(a, e, run);
    run->world = (struct run_world){.isolation = text_or_empty(a, world, "isolation"),
                                    .clock = text_or_empty(a, world, "clock"),
                                    .system = text_or_empty(a, world, "system"),
                                    .assay_version = text_or_empty(a, world, "assay_version"),
                                    .unproven = strings_of(a, world, "unproven"),
                                    .jobs = json_get_int(world, "jobs", 0)};
    read_connectors(a, json_get(e, "connectors"), &run->connectors);
    read_cases(a, json_get(e, "cases"), &run->cases);
    read_clauses(a, json_get(e, "clauses"), &run->clauses);
}

static int read_verdict(const struct json_doc *doc, const struct json *o, enum verdict *ret,
                        struct err *err)
{
    const char *name = json_get_string(o, "verdict", "");
    int v = verdict_of(name);
    if (v < 0) {
        return json_err(doc, o, err, "`%s' is not a verdict", name);
    }
    *ret = (enum verdict)v;
    return 0;
}

static int read_level(const struct json_doc *doc, const struct json *o, enum level *ret,
                      struct err *err)
{
    const char *name = json_get_string(o, "level", "");
    for (int i = 0; i < LEVEL_COUNT; i++) {
        if (str_eq_z(str_of(name), level_names[i])) {
            *ret = (enum level)i;
            return 0;
        }
    }
    return json_err(doc, o, err, "`%s' is not a level", name);
}

static int read_check(struct arena *a, const struct json_doc *doc, const struct json *o,
                      struct check_result *ret, struct err *err)
{
    struct check_result c = {.check = text_or_empty(a, o, "check"),
                             .clauses = strings_of(a, o, "clauses"),
                             .because = text_of(a, o, "because"),
                             .expected = text_of(a, o, "expected"),
                             .seen = text_of(a, o, "seen"),
                             .excerpt = text_of(a, o, "excerpt"),
                             .cause = text_of(a, o, "cause"),
                             .fix = text_of(a, o, "fix"),
                             .xfail_reason = text_of(a, o, "xfail_reason"),
                             .line = (int)json_get_int(o, "line", 0),
                             .outside = json_get_bool(o, "outside", false)};
    if (read_verdict(doc, o, &c.verdict, err) < 0 || read_level(doc, o, &c.level, err) < 0) {
        return -1;
    }
    *ret = c;
    return 0;
}

static int read_result(struct arena *a, const struct json_doc *doc, const struct json *e,
                       struct run_record *run, struct err *err)
{
    const struct json *checks = json_get(e, "checks");
    struct run_result r = {.connector = text_or_empty(a, e, "connector"),
                           .mode = text_or_empty(a, e, "mode"),
                           .case_id = text_or_empty(a, e, "case"),
                           .reason = text_of(a, e, "reason"),
                           .evidence = text_of(a, e, "evidence"),
                           .duration_ms = json_get_int(e, "duration_ms", 0),
                           .jitter_ms = json_get_int(e, "jitter_ms", 0),
                           .products = strings_of(a, e, "products"),
                           .attempts = json_get_int(e, "attempts", 0),
                           .outside = json_get_bool(e, "outside", false),
                           .check_count = json_count(checks)};
    struct check_result *list = ARENA_ARRAY(a, struct check_result, r.check_count + 1);
    size_t n = 0;
    if (read_verdict(doc, e, &r.verdict, err) < 0) {
        return -1;
    }
    JSON_FOREACH(o, checks) {
        if (read_check(a, doc, o, &list[n++], err) < 0) {
            return -1;
        }
    }
    r.checks = list;
    *VEC_PUSH(a, &run->results) = r;
    return 0;
}

/* What the footer counts must be what came, or lines are missing that nobody noticed. */
static int check_counts(const struct json_doc *doc, const struct json *e,
                        const struct run_record *run, struct err *err)
{
    int64_t promised = json_get_int(e, "results", -1);
    int64_t seen[VERDICT_COUNT] = {0};
    if (promised != (int64_t)run->results.count) {
        return json_err(doc, e, err, "the footer counts %lld results, the stream has %zu",
                        (long long)promised, run->results.count);
    }
    VEC_FOREACH(const struct run_result, r, &run->results) {
        seen[r->verdict]++;
    }
    for (int v = 0; v < VERDICT_COUNT; v++) {
        const char *name = verdict_name((enum verdict)v);
        int64_t count = json_get_int(json_get(e, "counts"), name, -1);
        if (count != seen[v]) {
            return json_err(doc, e, err, "the footer counts %lld %s, the stream has %lld",
                            (long long)count, name, (long long)seen[v]);
        }
    }
    return 0;
}

static int read_end(struct arena *a, const struct json_doc *doc, const struct json *e,
                    struct run_record *run, struct err *err)
{
    int64_t exit_code = json_get_int(e, "exit_code", -1);
    if (check_counts(doc, e, run, err) < 0) {
        return -1;
    }
    if (exit_code < 0 || exit_code > 255) {
        return json_err(doc, e, err, "the footer has no exit code");
    }
    run->problems = strings_of(a, e, "problems");
    run->unmatched = strings_of(a, e, "unmatched");
    run->proof = text_of(a, e, "proof");
    run->duration_ms = json_get_int(e, "duration_ms", 0);
    run->exit_code = (int)exit_code;
    run->complete = true;
    return 0;
}

static int read_event(struct arena *a, const struct json_doc *doc, struct run_record *run,
                      bool is_first, struct err *err)
{
    const struct json *e = doc->root;
    struct str kind = str_of(json_get_string(e, "event", ""));
    if (is_first != str_eq_z(kind, "run-start")) {
        return json_err(doc, e, err, "a stream begins with one `run-start' event");
    }
    if (run->complete) {
        return json_err(doc, e, err, "there is an event after `run-end'");
    }
    if (is_first) {
        if (json_get_int(e, "format", 0) != 1) {
            return json_err(doc, e, err, "the stream's format is not 1: it is of another version");
        }
        read_start(a, e, run);
        return 0;
    }
    if (str_eq_z(kind, "case-end")) {
        return read_result(a, doc, e, run, err);
    }
    if (str_eq_z(kind, "run-end")) {
        return read_end(a, doc, e, run, err);
    }
    return json_err(doc, e, err, "`%.*s' is not an event", STR_ARG(kind));
}

static int read_line(struct arena *a, struct str line, const char *path, struct run_record *run,
                     bool is_first, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    const struct json_limits limits = {.max_bytes = MAX_STREAM_BYTES, .max_nodes = 10000000};
    if (json_read(line, path, &limits, &doc, err) < 0) {
        return READ_NO_JSON;
    }
    return read_event(a, &doc, run, is_first, err);
}

static int read_stream(struct arena *a, struct str rest, const char *path, struct run_record *run,
                       struct err *err)
{
    struct str line;
    struct err bad = {0};
    for (int number = 1; str_split(&rest, '\n', &line) && (line.len > 0 || rest.ptr); number++) {
        int rc = read_line(a, line, path, run, number == 1, &bad);
        if (rc == READ_NO_JSON && !rest.ptr && number > 1) {
            return 0; /* the writer was cut off in the middle of its last line: incomplete */
        }
        if (rc < 0) {
            bad.line = number; /* the document was that line alone */
            *err = bad;
            return -1;
        }
    }
    return run->run_id ? 0 : err_set(err, ERR_INVALID, "%s is empty", path);
}

int run_record_read(struct arena *a, struct str ndjson, const char *path, struct run_record **ret,
                    struct err *err)
{
    struct run_record *run = ARENA_NEW(a, struct run_record);
    run->exit_code = EXIT_INCOMPLETE; /* until the footer says better */
    if (read_stream(a, ndjson, path, run, err) < 0) {
        return -1;
    }
    *ret = run;
    return 0;
}

int run_record_load(struct arena *a, const char *path, struct run_record **ret, struct err *err)
{
    AUTO_BUF struct buf content = {0};
    buf_init(&content, MAX_STREAM_BYTES);
    if (fs_read_file(path, MAX_STREAM_BYTES, &content, err) < 0) {
        return -1;
    }
    return run_record_read(a, buf_str(&content), path, ret, err);
}
