/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/scope.h"

#include "base/core/arena.h"
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

static bool scope_has(struct str whole, struct str wanted)
{
    struct str rest = whole, token;
    while (str_split(&rest, ' ', &token)) {
        if (str_eq(token, wanted)) {
            return true;
        }
    }
    return false;
}

bool scope_is_within(struct str part, struct str whole)
{
    struct str rest = part, token;
    while (str_split(&rest, ' ', &token)) {
        if (!scope_has(whole, token)) {
            return false;
        }
    }
    return true;
}

const char *scope_of_principal(struct arena *a, const struct principal *p)
{
    const char *joined = "";
    for (size_t i = 0; i < p->scopes.count; i++) {
        joined = arena_printf(a, "%s%s%s", joined, i > 0 ? " " : "", p->scopes.items[i]);
    }
    return joined;
}
