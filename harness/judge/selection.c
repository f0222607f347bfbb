/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/judge/selection.h"

#include "base/core/buf.h"
#include "base/core/str.h"
#include "base/text/glob.h"
#include "harness/judge/check.h"

#include <stdio.h>
#include <string.h>

#define CLASS_TEXT(name, text, doc) text,
const char *const selection_class_names[ROUTE_CLASS_COUNT] = {ROUTE_CLASS_TABLE(CLASS_TEXT)};
#undef CLASS_TEXT

#define STATE_TEXT(name, text) text,
const char *const selection_credential_names[CREDENTIAL_STATE_COUNT] = {
    CREDENTIAL_STATE_TABLE(STATE_TEXT)};
#undef STATE_TEXT

static bool status_matches(const char *pattern, int status)
{
    char digits[16];
    snprintf(digits, sizeof(digits), "%03d", status);
    for (size_t i = 0; i < 3; i++) {
        if (pattern[i] == '\0' || (pattern[i] != 'x' && pattern[i] != digits[i])) {
            return false;
        }
    }
    return pattern[3] == '\0';
}

static bool is_status(const char *s)
{
    bool good = (s[0] >= '1' && s[0] <= '5') || s[0] == 'x';
    for (size_t i = 1; good && i < 3; i++) {
        good = s[i] == 'x' || (s[i] >= '0' && s[i] <= '9');
    }
    return good && s[3] == '\0';
}

int selection_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                       struct err *err)
{
    const struct selection *s = decoded;
    for (size_t i = 0; i < s->status.count; i++) {
        if (!is_status(s->status.items[i])) {
            return json_err(doc, json_get(node, "status"), err,
                            "`%s' is no status: three digits, each of which may be x",
                            s->status.items[i]);
        }
    }
    return 0;
}

static bool status_selected(const struct str_list *wanted, int status)
{
    for (size_t i = 0; i < wanted->count; i++) {
        if (status_matches(wanted->items[i], status)) {
            return true;
        }
    }
    return wanted->count == 0;
}

static bool route_selected(const struct str_list *wanted, const char *route)
{
    for (size_t i = 0; i < wanted->count; i++) {
        if (glob_match(str_of(wanted->items[i]), str_of(route))) {
            return true;
        }
    }
    return wanted->count == 0;
}

/* A token for Azure Resource Manager, which an Azure service principal needs beside that for the
 * workspace, is another token. RFC 8707's and Entra ID v1's `resource', v2's `scope'. */
static bool names_resource_manager(const struct journal_pairs *pairs)
{
    VEC_FOREACH(const struct journal_pair, p, pairs) {
        bool names = strcmp(p->name, "resource") == 0 || strcmp(p->name, "scope") == 0;
        if (names && str_starts(str_of(p->value), STR("https://management."))) {
            return true;
        }
    }
    return false;
}

/* The metadata service of a machine has it in the query. */
static bool is_for_resource_manager(const struct journal_record *r)
{
    return names_resource_manager(&r->request.form) || names_resource_manager(&r->request.query);
}

static bool class_selected(unsigned classes, const struct journal_record *r)
{
    return classes == 0 ||
           ((classes >> r->class & 1u) && !(r->class == ROUTE_TOKEN && is_for_resource_manager(r)));
}

bool selection_has(const struct selection *s, const struct journal_record *r)
{
    return route_selected(&s->routes, r->route) && class_selected(s->classes, r) &&
           (!s->grant || str_eq_z(str_of(r->grant), s->grant)) &&
           status_selected(&s->status, r->response.status) &&
           (s->credential == 0 || (s->credential >> r->credential.state & 1u));
}

size_t selection_count(const struct selection *s, const struct journal *j)
{
    size_t n = 0;
    VEC_FOREACH(const struct journal_record, r, j) {
        n += selection_has(s, r);
    }
    return n;
}

static void add_list(struct buf *b, const char *lead, const struct str_list *words)
{
    for (size_t i = 0; i < words->count; i++) {
        buf_printf(b, "%s%s", i == 0 ? lead : " or ", words->items[i]);
    }
}

static void add_set(struct buf *b, const char *lead, unsigned set, const char *const *names,
                    size_t count)
{
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if (set >> i & 1u) {
            buf_printf(b, "%s%s", first ? lead : " or ", names[i]);
            first = false;
        }
    }
}

const char *selection_text(struct arena *a, const struct selection *s)
{
    AUTO_BUF struct buf b = {0};
    buf_add_z(&b, "requests");
    add_list(&b, " to ", &s->routes);
    add_set(&b, " of class ", s->classes, selection_class_names, ROUTE_CLASS_COUNT);
    if (s->grant) {
        buf_printf(&b, " with grant_type %s", s->grant);
    }
    add_list(&b, " answered ", &s->status);
    add_set(&b, " with a credential that was ", s->credential, selection_credential_names,
            CREDENTIAL_STATE_COUNT);
    return arena_strndup(a, buf_z(&b), b.len);
}

const char *selection_excerpt(struct arena *a, const struct selection *s, const struct journal *j,
                              size_t most)
{
    AUTO_BUF struct buf b = {0};
    size_t shown = 0, all = 0;
    VEC_FOREACH(const struct journal_record, r, j) {
        if (!selection_has(s, r)) {
            continue;
        }
        all++;
        if (shown < most) {
            buf_printf(&b, "%s\n", check_exchange_text(a, r));
            shown++;
        }
    }
    if (all > shown) {
        buf_printf(&b, "... and %zu more\n", all - shown);
    }
    return b.len ? arena_strndup(a, buf_z(&b), b.len) : NULL;
}
