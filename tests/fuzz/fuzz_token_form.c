/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "tests/unit/mock/desk/desk.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first line is the Authorization header ("" = none), the rest the form. A token is issued to
 * who is authenticated, and to nobody else; every other answer is one of the endpoint's own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct desk_lease lease;
    struct desk *desk = desk_lease(&lease, NULL);
    struct str body = str_n((const char *)data, size), header = {0};
    AUTO_ARENA struct arena *a = arena_new();
    if (!str_split(&body, '\n', &header) || memchr(header.ptr, '\0', header.len) != NULL) {
        return 0;
    }
    const struct desk_reply *r = desk_send(
        desk, &(struct desk_request){
                  .method = "POST",
                  .target = "/oidc/v1/token",
                  .authorization = header.len > 0 ? arena_strndup(a, header.ptr, header.len) : NULL,
                  .content_type = "application/x-www-form-urlencoded",
                  .body = body.len > 0 ? body.ptr : NULL,
                  .body_len = body.len});
    bool issued = r->notes.issued.count > 0;
    ASSERT(r->reply.status == 200 || r->reply.status == 400 || r->reply.status == 401);
    ASSERT(issued == (r->reply.status == 200));
    ASSERT(!issued || r->notes.credential.state == CREDENTIAL_LIVE);
    ASSERT(r->json != NULL || r->reply.body.len == 0);
    return 0;
}
