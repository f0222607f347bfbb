/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/fault/fault_apply.h"

#include "base/sys/clock.h"
#include "mock/fault/fault_body.h"
#include "mock/fault/fault_match_priv.h"
#include "mock/http/recorded_error.h"

#include <math.h>

bool fault_replaces_handler(const struct fault_rule *rule)
{
    const struct scenario_fault *f = &rule->spec;
    return !f->after_handler &&
           (f->status != 0 || f->body != NULL || f->error != NULL || f->answer.redirect != NULL);
}

static void redirect(const char *to, struct http_req *req, struct http_reply *reply)
{
    const char *scheme_end = strstr(to, "://");
    bool bare = scheme_end != NULL && strchr(scheme_end + 3, '/') == NULL;
    const char *location = bare ? arena_printf(req->arena, "%s%.*s", to, STR_ARG(req->target)) : to;
    *reply = (struct http_reply){.status = 302};
    http_reply_header(req, reply, "location", location);
}

void fault_apply_answer(const struct fault_rule *rule, struct http_req *req,
                        struct http_reply *reply)
{
    const struct scenario_fault *f = &rule->spec;
    if (f->error != NULL) {
        *reply = (struct http_reply){0};
        recorded_error_reply(req, reply, f->error, NULL);
    }
    if (f->answer.redirect != NULL) {
        redirect(f->answer.redirect, req, reply);
    }
    if (f->body != NULL) {
        reply->body = str_of(arena_strdup(req->arena, f->body));
    }
    if (f->status != 0) {
        reply->status = (int)f->status;
    }
    if (reply->status == 0) {
        reply->status = 200; /* a body alone, in place of the handler's answer */
    }
    if (f->answer.patch != NULL) {
        fault_body_patch(f->answer.patch, req, reply);
    }
    fault_body_change((enum fault_body)f->answer.body, req, reply);
}

static void header_change(struct http_req *req, struct http_reply *reply, const char *name,
                          const char *value)
{
    if (value[0] == '\0') {
        http_reply_remove_header(reply, name);
    } else {
        http_reply_header(req, reply, name, value);
    }
}

static void retry_after(const struct fault_rule *rule, struct http_req *req,
                        struct http_reply *reply, int64_t now_ms)
{
    const struct scenario_fault_answer *a = &rule->spec.answer;
    int64_t wait_ms = a->retry_after_ms != 0 ? a->retry_after_ms : rule->quota_ends_ms - now_ms;
    int64_t wait_s = wait_ms > 0 ? (wait_ms + 999) / 1000 : 0;
    char date[32];
    switch (a->retry_form) {
    case FAULT_RETRY_SECONDS:
        http_reply_header(req, reply, "retry-after",
                          arena_printf(req->arena, "%lld", (long long)wait_s));
        break;
    case FAULT_RETRY_DATE:
        http_reply_header(req, reply, "retry-after",
                          format_http_date(now_ms + wait_s * 1000, date, sizeof(date)));
        break;
    case FAULT_RETRY_ABSENT:
        http_reply_remove_header(reply, "retry-after");
        break;
    default:
        break;
    }
}

void fault_apply_headers(const struct fault_rule *rule, struct http_req *req,
                         struct http_reply *reply, int64_t now_ms)
{
    const struct scenario_fault *f = &rule->spec;
    int64_t skew_ms = f->answer.date_ahead_ms - f->answer.date_behind_ms;
    if (f->content_type != NULL) {
        header_change(req, reply, "content-type", f->content_type);
    }
    if (skew_ms != 0) {
        char date[32];
        http_reply_header(req, reply, "date",
                          format_http_date(now_ms + skew_ms, date, sizeof(date)));
    }
    retry_after(rule, req, reply, now_ms);
    VEC_FOREACH(const struct shape_pair, pair, &f->headers) {
        header_change(req, reply, pair->key, pair->value);
    }
}

/* 99 of 100 draws of a normal distribution are below so many deviations. */
#define NORMAL_99 2.3263478740408408
#define TWO_PI    6.283185307179586

int64_t fault_delay_ms(const struct fault_rule *rule)
{
    const struct scenario_fault *f = &rule->spec;
    double from = (double)f->delay_ms, to = (double)f->wire.delay_max_ms;
    double u = fault_draw(rule, 2), v = fault_draw(rule, 3);
    switch (f->wire.delay_form) {
    case FAULT_DELAY_UNIFORM:
        return f->delay_ms + (int64_t)(u * (to - from + 1));
    case FAULT_DELAY_LOGNORMAL: {
        double normal = sqrt(-2 * log(1 - u)) * cos(TWO_PI * v); /* Box and Muller */
        double drawn = from * exp(normal * log(to / from) / NORMAL_99);
        return (int64_t)(drawn < 10 * to ? drawn : 10 * to);
    }
    default:
        return f->delay_ms;
    }
}
