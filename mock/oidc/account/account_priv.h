/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_OIDC_ACCOUNT_ACCOUNT_PRIV_H
#define MOCK_OIDC_ACCOUNT_ACCOUNT_PRIV_H

/* What the handlers of the account API share. */

#include "base/json/json_read.h"
#include "mock/http/route.h"

#include <stdbool.h>

struct mock_state;
struct principal;
struct workspace;

struct account_call {
    struct exchange *x;
    struct mock_state *state;
    const struct workspace *account; /* one of its workspaces */
    const struct principal *admin;
};

/* Fills the notes. false: the refusal has been written. */
bool account_enter(struct exchange *x, struct account_call *ret);
/* The service principal that the capture names by its numeric id; NULL: answered 404. */
const struct principal *account_service_principal(struct account_call *c, size_t capture);
void account_reply(struct account_call *c, struct json *body_take);
void account_refuse(struct account_call *c, const char *error, const char *message);
/* The body as a JSON object; false: answered. */
bool account_body(struct account_call *c, struct json_doc *ret_doc);
/* A member that is a list of strings; an absent one leaves *ret NULL. false: answered. */
bool account_strings(struct account_call *c, const struct json *body, const char *key,
                     const struct str_list **ret);

/* One page of a list: [from, from + size). */
struct account_page {
    size_t from, size;
};
bool account_page_take(struct account_call *c, struct account_page *ret); /* false: answered */
/* Adds list under key, and next_page_token when there is more. */
void account_page_reply(struct account_call *c, const struct account_page *page, const char *key,
                        struct json *list_take, bool more);
/* "2026-03-01T12:00:00Z" */
void account_set_time(struct json *o, const char *key, int64_t wall_ms);

route_handler custom_app_create, custom_app_list, custom_app_get, custom_app_change,
    custom_app_delete;
route_handler published_app_list, published_integration_create, published_integration_list,
    published_integration_get, published_integration_change, published_integration_delete;
route_handler service_secret_create, service_secret_list, service_secret_delete;
route_handler federation_create, federation_list, federation_get, federation_change,
    federation_delete;
route_handler service_federation_create, service_federation_list, service_federation_get,
    service_federation_change, service_federation_delete;

/* custom_apps.c, for published ones too. */
struct scenario_token_policy;
bool token_policy_take(struct account_call *c, const struct json *body,
                       struct scenario_token_policy *policy, bool *ret_given);
struct json *token_policy_json(const struct scenario_token_policy *policy) NODISCARD;

#endif
