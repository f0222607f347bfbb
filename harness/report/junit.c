/* SPDX-License-Identifier: Apache-2.0 */
/* JUnit XML, in the form that CI systems read: testsuites > testsuite > testcase. A warning, an
 * expected failure and a result that does not apply have no word of their own there: a warning
 * passes with its text in system-out, the others are skipped with the reason. What is wrong with
 * the run as a whole is an error in a suite of its own, "assay.run". */
#include "harness/report/report.h"
#include "harness/report/sections_priv.h"

#include "base/core/str.h"
#include "base/text/utf8.h"

/* XML 1.0 text or attribute value: what it cannot hold at all becomes U+FFFD; line ends and tabs
 * are written so that attributes keep them. */
static void xml_text(struct buf *out, const char *text)
{
    struct str s = str_of(text ? text : "");
    for (size_t i = 0; i < s.len;) {
        uint32_t cp = 0;
        size_t n = utf8_decode(str_slice(s, i, s.len), &cp);
        bool allowed = n > 0 && (cp >= 0x20 || cp == '\n' || cp == '\t') && cp != 0xfffe &&
                       cp != 0xffff && cp != 0x7f;
        if (!allowed) {
            buf_add_z(out, "\xef\xbf\xbd");
        } else if (cp == '<') {
            buf_add_z(out, "&lt;");
        } else if (cp == '>') {
            buf_add_z(out, "&gt;");
        } else if (cp == '&') {
            buf_add_z(out, "&amp;");
        } else if (cp == '"') {
            buf_add_z(out, "&quot;");
        } else if (cp == '\n' || cp == '\t') {
            buf_printf(out, "&#%u;", (unsigned)cp);
        } else {
            buf_add(out, s.ptr + i, n);
        }
        i += n ? n : 1;
    }
}

static void attribute(struct buf *out, const char *name, const char *value)
{
    buf_printf(out, " %s=\"", name);
    xml_text(out, value);
    buf_add_char(out, '"');
}

static void seconds(struct buf *out, int64_t ms)
{
    ms = ms > 0 ? ms : 0;
    buf_printf(out, " time=\"%lld.%03lld\"", (long long)(ms / 1000), (long long)(ms % 1000));
}

enum kind { KIND_PASS, KIND_FAILURE, KIND_ERROR, KIND_SKIPPED, KIND_COUNT };

static enum kind kind_of(enum verdict v)
{
    switch (v) {
    case VERDICT_PASS:
    case VERDICT_WARN:
        return KIND_PASS;
    case VERDICT_FAIL:
    case VERDICT_XPASS:
    case VERDICT_FLAKY:
        return KIND_FAILURE;
    case VERDICT_NOT_APPLICABLE:
    case VERDICT_XFAIL:
        return KIND_SKIPPED;
    case VERDICT_COULD_NOT_RUN:
    case VERDICT_INCONCLUSIVE:
    case VERDICT_HARNESS_ERROR:
    case VERDICT_COUNT:
        break;
    }
    return KIND_ERROR;
}

static void write_details(struct buf *out, const struct run_result *r)
{
    for (size_t i = 0; i < r->check_count; i++) {
        const struct check_result *c = &r->checks[i];
        if (c->verdict == VERDICT_PASS || c->verdict == VERDICT_NOT_APPLICABLE) {
            continue;
        }
        AUTO_BUF struct buf text = {0};
        buf_printf(&text, "%s (%s, %s)\nexpected: %s\nseen: %s\n", c->check, level_names[c->level],
                   verdict_name(c->verdict), c->expected ? c->expected : "",
                   c->seen ? c->seen : "");
        if (c->cause) {
            buf_printf(&text, "likely cause: %s\n", c->cause);
        }
        if (c->fix) {
            buf_printf(&text, "fix: %s\n", c->fix);
        }
        if (c->excerpt) {
            buf_printf(&text, "%s\n", c->excerpt);
        }
        xml_text(out, buf_z(&text));
    }
}

/* The first check that made the verdict, and what it saw. */
static void write_message(struct buf *out, const struct run_result *r)
{
    AUTO_BUF struct buf text = {0};
    for (size_t i = 0; i < r->check_count && text.len == 0; i++) {
        const struct check_result *c = &r->checks[i];
        const char *why = c->verdict == VERDICT_XFAIL ? c->xfail_reason : c->seen;
        if (c->verdict == r->verdict) {
            buf_printf(&text, "%s: %s", c->check, why ? why : verdict_name(c->verdict));
        }
    }
    if (text.len == 0) {
        buf_add_z(&text, r->reason ? r->reason : verdict_name(r->verdict));
    }
    attribute(out, "message", buf_z(&text));
}

static const char *type_of(const struct run_result *r)
{
    for (size_t i = 0; i < r->check_count; i++) {
        if (r->checks[i].verdict == r->verdict && r->checks[i].clauses.count > 0) {
            return r->checks[i].clauses.items[0];
        }
    }
    return verdict_name(r->verdict);
}

static void write_case(struct buf *out, const struct run_result *r)
{
    static const char *const element[KIND_COUNT] = {NULL, "failure", "error", "skipped"};
    enum kind kind = kind_of(r->verdict);
    buf_add_z(out, "    <testcase");
    attribute(out, "name", r->case_id);
    buf_add_z(out, " classname=\"");
    xml_text(out, r->connector);
    buf_add_char(out, '.');
    xml_text(out, r->mode);
    buf_add_char(out, '"');
    seconds(out, r->duration_ms);
    if (kind == KIND_PASS && r->verdict == VERDICT_PASS) {
        buf_add_z(out, "/>\n");
        return;
    }
    buf_add_z(out, ">\n");
    if (kind == KIND_PASS) {
        buf_add_z(out, "      <system-out>");
        write_details(out, r);
        buf_add_z(out, "</system-out>\n");
    } else {
        buf_printf(out, "      <%s", element[kind]);
        write_message(out, r);
        if (kind == KIND_SKIPPED) {
            buf_add_z(out, "/>\n");
        } else {
            attribute(out, "type", type_of(r));
            buf_add_char(out, '>');
            write_details(out, r);
            buf_printf(out, "</%s>\n", element[kind]);
        }
    }
    buf_add_z(out, "    </testcase>\n");
}

struct suite {
    const char *connector, *mode;
    size_t count[KIND_COUNT], total;
    int64_t duration_ms;
};
struct suites {
    struct suite *items;
    size_t count, capacity;
};

static bool in_suite(const struct run_result *r, const struct suite *s)
{
    return str_eq_z(str_of(r->connector), s->connector) && str_eq_z(str_of(r->mode), s->mode);
}

/* By the results, not by what the manifests declare: none may be left out. */
static void suites_of(struct arena *a, const struct run_record *run, struct suites *ret)
{
    VEC_FOREACH(const struct run_result, r, &run->results) {
        struct suite *found = NULL;
        VEC_FOREACH(struct suite, s, ret) {
            found = in_suite(r, s) ? s : found;
        }
        if (!found) {
            found = VEC_PUSH(a, ret);
            *found = (struct suite){.connector = r->connector, .mode = r->mode};
        }
        found->count[kind_of(r->verdict)]++;
        found->total++;
        found->duration_ms += r->duration_ms > 0 ? r->duration_ms : 0;
    }
}

static void suite_begin(struct buf *out, const struct run_record *run, const struct suite *s)
{
    buf_add_z(out, "  <testsuite name=\"");
    xml_text(out, s->connector);
    buf_add_char(out, '.');
    xml_text(out, s->mode);
    buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", s->total,
               s->count[KIND_FAILURE], s->count[KIND_ERROR], s->count[KIND_SKIPPED]);
    seconds(out, s->duration_ms);
    if (run->started && run->started[0]) {
        attribute(out, "timestamp", run->started);
    }
    buf_add_z(out, ">\n");
}

static void write_suite(struct buf *out, const struct run_record *run, const struct suite *s)
{
    suite_begin(out, run, s);
    buf_add_z(out, "    <properties>\n      <property name=\"suite_digest\"");
    attribute(out, "value", run->suite_digest);
    buf_add_z(out, "/>\n      <property name=\"requirement_set\"");
    attribute(out, "value", run->requirement_set);
    buf_add_z(out, "/>\n    </properties>\n");
    VEC_FOREACH(const struct run_result, r, &run->results) {
        if (in_suite(r, s)) {
            write_case(out, r);
        }
    }
    buf_add_z(out, "  </testsuite>\n");
}

static void write_troubles(struct buf *out, const struct run_record *run,
                           const struct str_list *troubles)
{
    struct suite s = {.connector = "assay", .mode = "run", .total = troubles->count};
    s.count[KIND_ERROR] = troubles->count;
    if (troubles->count == 0) {
        return;
    }
    suite_begin(out, run, &s);
    for (size_t i = 0; i < troubles->count; i++) {
        struct run_result r = {.connector = "assay",
                               .mode = "run",
                               .case_id = "run",
                               .verdict = VERDICT_INCONCLUSIVE,
                               .reason = troubles->items[i]};
        write_case(out, &r);
    }
    buf_add_z(out, "  </testsuite>\n");
}

void junit_write(struct buf *out, const struct run_record *run)
{
    AUTO_ARENA struct arena *a = arena_new();
    size_t count[KIND_COUNT] = {0};
    struct suites suites = {0};
    suites_of(a, run, &suites);
    VEC_FOREACH(const struct suite, s, &suites) {
        for (int k = 0; k < KIND_COUNT; k++) {
            count[k] += s->count[k];
        }
    }
    struct str_list troubles = run_troubles(a, run, count[KIND_FAILURE] + count[KIND_ERROR]);
    buf_printf(out,
               "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"assay\" "
               "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
               run->results.count + troubles.count, count[KIND_FAILURE],
               count[KIND_ERROR] + troubles.count, count[KIND_SKIPPED]);
    seconds(out, run->duration_ms);
    buf_add_z(out, ">\n");
    VEC_FOREACH(const struct suite, s, &suites) {
        write_suite(out, run, s);
    }
    write_troubles(out, run, &troubles);
    buf_add_z(out, "</testsuites>\n");
}
