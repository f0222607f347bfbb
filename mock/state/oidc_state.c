/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/oidc_state.h"

#include "base/core/xalloc.h"
#include "mock/state/app_store.h"
#include "mock/state/client_secret_store.h"
#include "mock/state/code_store.h"
#include "mock/state/credential_store.h"
#include "mock/state/federation_store.h"
#include "mock/state/mock_state_priv.h"
#include "mock/state/principal_store.h"
#include "mock/state/replay_guard.h"
#include "mock/state/session_store.h"
#include "mock/state/token_mint.h"

#include <stdlib.h>

enum { CODE_BYTES = 24 };

struct oidc_state *oidc_state_new(void)
{
    struct oidc_state *o = xcalloc(1, sizeof(*o));
    o->arena = arena_new();
    o->apps = app_store_new();
    o->federation = federation_store_new();
    o->codes = code_store_new();
    o->secrets = client_secret_store_new();
    o->assertions = replay_guard_new();
    o->sessions = session_store_new();
    return o;
}

void oidc_state_free(struct oidc_state *o)
{
    if (o == NULL) {
        return;
    }
    app_store_free(o->apps);
    federation_store_free(o->federation);
    code_store_free(o->codes);
    client_secret_store_free(o->secrets);
    replay_guard_free(o->assertions);
    session_store_free(o->sessions);
    size_t pos = 0;
    for (const struct map_entry *e; (e = map_next(&o->principal_keys, &pos)) != NULL;) {
        public_keys_done(e->value);
        free(e->value);
    }
    map_done(&o->principal_keys);
    arena_free(o->arena);
    free(o);
}

/* "PREFIX", "LABEL_PREFIX", "LABEL_PREFIX_2" ...: the first that is free. */
static char *canary_name(const struct mock_state *s, const char *label, const char *what)
{
    char *name = secret_set_named(s->canaries, what) == NULL ? xstrdup(what)
                                                             : xasprintf("%s_%s", label, what);
    for (int n = 2; secret_set_named(s->canaries, name) != NULL; n++) {
        free(name);
        name = xasprintf("%s_%s_%d", label, what, n);
    }
    return name;
}

struct client_secret *oidc_secret_add(struct mock_state *s, const struct principal *p,
                                      const char *value, int64_t expires_ms)
{
    AUTO_BUF struct buf made = {0};
    if (value == NULL) {
        secret_value_make(s, SECRET_CLIENT_SECRET, &made);
        value = buf_z(&made);
    }
    if (secret_set_find(s->canaries, str_of(value)) == NULL) {
        AUTO_FREE char *name = canary_name(s, p->label, "client_secret");
        (void)secret_set_add(s->canaries, name, SECRET_CLIENT_SECRET, str_of(value));
    }
    struct client_secret secret = {
        .principal = p, .created_ms = mock_state_now_ms(s), .expires_ms = expires_ms};
    (void)rng_uuid(&s->rng, secret.id);
    return client_secret_store_add(s->oidc->secrets, &secret, str_of(value));
}

static char *app_label(const char *name)
{
    char *label = xstrdup(name);
    for (char *p = label; *p != '\0'; p++) {
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');
        *p = plain ? *p : '_';
    }
    return label;
}

struct oauth_app *oidc_app_add(struct mock_state *s, const struct scenario_oauth_app *from,
                               struct err *err)
{
    char client_id[37], integration_id[37];
    AUTO_BUF struct buf made = {0};
    const char *secret = from->client_secret;
    if (from->confidential && secret == NULL) {
        secret_value_make(s, SECRET_CLIENT_SECRET, &made);
        secret = buf_z(&made);
    }
    struct app_new app = {
        .from = from,
        .client_id = from->client_id != NULL ? from->client_id : rng_uuid(&s->rng, client_id),
        .client_secret = secret,
        .integration_id = rng_uuid(&s->rng, integration_id),
        .now_ms = mock_state_now_ms(s),
    };
    struct oauth_app *added = app_store_add(s->oidc->apps, &app, err);
    if (added != NULL && secret != NULL && secret_set_find(s->canaries, str_of(secret)) == NULL) {
        AUTO_FREE char *label = app_label(from->name);
        AUTO_FREE char *name = canary_name(s, label, "app_secret");
        (void)secret_set_add(s->canaries, name, SECRET_CLIENT_SECRET, str_of(secret));
    }
    return added;
}

struct code *oidc_code_add(struct mock_state *s, const struct code *from, struct str *ret_value)
{
    AUTO_BUF struct buf value = {0};
    struct code code = *from;
    if (code_store_count(s->oidc->codes) == CODES_MAX) {
        code_store_compact(s->oidc->codes);
        mock_state_canaries_renew(s);
    }
    rng_base64url(&s->rng, &value, CODE_BYTES);
    AUTO_FREE char *name = NULL;
    do {
        free(name);
        name = xasprintf("%s_%lld", code.device ? "device_code" : "code",
                         (long long)++s->counters->code);
    } while (secret_set_named(s->canaries, name) != NULL);
    code.name = name;
    code.family = token_family_new(s);
    const struct canary *canary = secret_set_add(s->canaries, name, SECRET_CODE, buf_str(&value));
    *ret_value = secret_reveal(canary->value);
    return code_store_add(s->oidc->codes, buf_str(&value), &code);
}

const struct public_keys *oidc_client_keys(const struct mock_state *s, const char *client_id)
{
    const struct oauth_app *app = app_store_client(s->oidc->apps, str_of(client_id));
    if (app != NULL) {
        return app->keys.count > 0 ? &app->keys : NULL;
    }
    return map_get(&s->oidc->principal_keys, str_of(client_id));
}

bool oidc_has_client_keys(const struct mock_state *s)
{
    const struct oauth_app *app;
    for (size_t i = 0; (app = app_store_at(s->oidc->apps, i)) != NULL; i++) {
        if (app->keys.count > 0) {
            return true;
        }
    }
    return s->oidc->principal_keys.count > 0;
}

static int keys_load(struct mock_state *s, const struct scenario *scenario, struct err *err)
{
    for (size_t i = 0; i < scenario->principals.count; i++) {
        const struct scenario_principal *from =
            SHAPE_LIST_AT(struct scenario_principal, scenario->principals, i);
        const struct principal *p = principal_store_named(s->principals, str_of(from->name));
        if (from->jwks == NULL || p->client_id[0] == '\0') {
            continue;
        }
        struct public_keys keys;
        if (public_keys_read(from->jwks, &keys, err) < 0) {
            return err_wrap(err, "principal '%s'", from->name);
        }
        struct public_keys *kept = xcalloc(1, sizeof(*kept));
        *kept = keys;
        (void)map_put(&s->oidc->principal_keys, str_of(p->client_id), kept);
    }
    return 0;
}

static int policies_load(struct mock_state *s, const struct scenario *scenario, struct err *err)
{
    for (size_t i = 0; i < scenario->federation_policies.count; i++) {
        char uid[37];
        const struct scenario_federation_policy *from =
            SHAPE_LIST_AT(struct scenario_federation_policy, scenario->federation_policies, i);
        struct federation_new policy = {
            .from = from,
            .principal = from->service_principal != NULL
                             ? principal_store_named(s->principals, str_of(from->service_principal))
                             : NULL,
            .uid = rng_uuid(&s->rng, uid),
            .now_ms = mock_state_now_ms(s),
        };
        if (federation_store_put(s->oidc->federation, &policy, false, err) == NULL) {
            return -1;
        }
    }
    return 0;
}

static const struct principal *user_of(const struct mock_state *s, const char *name)
{
    const struct principal *p;
    if (name != NULL) {
        return principal_store_named(s->principals, str_of(name));
    }
    for (size_t i = 0; (p = principal_store_at(s->principals, i)) != NULL; i++) {
        if (p->kind == PRINCIPAL_USER) {
            return p;
        }
    }
    return NULL;
}

/* The scenario's texts end with the call. */
static void knobs_own(struct oidc_state *o)
{
    struct scenario_oidc *k = &o->knobs;
    const struct str_list from = k->federation_audiences;
    k->jwks_host = k->jwks_host != NULL ? arena_strdup(o->arena, k->jwks_host) : NULL;
    k->federation_audiences = (struct str_list){0};
    for (size_t i = 0; i < from.count; i++) {
        *VEC_PUSH(o->arena, &k->federation_audiences) = arena_strdup(o->arena, from.items[i]);
    }
}

int oidc_state_load(struct mock_state *s, const struct scenario *scenario, struct err *err)
{
    s->oidc->knobs = scenario->oidc;
    s->oidc->knobs.user = NULL;
    knobs_own(s->oidc);
    s->oidc->user = user_of(s, scenario->oidc.user);
    for (size_t i = 0; i < scenario->oauth_apps.count; i++) {
        if (oidc_app_add(s, SHAPE_LIST_AT(struct scenario_oauth_app, scenario->oauth_apps, i),
                         err) == NULL) {
            return -1;
        }
    }
    return keys_load(s, scenario, err) < 0 ? -1 : policies_load(s, scenario, err);
}
