/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json/json_read.h"
#include "base/secret/secret.h"
#include "base/sys/clock.h"
#include "base/text/number.h"
#include "base/wire/scenario.h"
#include "mock/fault/fault_rules.h"
#include "mock/web/web_priv.h"

/* Faults one wants at hand; the control interface takes any. */
static const struct {
    const char *key, *label, *rule;
} choices[] = {
    {"token-503", "token endpoint: 503 once",
     "{\"classes\":\"token\",\"error\":\"temporarily_unavailable\",\"times\":1}"},
    {"token-401", "token endpoint: 401 invalid_client once",
     "{\"classes\":\"token\",\"error\":\"invalid_client\",\"times\":1}"},
    {"api-403", "API: 403 invalid access token once",
     "{\"classes\":\"api\",\"error\":\"invalid-access-token\",\"times\":1}"},
    {"api-429", "API: 429 three times, Retry-After 2 s",
     "{\"classes\":\"api\",\"error\":\"rate-limited\",\"times\":3,\"retry_after\":\"2s\","
     "\"retry_after_form\":\"seconds\"}"},
    {"api-503", "API: 503 twice", "{\"classes\":\"api\",\"error\":\"unavailable\",\"times\":2}"},
    {"api-html", "API: sign-in page with 200, once",
     "{\"classes\":\"api\",\"error\":\"html-login\",\"times\":1}"},
    {"api-lost", "API: takes effect, answer lost (RST), once",
     "{\"classes\":\"api\",\"after_handler\":true,\"end\":\"reset\",\"times\":1}"},
    {"api-cut", "API: body cut in the middle, once",
     "{\"classes\":\"api\",\"cut_percent\":50,\"times\":1}"},
    {"slow", "everything: 2 s late", "{\"delay\":\"2s\"}"},
    {"hold", "everything: held until released", "{\"end\":\"hold\"}"},
};

void web_action_options(struct buf *out)
{
    for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
        buf_printf(out, "<option value=\"%s\">%s</option>\n", choices[i].key, choices[i].label);
    }
}

static bool id_is_free(const struct fault_rules *rules, const char *id)
{
    const struct fault_rule *rule = NULL;
    for (size_t i = 0; (rule = fault_rules_at(rules, i)) != NULL; i++) {
        if (strcmp(rule->spec.id, id) == 0) {
            return false;
        }
    }
    return true;
}

static int fault_add(struct space *s, struct arena *a, struct str key, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
        AUTO_JSON_DOC struct json_doc doc = {0};
        struct scenario_fault fault;
        const char *id = NULL;
        if (!str_eq_z(key, choices[i].key)) {
            continue;
        }
        if (json_read(str_of(choices[i].rule), "choice", NULL, &doc, err) < 0 ||
            shape_decode(a, &doc, doc.root, &scenario_fault_shape, &fault, err) < 0) {
            return -1;
        }
        if (id_is_free(s->faults, choices[i].key)) {
            fault.id = choices[i].key; /* says more than a number */
        }
        return fault_rules_add(s->faults, &fault, &id, err);
    }
    return err_set(err, ERR_INVALID, "there is no such fault to choose");
}

static int clock_move(struct space *s, struct str minutes, struct err *err)
{
    int64_t count = 0;
    if (parse_int64(minutes, 0, (int64_t)366 * 24 * 60, &count, err) < 0) {
        return -1;
    }
    clock_advance_ms(&s->clock, count * 60 * 1000);
    return 0;
}

static int act(const struct web *w, struct space *s, struct arena *a, const struct url_params *form,
               struct err *err)
{
    struct str what = params_value(form, "what"), value = params_value(form, "value");
    if (str_eq(what, STR("advance"))) {
        return clock_move(s, value, err);
    }
    if (str_eq(what, STR("fault"))) {
        return fault_add(s, a, value, err);
    }
    if (str_eq(what, STR("remove"))) {
        (void)fault_rules_remove(s->faults, arena_strndup(a, value.ptr, value.len));
        return 0;
    }
    if (str_eq(what, STR("release"))) {
        (void)w->backend.release(w->backend.engine, s, NULL);
        return 0;
    }
    return str_eq(what, STR("reset")) ? space_reset(s, err)
                                      : err_set(err, ERR_INVALID, "the form asks for nothing");
}

static bool token_is_right(const struct web *w, struct str shown)
{
    struct secret *expected = secret_new(buf_str(&w->form_token));
    bool right = secret_equal(expected, shown);
    secret_free(expected);
    return right;
}

void web_action(const struct web *w, struct http_req *req, struct http_reply *reply)
{
    const struct url_params *form = http_req_form(req);
    if (form == NULL || !token_is_right(w, params_value(form, "form_token"))) {
        http_reply_text(req, reply, 403, "text/plain; charset=utf-8",
                        STR("This form is not of a page of this mock; load the page again.\n"));
        return;
    }
    struct str name = params_value(form, "space");
    struct space *s = space_set_find(w->backend.spaces, name);
    if (s == NULL) {
        http_reply_text(req, reply, 404, "text/plain; charset=utf-8",
                        STR("There is no such space.\n"));
        return;
    }
    struct err err = {0};
    if (act(w, s, req->arena, form, &err) < 0) {
        http_reply_text(req, reply, 409, "text/plain; charset=utf-8", str_of(err.msg));
        return;
    }
    reply->status = 303;
    http_reply_header(req, reply, "location",
                      name.len > 0 ? arena_printf(req->arena, "/?space=%s", s->name) : "/");
}
