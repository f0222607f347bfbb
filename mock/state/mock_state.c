/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/mock_state.h"

#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "mock/state/code_store.h"
#include "mock/state/credential_store.h"
#include "mock/state/key_ring.h"
#include "mock/state/mock_state_priv.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/row_store.h"
#include "mock/state/service_key.h"
#include "mock/state/service_store.h"
#include "mock/state/statement_store.h"
#include "mock/state/token_mint.h"
#include "mock/state/workspace_store.h"

#include <stdlib.h>

#define DEFAULT_EXPIRING_WINDOW_MS 30000

/* What a load replaces. */
static void content_new(struct mock_state *s)
{
    s->canaries = secret_set_new();
    s->workspaces = workspace_store_new();
    s->principals = principal_store_new();
    s->credentials = credential_store_new();
    s->statements = statement_store_new();
    s->rows = row_store_new();
    s->services = service_store_new();
    s->oidc = oidc_state_new();
    s->counters = xcalloc(1, sizeof(*s->counters));
}

static void content_free(struct mock_state *s)
{
    secret_set_free(s->canaries);
    workspace_store_free(s->workspaces);
    principal_store_free(s->principals);
    credential_store_free(s->credentials);
    statement_store_free(s->statements);
    row_store_free(s->rows);
    service_store_free(s->services);
    oidc_state_free(s->oidc);
    free(s->counters);
}

struct mock_state *mock_state_new(const struct clock *clock,
                                  const struct mock_state_options *options, struct err *err)
{
    struct mock_state_options o = options != NULL ? *options : (struct mock_state_options){0};
    struct key_ring *keys = key_ring_new(o.fresh_key, err);
    if (keys == NULL) {
        (void)err_wrap(err, "the mock's signing key");
        return NULL;
    }
    struct mock_state *s = xcalloc(1, sizeof(*s));
    s->service_keys = service_keys_new();
    s->clock = clock;
    s->keys = keys;
    s->expiring_window_ms = DEFAULT_EXPIRING_WINDOW_MS;
    s->max_credentials = MOCK_STATE_MAX_CREDENTIALS;
    s->max_listed = MOCK_STATE_MAX_LISTED;
    if (o.seeded) {
        rng_init_seeded(&s->rng, o.seed);
    } else {
        rng_init_system(&s->rng);
    }
    content_new(s);
    return s;
}

void mock_state_free(struct mock_state *s)
{
    if (s == NULL) {
        return;
    }
    content_free(s);
    key_ring_free(s->keys);
    service_keys_free(s->service_keys);
    free(s);
}

int64_t mock_state_now_ms(const struct mock_state *s)
{
    return clock_wall_ms(s->clock);
}

static void secret_of_client(struct mock_state *s, struct principal *p)
{
    AUTO_FREE char *name = secret_set_named(s->canaries, "client_secret") == NULL
                               ? xstrdup("client_secret")
                               : xasprintf("%s_client_secret", p->label);
    (void)secret_set_add(s->canaries, name, SECRET_CLIENT_SECRET, secret_reveal(p->client_secret));
    (void)oidc_secret_add(s, p, secret_reveal(p->client_secret).ptr, CREDENTIAL_NEVER_EXPIRES);
    principal_store_set_canaries(s->principals, p, name, NULL);
}

static int pat_of(struct mock_state *s, struct principal *p, const struct scenario_principal *from,
                  struct err *err)
{
    const char *host = from->pat_host;
    struct credential *c;
    struct str minted;
    struct token_request r = {
        .kind = SECRET_PAT,
        .principal = p,
        .client_id = "",
        .audience =
            host != NULL ? workspace_store_find(s->workspaces, str_of(host))->workspace_id : "",
        .scope = "",
        .lifetime_ms = CREDENTIAL_NEVER_EXPIRES,
        .value = from->pat,
    };
    if (token_mint(s, &r, &c, &minted, err) < 0) {
        return -1;
    }
    principal_store_set_canaries(s->principals, p, NULL, c->name);
    return 0;
}

static int principal_load(struct mock_state *s, const struct scenario_principal *from,
                          struct err *err)
{
    char uuid[37];
    AUTO_BUF struct buf made = {0};
    const char *client_id = NULL, *secret = NULL;
    if (from->kind == PRINCIPAL_SERVICE) {
        client_id = from->client_id != NULL ? from->client_id : rng_uuid(&s->rng, uuid);
        secret = from->client_secret;
        if (secret == NULL) {
            secret_value_make(s, SECRET_CLIENT_SECRET, &made);
            secret = buf_z(&made);
        }
    }
    struct principal *p = principal_store_add(s->principals, from, client_id, secret);
    if (p->password != NULL) {
        AUTO_FREE char *name = xasprintf("%s_password", p->label);
        (void)secret_set_add(s->canaries, name, SECRET_PASSWORD, secret_reveal(p->password));
    }
    if (secret != NULL) {
        secret_of_client(s, p);
    }
    if (from->pat != NULL || from->has_pat) {
        return pat_of(s, p, from, err);
    }
    return 0;
}

static int content_load(struct mock_state *s, const struct scenario *scenario, struct err *err)
{
    int64_t now_ms = mock_state_now_ms(s);
    for (size_t i = 0; i < scenario->workspaces.count; i++) {
        const struct scenario_workspace *w =
            SHAPE_LIST_AT(struct scenario_workspace, scenario->workspaces, i);
        (void)workspace_store_add(s->workspaces, w, &s->rng, now_ms);
        for (size_t k = 0; k < w->secrets.count; k++) {
            const struct scenario_secret *secret =
                SHAPE_LIST_AT(struct scenario_secret, w->secrets, k);
            (void)service_canary_add(s, "workspace_secret", SECRET_CLIENT_SECRET,
                                     str_of(secret->value));
        }
    }
    for (size_t i = 0; i < scenario->principals.count; i++) {
        if (principal_load(s, SHAPE_LIST_AT(struct scenario_principal, scenario->principals, i),
                           err) < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < scenario->statements.count; i++) {
        statement_store_add_rule(s->statements,
                                 SHAPE_LIST_AT(struct scenario_statement, scenario->statements, i));
    }
    s->expiring_window_ms = scenario->expiring_window_ms;
    if (oidc_state_load(s, scenario, err) < 0) {
        return -1;
    }
    return service_store_load(s, &scenario->services, err);
}

int mock_state_load(struct mock_state *s, const struct scenario *scenario, struct err *err)
{
    struct mock_state fresh = *s;
    fresh.unlisted = 0;
    content_new(&fresh);
    if (content_load(&fresh, scenario, err) < 0) {
        content_free(&fresh);
        return -1;
    }
    fresh.canary_generation++;
    content_free(s);
    *s = fresh;
    return 0;
}

/* A token's canary goes with the token, a code's with the code; all others stay. */
static bool canary_stays(const struct mock_state *s, const struct canary *c)
{
    if (c->kind == SECRET_CODE && (str_starts(str_of(c->name), STR("code_")) ||
                                   str_starts(str_of(c->name), STR("device_code_")))) {
        return code_store_has_named(s->oidc->codes, str_of(c->name));
    }
    bool id_token = c->kind == SECRET_ASSERTION && str_starts(str_of(c->name), STR("id_token_"));
    bool token = c->kind == SECRET_ACCESS_TOKEN || c->kind == SECRET_REFRESH_TOKEN || id_token;
    return !token || credential_store_named(s->credentials, str_of(c->name)) != NULL;
}

void mock_state_canaries_renew(struct mock_state *s)
{
    struct secret_set *kept = secret_set_new();
    for (size_t i = 0; i < secret_set_count(s->canaries); i++) {
        const struct canary *c = secret_set_at(s->canaries, i);
        if (canary_stays(s, c)) {
            (void)secret_set_add(kept, c->name, c->kind, secret_reveal(c->value));
        }
    }
    secret_set_free(s->canaries);
    s->canaries = kept;
    s->canary_generation++;
}

int mock_state_make_room(struct mock_state *s, struct err *err)
{
    if (credential_store_count(s->credentials) < s->max_credentials) {
        return 0;
    }
    if (credential_store_compact(s->credentials, mock_state_now_ms(s), s->max_credentials / 2) ==
        0) {
        (void)err_set(err, ERR_LIMIT, "all %zu credentials are in use", s->max_credentials);
        err_hint(err, "load the scenario again, or give tokens a shorter life");
        return -1;
    }
    if (s->unlisted == 0) { /* else the set is bounded as it is */
        mock_state_canaries_renew(s);
    }
    return 0;
}

const struct mock_state_pause *mock_state_leave(const struct mock_state *s)
{
    const struct mock_state_pause *pause = s->pause;
    if (pause != NULL) {
        pause->leave(pause->context);
    }
    return pause;
}

void mock_state_enter(const struct mock_state_pause *pause)
{
    if (pause != NULL) {
        pause->enter(pause->context);
    }
}
