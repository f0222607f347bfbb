/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/query/link.h"

#include "base/crypto/digest.h"
#include "base/sys/clock.h"
#include "base/text/url.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_store.h"

#include <stdio.h>

enum { MS_PER_S = 1000, SIGNATURE_CHARS = 2 * SHA256_SIZE };

static const char *signature_make(const struct statement *st, struct str expires,
                                  char out[SIGNATURE_CHARS + 1])
{
    AUTO_BUF struct buf text = {0};
    buf_printf(&text, "%s\n%s\n%.*s", st->output.link_key, st->id, STR_ARG(expires));
    sha256_hex(buf_str(&text), out);
    return out;
}

/* The scheme and authority that the client used, with the scenario's host in it if there is one. */
static const char *origin_make(struct exchange *x, const struct access *a)
{
    const char *origin = http_req_origin(x->req), *host = a->workspace->behaviour->sql.storage_host;
    if (host == NULL) {
        return origin;
    }
    const char *authority = strstr(origin, "://") + 3;
    const char *port = strrchr(authority, ':');
    bool has_port = port != NULL && port[strspn(port, ":0123456789")] == '\0';
    return arena_printf(x->req->arena, "%.*s%s%s", (int)(authority - origin), origin, host,
                        has_port ? port : "");
}

static int canary_add(struct exchange *x, const struct access *a, const char *signature,
                      struct err *err)
{
    struct mock_state *s = a->state;
    const struct canary *known = secret_set_find(s->canaries, str_of(signature));
    if (known == NULL) {
        struct object_store *objects = workspace_store_objects(s->workspaces);
        struct object_list *made = object_list_of(objects, "", "signatures");
        char name[40];
        if (object_list_count(made) >= LINK_MAX_SIGNATURES) {
            return err_set(err, ERR_LIMIT, "too many presigned URLs were made");
        }
        do {
            (void)snprintf(name, sizeof(name), "presigned_url_%lld",
                           (long long)object_store_number(objects));
        } while (secret_set_named(s->canaries, name) != NULL);
        (void)object_put(made, str_of(name), json_object());
        known = secret_set_add(s->canaries, name, SECRET_URL, str_of(signature));
    }
    *VEC_PUSH(x->req->arena, &x->notes->issued) = arena_strdup(x->req->arena, known->name);
    return 0;
}

/* Times in URLs are whole seconds, and the same for half a lifetime, so that asking again for a
 * chunk gives the same URL. */
int link_make(struct exchange *x, const struct access *a, const struct statement *st, int64_t chunk,
              struct link *ret, struct err *err)
{
    char signature[SIGNATURE_CHARS + 1], expires[32];
    AUTO_BUF struct buf encoded = {0};
    int64_t life_s = a->workspace->behaviour->sql.link_lifetime_ms / MS_PER_S;
    int64_t half_s = life_s > 1 ? life_s / 2 : 1;
    int64_t now_s = mock_state_now_ms(a->state) / MS_PER_S;
    int64_t expires_ms = (now_s - now_s % half_s + (life_s > 0 ? life_s : 1)) * MS_PER_S;
    (void)format_rfc3339(expires_ms, expires, sizeof(expires));
    (void)signature_make(st, str_of(expires), signature);
    if (canary_add(x, a, signature, err) < 0) {
        return -1;
    }
    percent_encode(&encoded, str_of(expires));
    ret->expires_ms = expires_ms;
    ret->url = arena_printf(x->req->arena,
                            "%s" LINK_FOLDER "/%s/%s/%lld?sv=2023-11-03&sr=d&sdd=3&sp=r&se=%s"
                            "&sig=%s",
                            origin_make(x, a), st->workspace_id, st->id, (long long)chunk,
                            buf_z(&encoded), signature);
    return 0;
}

/* Times in this form are ordered as texts are. */
enum link_verdict link_check(const struct statement *st, const struct url_params *query,
                             int64_t now_ms)
{
    char signature[SIGNATURE_CHARS + 1], now[32];
    const struct url_param *expires = params_get(query, "se"), *given = params_get(query, "sig");
    if (expires == NULL || given == NULL || st->output.link_key == NULL ||
        !constant_time_equal(given->value, str_of(signature_make(st, expires->value, signature)))) {
        return LINK_FORGED;
    }
    (void)format_rfc3339(now_ms, now, sizeof(now));
    return str_cmp(str_of(now), expires->value) < 0 ? LINK_GOOD : LINK_EXPIRED;
}
