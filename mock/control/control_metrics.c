/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/clock.h"
#include "mock/control/control_priv.h"
#include "mock/fault/fault_rules.h"
#include "mock/journal/journal_store.h"
#include "mock/state/credential_store.h"
#include "mock/state/mock_state.h"

/* The Prometheus text exposition format, version 0.0.4. Label values here are routes, ids and space
 * names, whose characters need no escape. */

#ifndef ASSAY_VERSION
#define ASSAY_VERSION "0.1.0"
#endif

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP assay_mock_%s %s\n# TYPE assay_mock_%s %s\n", name, help, name, type);
}

typedef int64_t value_of(const struct space *s);

static void each_space(struct buf *out, const struct space_set *spaces, const char *name,
                       value_of *value)
{
    const struct space *s = NULL;
    for (size_t i = 0; (s = space_set_at(spaces, i)) != NULL; i++) {
        buf_printf(out, "assay_mock_%s{space=\"%s\"} %lld\n", name, s->name, (long long)value(s));
    }
}

static int64_t open_of(const struct space *s)
{
    return journal_store_open(s->journal);
}

static int64_t dropped_of(const struct space *s)
{
    return journal_store_dropped(s->journal);
}

static int64_t credentials_of(const struct space *s)
{
    return (int64_t)credential_store_count(s->state->credentials);
}

static int64_t offset_s_of(const struct space *s)
{
    return clock_offset_ms(&s->clock) / 1000;
}

static void exchanges(struct buf *out, const struct space *s)
{
    size_t pos = 0;
    for (const struct route_count *row; (row = route_counts_next(&s->tally, &pos)) != NULL;) {
        int64_t total = route_counts_of_name(&s->tally, row);
        if (total > 0) {
            buf_printf(out,
                       "assay_mock_exchanges_total{space=\"%s\",route=\"%s\",status=\"%d\"} %lld\n",
                       s->name, route_count_name(row), row->tag, (long long)total);
        }
    }
}

static void faults(struct buf *out, const struct space *s)
{
    const struct fault_rule *rule = NULL;
    for (size_t i = 0; (rule = fault_rules_at(s->faults, i)) != NULL; i++) {
        buf_printf(out, "assay_mock_faults_acted_total{space=\"%s\",fault=\"%s\"} %lld\n", s->name,
                   rule->spec.id, (long long)rule->acted);
    }
}

int control_get_metrics(struct exchange *x, struct err *err)
{
    (void)err;
    const struct control_backend *b = &control_of(x)->backend;
    const struct space *s = NULL;
    AUTO_BUF struct buf out = {0};
    head(&out, "info", "gauge", "The program's version.");
    buf_printf(&out, "assay_mock_info{version=\"%s\"} 1\n", ASSAY_VERSION);
    head(&out, "failures_total", "counter", "Handlers that could not do their work.");
    buf_printf(&out, "assay_mock_failures_total %lld\n", (long long)b->failures(b->engine));
    head(&out, "exchanges_total", "counter", "Exchanges that are over; status 0: not answered.");
    for (size_t i = 0; (s = space_set_at(b->spaces, i)) != NULL; i++) {
        exchanges(&out, s);
    }
    head(&out, "faults_acted_total", "counter", "How often each fault rule acted.");
    for (size_t i = 0; (s = space_set_at(b->spaces, i)) != NULL; i++) {
        faults(&out, s);
    }
    head(&out, "exchanges_open", "gauge", "Exchanges that are not over.");
    each_space(&out, b->spaces, "exchanges_open", open_of);
    head(&out, "journal_dropped_total", "counter", "Records that left the journal.");
    each_space(&out, b->spaces, "journal_dropped_total", dropped_of);
    head(&out, "credentials", "gauge", "Credentials that the mock remembers.");
    each_space(&out, b->spaces, "credentials", credentials_of);
    head(&out, "clock_offset_seconds", "gauge", "How far the mock's clock was moved.");
    each_space(&out, b->spaces, "clock_offset_seconds", offset_s_of);
    http_reply_text(x->req, x->reply, 200, "text/plain; version=0.0.4; charset=utf-8",
                    buf_str(&out));
    return 0;
}

int control_get_ready(struct exchange *x, struct err *err)
{
    (void)err;
    bool ready = space_of(x)->loads > 0;
    struct json *o = json_object();
    json_set_bool(o, "ready", ready);
    http_reply_json(x->req, x->reply, ready ? 200 : 503, o);
    return 0;
}

int control_get_version(struct exchange *x, struct err *err)
{
    (void)err;
    struct json *o = json_object();
    json_set_string(o, "name", "assay-mock");
    json_set_string(o, "version", ASSAY_VERSION);
    http_reply_json(x->req, x->reply, 200, o);
    return 0;
}
