/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/attrs.h"
#include "mock/cloud_id/google.h"
#include "mock/cloud_id/issue.h"
#include "mock/state/credential_store.h"
#include "mock/state/google_token.h"
#include "mock/state/mock_state.h"
#include "mock/state/service_store.h"

/* What GCP's metadata server says of the machine and its account (Google Cloud, about VM metadata;
 * google-auth compute_engine/_metadata.py). */

enum { MS_PER_S = 1000 };

#define SCOPE "https://www.googleapis.com/auth/cloud-platform"

static void answer(struct exchange *x, int status, const char *type, const char *text)
{
    http_reply_text(x->req, x->reply, status, type, str_of(text));
    http_reply_header(x->req, x->reply, "metadata-flavor", "Google");
    http_reply_header(x->req, x->reply, "server", "Metadata Server for VM");
}

/* The account of the machine; NULL: the refusal is written. */
static const struct google_account *machine_of(struct exchange *x)
{
    const struct mock_state *s = x->state;
    const struct http_field *flavor = http_req_header(x->req, "Metadata-Flavor");
    const struct google_account *account = service_google_machine(s->services);
    if (flavor == NULL || !str_eq_z(flavor->value, "Google")) {
        answer(x, 403, "text/plain", "Missing Metadata-Flavor:Google header.");
    } else if (http_req_header(x->req, "X-Forwarded-For") != NULL) {
        answer(x, 403, "text/plain", "Requests with an X-Forwarded-For header are not answered.");
    } else if (account == NULL) {
        answer(x, 404, "text/plain", "service account not found");
    } else {
        return account;
    }
    return NULL;
}

/* The same, where the path names it. */
static const struct google_account *named_of(struct exchange *x)
{
    const struct google_account *account = machine_of(x);
    struct str name = x->req->captures[0];
    if (account != NULL && !str_eq_z(name, "default") && !str_eq_z(name, account->spec.email)) {
        answer(x, 404, "text/plain", "service account not found");
        return NULL;
    }
    return account;
}

int google_machine_root(struct exchange *x, struct err *err UNUSED)
{
    if (machine_of(x) != NULL) {
        answer(x, 200, "application/text", "computeMetadata/\n");
    }
    return 0;
}

int google_machine_token(struct exchange *x, struct err *err)
{
    const struct google_account *account = named_of(x);
    if (account == NULL) {
        return 0;
    }
    struct str asked = issue_query(x, "scopes");
    char *scope = asked.len > 0 ? arena_strndup(x->req->arena, asked.ptr, asked.len) : NULL;
    for (char *comma = scope; comma != NULL && (comma = strchr(comma, ',')) != NULL;) {
        *comma = ' ';
    }
    const struct google_request r = {.account = account, .scope = scope != NULL ? scope : SCOPE};
    const struct credential *c;
    x->notes->grant = "gcp_metadata";
    const char *value = google_issue(x, &r, &c, err);
    if (value == NULL) {
        return -1;
    }
    struct json *o = json_object();
    json_set_string(o, "access_token", value);
    json_set_int(o, "expires_in", (c->expires_ms - c->issued_ms) / MS_PER_S - 1);
    json_set_string(o, "token_type", "Bearer");
    http_reply_json(x->req, x->reply, 200, o);
    http_reply_header(x->req, x->reply, "metadata-flavor", "Google");
    return 0;
}

int google_machine_account(struct exchange *x, struct err *err UNUSED)
{
    const struct google_account *account = named_of(x);
    if (account == NULL) {
        return 0;
    }
    struct json *o = json_object(), *aliases = json_array(), *scopes = json_array();
    json_push(aliases, json_string("default"));
    json_push(scopes, json_string(SCOPE));
    json_set(o, "aliases", aliases);
    json_set_string(o, "email", account->spec.email);
    json_set(o, "scopes", scopes);
    http_reply_json(x->req, x->reply, 200, o);
    http_reply_header(x->req, x->reply, "metadata-flavor", "Google");
    return 0;
}

int google_machine_email(struct exchange *x, struct err *err UNUSED)
{
    const struct google_account *account = named_of(x);
    if (account != NULL) {
        answer(x, 200, "application/text", account->spec.email);
    }
    return 0;
}

int google_machine_project(struct exchange *x, struct err *err UNUSED)
{
    if (machine_of(x) != NULL) {
        answer(x, 200, "application/text", "assay-project");
    }
    return 0;
}

int google_machine_universe(struct exchange *x, struct err *err UNUSED)
{
    if (machine_of(x) != NULL) {
        bool known = str_eq_z(x->req->captures[0], "universe-domain");
        answer(x, known ? 200 : 404, "application/text", known ? "googleapis.com" : "Not Found");
    }
    return 0;
}
