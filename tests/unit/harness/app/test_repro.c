/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/repro.h"

#include "base/core/str.h"
#include "base/wire/journal.h"

#include <criterion/criterion.h>

static struct journal_record request_of(struct arena *a)
{
    struct journal_record r = {.seq = 3,
                               .request = {.method = "POST",
                                           .host = "127.0.0.1:8020",
                                           .target = "/oidc/v1/token?x='y'",
                                           .body = "client_secret=\xc2\xab"
                                                   "client_secret\xc2\xbb&s=it's"},
                               .response = {.status = 401}};
    *VEC_PUSH(a, &r.request.headers) =
        (struct journal_pair){"Authorization", "Basic \xc2\xab"
                                               "basic_pair:base64\xc2\xbb"};
    *VEC_PUSH(a, &r.request.headers) = (struct journal_pair){"Content-Length", "99"};
    return r;
}

static bool says(const struct buf *text, const char *part)
{
    return str_find(buf_str(text), str_of(part), 0) >= 0;
}

Test(repro, requests_become_curl_commands_with_variables_for_secrets)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf out = {0};
    struct journal_record r = request_of(a);
    repro_curl(&out, &r);
    cr_expect(says(&out, "# #3, answered 401\n"), "%s", buf_z(&out));
    cr_expect(says(&out, "-X 'POST' \"${ASSAY_URL}\"'/oidc/v1/token?x='\\''y'\\''"), "%s",
              buf_z(&out));
    cr_expect(says(&out, "-H 'Authorization: Basic '\"${basic_pair_base64}\"''"), "%s",
              buf_z(&out));
    cr_expect(says(&out, "--data-binary 'client_secret='\"${client_secret}\"'&s=it'\\''s'"), "%s",
              buf_z(&out));
    cr_expect_not(says(&out, "Content-Length"), "%s", buf_z(&out));
}

Test(repro, an_open_marker_is_text)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf out = {0};
    struct journal_record r = request_of(a);
    r.request.body = "\xc2\xab$(reboot)`x`";
    repro_curl(&out, &r);
    cr_expect(says(&out, "--data-binary '\xc2\xab$(reboot)`x`'"), "%s", buf_z(&out));
}
