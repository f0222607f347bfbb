/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/random.h"
#include "base/json/json_read.h"
#include "base/sys/clock.h"
#include "base/text/number.h"
#include "mock/web/page_priv.h"
#include "mock/web/web_priv.h"

#include <stdio.h>

#define NONCE_BYTES   16
#define RECORDS_SHOWN 100
#define SPACES_SHOWN  ((size_t)50)

static void escape(struct buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            buf_add_z(out, "&lt;");
            break;
        case '>':
            buf_add_z(out, "&gt;");
            break;
        case '&':
            buf_add_z(out, "&amp;");
            break;
        case '"':
            buf_add_z(out, "&quot;");
            break;
        default:
            buf_add_char(out, *text);
        }
    }
}

static void cell(struct buf *out, const char *text)
{
    buf_add_z(out, "<td>");
    escape(out, text);
    buf_add_z(out, "</td>");
}

static void exchange_row(struct buf *out, const struct json *r)
{
    char number[32], when[32];
    const struct json *request = json_get(r, "request"), *response = json_get(r, "response");
    int64_t status = json_get_int(response, "status", 0);
    buf_printf(out, "<tr id=\"x%lld\"><td class=\"n\">%lld</td>",
               (long long)json_get_int(r, "seq", 0), (long long)json_get_int(r, "seq", 0));
    cell(out, format_rfc3339(json_get_int(r, "time_ms", 0), when, sizeof(when)) + 11);
    cell(out, json_get_string(request, "method", ""));
    buf_add_z(out, "<td class=\"path\">");
    escape(out, json_get_string(request, "target", ""));
    buf_add_z(out, "</td>");
    cell(out, json_get_string(r, "principal", ""));
    const struct json *credential = json_get(r, "credential");
    const char *state = json_get_string(credential, "state", "");
    buf_add_z(out, "<td>");
    escape(out, json_get_string(credential, "name", ""));
    buf_printf(out, " <span class=\"s %s\">%s</span></td>", state, state);
    (void)snprintf(number, sizeof(number), "%lld", (long long)status);
    buf_printf(out, "<td><span class=\"st c%lld\">%s</span> ", (long long)(status / 100),
               status > 0 ? number : "–");
    const char *end = json_get_string(response, "end", "");
    escape(out, strcmp(end, "sent") != 0 ? end : "");
    buf_add_z(out, "</td>");
    cell(out, json_get_string(r, "fault", ""));
    buf_printf(out, "<td class=\"n\">%lld ms</td></tr>\n",
               (long long)json_get_int(r, "took_ms", 0));
}

static void exchange_rows(struct buf *out, const struct space *s)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf lines = {0};
    struct {
        struct str *items;
        size_t count, capacity;
    } all = {0};
    web_records(s, 0, RECORDS_SHOWN, &lines);
    struct str line, rest = buf_str(&lines);
    while (str_split(&rest, '\n', &line)) {
        *VEC_PUSH(a, &all) = line;
    }
    for (size_t i = all.count; i > 0; i--) { /* the newest first */
        AUTO_JSON_DOC struct json_doc doc = {0};
        struct err ignored = {0};
        if (json_read(all.items[i - 1], "journal", NULL, &doc, &ignored) == 0 &&
            json_get(doc.root, "seq") != NULL) {
            exchange_row(out, doc.root);
        }
    }
}

static void token_row(struct buf *out, const struct json *t, int64_t now_ms)
{
    char text[32];
    const struct json *expires = json_get(t, "expires_ms");
    int64_t issued_ms = json_get_int(t, "issued_ms", 0), left_ms = 0;
    buf_add_z(out, "<tr>");
    cell(out, json_get_string(t, "name", ""));
    if (json_get_bool(t, "revoked", false)) {
        buf_add_z(out, "<td><span class=\"s revoked\">revoked</span></td>");
    } else if (expires == NULL) {
        buf_add_z(out, "<td>never expires</td>");
    } else {
        left_ms = json_int_or(expires, 0) - now_ms;
        left_ms = left_ms > 0 ? left_ms / 1000 * 1000 : 0;
        buf_printf(out, "<td><progress max=\"%lld\" value=\"%lld\"></progress> %s</td>",
                   (long long)(json_int_or(expires, 0) - issued_ms), (long long)left_ms,
                   left_ms > 0 ? format_duration_ms(left_ms, text, sizeof(text)) : "expired");
    }
    cell(out, json_get_string(t, "kind", ""));
    cell(out, json_get_string(t, "principal", ""));
    buf_add_z(out, "</tr>\n");
}

static void token_rows(struct buf *out, const struct json *state)
{
    const struct json *tokens = json_get(state, "tokens");
    for (size_t i = json_count(tokens); i > 0; i--) { /* the newest first */
        token_row(out, json_at(tokens, i - 1), json_get_int(state, "now_ms", 0));
    }
}

static void fault_rows(struct buf *out, const struct json *state)
{
    JSON_FOREACH(f, json_get(state, "faults")) {
        buf_add_z(out, "<tr>");
        cell(out, json_get_string(f, "id", ""));
        buf_printf(out, "<td class=\"n\">%lld</td><td class=\"n\">%lld</td><td>",
                   (long long)json_get_int(f, "matched", 0),
                   (long long)json_get_int(f, "acted", 0));
        buf_add_z(out, "<button name=\"value\" value=\"");
        escape(out, json_get_string(f, "id", ""));
        buf_add_z(out, "\" aria-label=\"Remove fault ");
        escape(out, json_get_string(f, "id", ""));
        buf_add_z(out, "\">Remove</button></td></tr>\n");
    }
}

static void clock_text(struct buf *out, const struct json *state)
{
    char when[32], moved[32];
    int64_t offset_ms = json_get_int(state, "offset_ms", 0);
    buf_printf(out, "%s", format_rfc3339(json_get_int(state, "now_ms", 0), when, sizeof(when)));
    if (json_get_bool(state, "held", false)) {
        buf_add_z(out, ", held");
    } else if (offset_ms > 0) {
        buf_printf(out, ", %s ahead", format_duration_ms(offset_ms, moved, sizeof(moved)));
    }
}

struct page {
    const struct web *web;
    const struct space *space;
    const struct json *state;
    const char *nonce;
};

/* When there are several. */
static void space_links(struct buf *out, const struct page *p)
{
    const struct space_set *set = p->web->backend.spaces;
    const struct space *s = space_set_at(set, 1);
    if (s == NULL) {
        return;
    }
    buf_add_z(out, "<p id=\"spaces\">Space:");
    for (size_t i = 0; i < SPACES_SHOWN && (s = space_set_at(set, i)) != NULL; i++) {
        const char *name = s->name[0] != '\0' ? s->name : "default";
        buf_printf(out, " <a href=\"/%s%s\"%s>", s->name[0] != '\0' ? "?space=" : "", s->name,
                   s == p->space ? " aria-current=\"page\"" : "");
        escape(out, name);
        buf_add_z(out, "</a>");
    }
    buf_add_z(out, "</p>");
}

static void place_fill(struct buf *out, struct str name, const struct page *p)
{
    if (str_eq(name, STR("NONCE"))) {
        buf_add_z(out, p->nonce);
    } else if (str_eq(name, STR("TOKEN"))) {
        buf_add_str(out, buf_str(&p->web->form_token));
    } else if (str_eq(name, STR("SPACE"))) {
        escape(out, p->space->name);
    } else if (str_eq(name, STR("SPACES"))) {
        space_links(out, p);
    } else if (str_eq(name, STR("CLOCK"))) {
        clock_text(out, p->state);
    } else if (str_eq(name, STR("TOKENS"))) {
        token_rows(out, p->state);
    } else if (str_eq(name, STR("FAULTS"))) {
        fault_rows(out, p->state);
    } else if (str_eq(name, STR("CHOICES"))) {
        web_action_options(out);
    } else if (str_eq(name, STR("EXCHANGES"))) {
        exchange_rows(out, p->space);
    }
}

static void page_fill(struct buf *out, const struct page *p)
{
    struct str rest = str_n((const char *)web_page_html, web_page_html_len);
    for (;;) {
        long open = str_find(rest, STR("@@"), 0);
        long close = open >= 0 ? str_find(rest, STR("@@"), (size_t)open + 2) : -1;
        if (close < 0) {
            buf_add_str(out, rest);
            return;
        }
        buf_add_str(out, str_slice(rest, 0, (size_t)open));
        place_fill(out, str_slice(rest, (size_t)open + 2, (size_t)close), p);
        rest = str_slice(rest, (size_t)close + 2, rest.len);
    }
}

void web_page_write(const struct web *w, const struct space *s, struct http_req *req,
                    struct http_reply *reply)
{
    struct rng rng;
    AUTO_BUF struct buf nonce = {0}, out = {0};
    rng_init_system(&rng);
    rng_base64url(&rng, &nonce, NONCE_BYTES);
    AUTO_JSON struct json *state = web_state(s);
    const struct page p = {.web = w, .space = s, .state = state, .nonce = buf_z(&nonce)};
    page_fill(&out, &p);
    http_reply_text(req, reply, 200, "text/html; charset=utf-8", buf_str(&out));
    http_reply_header(req, reply, "content-security-policy",
                      arena_printf(req->arena,
                                   "default-src 'none'; style-src 'nonce-%s'; script-src "
                                   "'nonce-%s'; connect-src 'self'; form-action 'self'; base-uri "
                                   "'none'; frame-ancestors 'none'",
                                   buf_z(&nonce), buf_z(&nonce)));
}
