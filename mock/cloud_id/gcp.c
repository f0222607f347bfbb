/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "mock/cloud_id/issue.h"
#include "mock/state/issuer_token.h"
#include "mock/state/service_store.h"

/* GCP's metadata server (Google Cloud, verifying the identity of VMs; about VM metadata). Its
 * answers are text and carry Metadata-Flavor; the header is what proves that the caller runs there,
 * as no page in a browser can send it. */

static void answer(struct exchange *x, int status, const char *text)
{
    http_reply_text(x->req, x->reply, status, status == 200 ? "text/html" : "text/plain",
                    str_of(text));
    http_reply_header(x->req, x->reply, "metadata-flavor", "Google");
    http_reply_header(x->req, x->reply, "server", "Metadata Server for VM");
}

static struct json *claims_make(const struct token_issuer *issuer)
{
    struct json *o = json_object();
    json_set_string(o, "azp", issuer->spec.subject);
    if (strchr(issuer->spec.subject, '@') != NULL) {
        json_set_string(o, "email", issuer->spec.subject);
        json_set_bool(o, "email_verified", true);
    }
    return o;
}

int gcp_identity(struct exchange *x, struct err *err)
{
    const struct token_issuer *issuer = issue_of_kind(x, ISSUER_GCP);
    if (issuer == NULL) {
        return 0;
    }
    x->notes->grant = "gcp_metadata";
    const struct http_field *flavor = http_req_header(x->req, "Metadata-Flavor");
    struct str audience = issue_query(x, "audience"), account = x->req->captures[0];
    if (flavor == NULL || !str_eq_z(flavor->value, "Google")) {
        answer(x, 403, "Missing Metadata-Flavor:Google header.");
    } else if (http_req_header(x->req, "X-Forwarded-For") != NULL) {
        answer(x, 403, "Requests with an X-Forwarded-For header are not answered.");
    } else if (!str_eq_z(account, "default") && !str_eq_z(account, issuer->spec.subject)) {
        answer(x, 404, "service account not found");
    } else if (audience.len == 0) {
        answer(x, 400, "non-empty audience parameter required");
    } else {
        AUTO_JSON struct json *claims = claims_make(issuer);
        const struct issuer_token_request r = {
            .issuer = issuer, .audience = audience, .claims = claims};
        const char *value = issue_token(x, &r, err);
        if (value == NULL) {
            return -1;
        }
        answer(x, 200, value);
    }
    return 0;
}

int google_metadata(struct exchange *x, struct err *err UNUSED)
{
    const struct token_issuer *issuer = issue_of_kind(x, ISSUER_GCP);
    if (issuer != NULL) {
        issue_metadata(x, token_issuer_iss(issuer), "https://www.googleapis.com/oauth2/v3/certs",
                       NULL);
    }
    return 0;
}
