/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/access/note.h"

#include "mock/state/credential_check.h"
#include "mock/state/credential_store.h"
#include "mock/state/principal_store.h"

void note_secret(struct exchange *x, struct str scheme, const struct canary *sent,
                 enum credential_state state)
{
    struct arena *a = x->req->arena;
    x->notes->credential = (struct journal_credential){
        .scheme = arena_strndup(a, scheme.len > 0 ? scheme.ptr : "", scheme.len),
        .name = sent != NULL ? arena_strdup(a, sent->name) : "",
        .kind = sent != NULL ? secret_kind_name(sent->kind) : "",
        .state = state,
    };
}

void note_credential(struct exchange *x, const struct credential_answer *answer)
{
    struct journal_credential *n = &x->notes->credential;
    struct arena *a = x->req->arena;
    note_secret(x, answer->scheme, answer->canary, answer->state);
    const struct credential *c = answer->credential;
    if (c == NULL) {
        return;
    }
    if (answer->canary == NULL) {
        n->name = arena_strdup(a, c->name);
        n->kind = secret_kind_name(c->kind);
    }
    if (c->expires_ms != CREDENTIAL_NEVER_EXPIRES) {
        n->has_life = true;
        n->life_left_ms = credential_life_left_ms(c, answer->now_ms);
    }
    x->notes->principal = arena_strdup(a, c->principal->name);
}
