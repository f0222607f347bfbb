/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/scope.h"

#include "base/core/arena.h"
#include "base/json/json.h"
#include "mock/state/app_store.h"
#include "mock/state/principal_store.h"

enum { SCOPE_MAX_BYTES = 4096 }; /* it is copied into every token */

static bool is_scope_char(char c)
{
    return c > ' ' && c <= '~' && c != '"' && c != '\\';
}

bool scope_is_well_formed(struct str scope)
{
    struct str rest = scope, token;
    bool any = false;
    if (scope.len > SCOPE_MAX_BYTES) {
        return false;
    }
    while (str_split(&rest, ' ', &token)) {
        if (token.len == 0) {
            return false;
        }
        for (size_t i = 0; i < token.len; i++) {
            if (!is_scope_char(token.ptr[i])) {
                return false;
            }
        }
        any = true;
    }
    return any;
}

bool scope_is_within(struct str part, struct str whole)
{
    struct str rest = part, token;
    while (str_split(&rest, ' ', &token)) {
        if (!str_has_word(whole, token)) {
            return false;
        }
    }
    return true;
}

const char *scope_of_principal(struct arena *a, const struct principal *p)
{
    return str_list_join(a, &p->scopes, " ");
}

const char *scope_of_both(struct arena *a, const struct principal *p, const struct oauth_app *app)
{
    struct str_list both = {0};
    if (app == NULL) {
        return scope_of_principal(a, p);
    }
    for (size_t i = 0; i < p->scopes.count; i++) {
        if (oauth_app_may_have_scope(app, str_of(p->scopes.items[i]))) {
            *VEC_PUSH(a, &both) = p->scopes.items[i];
        }
    }
    return str_list_join(a, &both, " ");
}

/* "jane.doe@example.com" has a given name and a family name; "robot" has only the first. */
static void set_names(struct json *o, const char *name)
{
    struct str local = str_of(name), given;
    long at = str_find(local, STR("@"), 0);
    if (at >= 0) {
        local.len = (size_t)at;
    }
    struct str family = local;
    (void)str_split(&family, '.', &given);
    json_set_string(o, "name", name);
    json_set(o, "given_name", json_string_n(given.ptr, given.len));
    json_set(o, "family_name", json_string_n(family.len > 0 ? family.ptr : "", family.len));
    json_set_string(o, "preferred_username", name);
}

struct json *scope_claims(const struct principal *p, struct str scope)
{
    struct json *o = json_object();
    if (str_has_word(scope, STR("profile"))) {
        set_names(o, p->name);
    }
    if (str_has_word(scope, STR("email")) && p->kind == PRINCIPAL_USER) {
        json_set_string(o, "email", p->name);
        json_set_bool(o, "email_verified", true);
    }
    return o;
}
