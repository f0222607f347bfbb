/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/engine_priv.h"
#include "mock/fault/fault_rules.h"
#include "mock/http/kept_reply.h"
#include "mock/state/mock_state.h"

#include <string.h>

/* Answers that are kept are sent by many threads at once: their handlers only look (whose
 * credential is it, is there such an answer), which the gate of each thread allows. What they do
 * not find is left to the ordinary way, which takes the whole lock. */

/* Their handlers look for a kept answer before they do anything else, and stop there when
 * exchange.kept_only says so. */
static const char *const kept_routes[] = {
    "discovery.databricks_config",
    "oidc.metadata",
    "oidc.openid",
    "oidc.jwks",
    "oidc.account_metadata",
    "oidc.account_openid",
    "oidc.account_jwks",
    "scim.me",
    "uc.table.get",
};

static bool is_kept_route(const struct route *route)
{
    for (size_t i = 0; i < ARRAY_LEN(kept_routes); i++) {
        if (strcmp(kept_routes[i], route->name) == 0) {
            return true;
        }
    }
    return false;
}

void engine_kept_init(struct engine *e)
{
    const struct route *route;
    for (size_t i = 0; (route = router_at(e->router, i)) != NULL; i++) {
        if (is_kept_route(route) && e->kept_count < ARRAY_LEN(e->kept_routes)) {
            e->kept_routes[e->kept_count++] = route;
        }
    }
}

bool engine_keeps_route(const struct engine *e, const struct route *route)
{
    size_t i = 0;
    while (i < e->kept_count && e->kept_routes[i] != route) {
        i++;
    }
    return i < e->kept_count;
}

/* Under the gate: the journal's order and the clock's text are of all threads. */
static void begin(struct engine *e, struct run *run, struct http_req *req, const char **ret_date)
{
    run->space = space_set_default(e->spaces);
    pthread_mutex_lock(&e->journal_lock);
    space_ref(run->space);
    run->begun = journal_store_begin(run->space->journal, run->route);
    engine_learn_head(run, req);
    *ret_date = arena_strdup(req->arena, space_date_at(run->space, run->begun.time_ms));
    pthread_mutex_unlock(&e->journal_lock);
    run->canary_generation = run->space->state->canary_generation;
    req->seq = run->begun.seq;
    req->request_id = engine_request_id(run->space, req);
}

bool engine_serve_kept(struct engine *e, struct run *run, struct http_req *req,
                       struct http_reply *reply)
{
    const char *date = "";
    struct err ignored = {0};
    const struct space *space = space_set_default(e->spaces);
    if (req->body_cut || !space_set_is_single(e->spaces, req) ||
        fault_rules_at(space->faults, 0) != NULL || rounds_are_watched(&space->rounds)) {
        return false;
    }
    begin(e, run, req, &date);
    struct exchange x = {.req = req,
                         .reply = reply,
                         .notes = &run->notes,
                         .state = run->space->state,
                         .kept_only = true};
    if (run->route->handler(&x, &ignored) == 0 && reply->kept != NULL &&
        reply->kept->journal_tag != 0) {
        kept_reply_date(req, reply, date);
        run->answered = true;
        run->end = "sent";
        run->answered_at_ms = run->begun.real_ms;
        return true;
    }
    kept_reply_unref(reply->held);
    *reply = (struct http_reply){0};
    run->notes = (struct http_notes){.grant = run->notes.grant, .principal = ""};
    run->notes.credential = (struct journal_credential){.scheme = "", .name = "", .kind = ""};
    return false;
}
