/* SPDX-License-Identifier: Apache-2.0 */
/* TAP version 14: a test point per case run, the checks that did not hold in a YAML block. What
 * does not apply is skipped; an expected failure is "not ok" with its directive; what is
 * wrong with the run as a whole is a point of its own, so that it cannot be read as green. */
#include "harness/report/report.h"
#include "harness/report/sections_priv.h"

#include "base/core/str.h"
#include "base/json/json.h"

/* In a description a '#' would begin a directive. */
static void add_text(struct buf *out, const char *text)
{
    for (const char *p = text ? text : ""; *p; p++) {
        if (*p == '#' || *p == '\\') {
            buf_add_char(out, '\\');
        }
        buf_add_char(out, (unsigned char)*p < 0x20 || *p == 0x7f ? ' ' : *p);
    }
}

static bool is_ok(enum verdict v)
{
    return v == VERDICT_PASS || v == VERDICT_WARN || v == VERDICT_NOT_APPLICABLE;
}

static const char *why_of(const struct run_result *r)
{
    for (size_t i = 0; i < r->check_count; i++) {
        if (r->checks[i].verdict == r->verdict && r->checks[i].xfail_reason) {
            return r->checks[i].xfail_reason;
        }
    }
    return r->reason ? r->reason : verdict_name(r->verdict);
}

static void add_member(struct buf *out, const char *indent, const char *key, const char *text)
{
    if (text && text[0]) {
        buf_printf(out, "%s%s: ", indent, key);
        json_write_string(out, str_of(text)); /* a JSON string is a YAML one */
        buf_add_char(out, '\n');
    }
}

static void add_diagnostics(struct buf *out, const struct run_result *r)
{
    bool any = false;
    buf_printf(out, "  ---\n  verdict: %s\n  duration_ms: %lld\n", verdict_name(r->verdict),
               (long long)r->duration_ms);
    add_member(out, "  ", "reason", r->reason);
    for (size_t i = 0; i < r->check_count; i++) {
        const struct check_result *c = &r->checks[i];
        if (c->verdict == VERDICT_PASS || c->verdict == VERDICT_NOT_APPLICABLE) {
            continue;
        }
        buf_add_z(out, any ? "" : "  checks:\n");
        any = true;
        add_member(out, "    - ", "check", c->check);
        add_member(out, "      ", "verdict", verdict_name(c->verdict));
        add_member(out, "      ", "level", level_names[c->level]);
        add_member(out, "      ", "expected", c->expected);
        add_member(out, "      ", "seen", c->seen);
        add_member(out, "      ", "excerpt", c->excerpt);
        add_member(out, "      ", "fix", c->fix);
    }
    buf_add_z(out, "  ...\n");
}

static void add_point(struct buf *out, size_t number, const struct run_result *r)
{
    buf_printf(out, "%sok %zu - ", is_ok(r->verdict) ? "" : "not ", number);
    add_text(out, r->connector);
    buf_add_char(out, ' ');
    add_text(out, r->mode);
    buf_add_char(out, ' ');
    add_text(out, r->case_id);
    if (r->verdict == VERDICT_NOT_APPLICABLE || r->verdict == VERDICT_XFAIL) {
        /* allow: the directive that TAP has for an expected failure */
        buf_add_z(out, r->verdict == VERDICT_XFAIL ? " # TODO " : " # SKIP ");
        add_text(out, why_of(r));
    }
    buf_add_char(out, '\n');
    if (r->verdict != VERDICT_PASS && r->verdict != VERDICT_NOT_APPLICABLE) {
        add_diagnostics(out, r);
    }
}

void tap_write(struct buf *out, const struct run_record *run)
{
    AUTO_ARENA struct arena *a = arena_new();
    size_t reds = 0, number = 0;
    VEC_FOREACH(const struct run_result, r, &run->results) {
        reds += !verdict_is_green(r->verdict);
    }
    struct str_list troubles = run_troubles(a, run, reds);
    buf_printf(out, "TAP version 14\n1..%zu\n# run %s, suite %.12s, seed %s\n",
               run->results.count + troubles.count, run->run_id, run->suite_digest,
               run->seed ? run->seed : "");
    VEC_FOREACH(const struct run_result, r, &run->results) {
        add_point(out, ++number, r);
    }
    for (size_t i = 0; i < troubles.count; i++) {
        buf_printf(out, "not ok %zu - run: ", ++number);
        add_text(out, troubles.items[i]);
        buf_add_char(out, '\n');
    }
}
