/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "mock/state/app_store.h"
#include "mock/state/oidc_state.h"
#include "tests/unit/mock/desk/desk.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char scenario[] =
    "workspaces: [{host: ws.example.com}]\n"
    "principals: [{name: user@example.com}]\n"
    "oauth_apps: [{name: a, client_id: a, redirect_urls: [\"http://localhost:8080/cb?x=y\"]}]\n"
    "oidc: {any_loopback_port: true}\n";

/* A Location is one line of printable text, and leads to a loopback port or where an application
 * has registered it to lead. */
static void check_location(const struct desk *desk, struct str location)
{
    for (size_t i = 0; i < location.len; i++) {
        ASSERT(location.ptr[i] > ' ' && location.ptr[i] <= '~');
    }
    bool known = str_starts(location, STR("http://localhost:"));
    const struct oauth_app *app;
    for (size_t i = 0; (app = app_store_at(desk->state->oidc->apps, i)) != NULL; i++) {
        VEC_FOREACH(const char *, url, &app->redirect_urls) {
            known = known || str_starts(location, str_of(*url));
        }
    }
    ASSERT(known || str_starts(location, STR("http://localhost/cb")) ||
           str_starts(location, STR("http://localhost?")) ||
           str_starts(location, STR("http://localhost#")) ||
           str_starts(location, STR("http://localhost/")));
}

/* The input is the query. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct desk_lease lease;
    struct desk *desk = desk_lease(&lease, scenario);
    AUTO_ARENA struct arena *a = arena_new();
    if (size > 0 && memchr(data, '\0', size) != NULL) {
        return 0;
    }
    const char *query = arena_strndup(a, size > 0 ? (const char *)data : "", size);
    const struct desk_reply *r = desk_send(
        desk, &(struct desk_request){.target = arena_printf(a, "/oidc/v1/authorize?%s", query)});
    ASSERT(r->reply.status == 302 || r->reply.status == 400 || r->reply.status == 200);
    ASSERT(r->reply.status != 400 || r->notes.issued.count == 0);
    struct str location = str_of(desk_header(desk, "location"));
    ASSERT((location.len > 0) == (r->reply.status == 302));
    check_location(desk, location.len > 0 ? location : STR("http://localhost:1"));
    return 0;
}
