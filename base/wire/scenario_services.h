/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_SCENARIO_SERVICES_H
#define BASE_WIRE_SCENARIO_SERVICES_H

/* The services around Databricks in a scenario: Microsoft Entra ID, KBase Auth2, Databricks Apps
 * and the issuers of workload identity tokens. Secrets that are not given are minted.
 *
 * Ownership: as scenario.h; SHAPE_JSON fields borrow the document. */

#include "base/core/arena.h"
#include "base/json/shape.h"
#include "base/wire/scenario_google.h"

#include <stdbool.h>
#include <stdint.h>

struct scenario;

struct scenario_tenant {
    const char *tenant_id; /* UUID */
    const char *domain;    /* another name for it, such as "contoso.onmicrosoft.com"; or NULL */
};

enum entra_app_kind { ENTRA_CONFIDENTIAL, ENTRA_PUBLIC, ENTRA_SPA, ENTRA_MANAGED };
enum entra_policy { ENTRA_POLICY_NONE, ENTRA_POLICY_MFA, ENTRA_POLICY_ENROLL };

/* How an application may prove itself without a secret. */
struct scenario_entra_proof {
    const struct json *jwks; /* {"keys":[...]}: public keys of its certificates; NULL = none */
    const char *federated_issuer, *federated_subject; /* a federated credential; NULL = none */
};

struct scenario_entra_app {
    const char *name;
    const char *tenant_id;                 /* NULL = the first tenant */
    const char *client_id, *client_secret; /* NULL = made */
    int kind;                              /* enum entra_app_kind */
    const char *principal; /* the workspace's principal that it is; NULL = not in the workspace */
    bool contributor;      /* of the Azure resource: opens the workspace by management token */
    bool secret_expired;
    struct str_list redirect_uris;
    struct scenario_entra_proof proof;
    int policy; /* enum entra_policy: conditional access to what it asks for a user */
    int64_t token_lifetime_ms;
};

enum entra_expired {
    ENTRA_EXPIRED_401, /* "Token is expired", since December 2025 */
    ENTRA_EXPIRED_400, /* ExpiredJwtException page */
    ENTRA_EXPIRED_403  /* "Invalid Token" */
};

struct scenario_kbase_user {
    const char *user, *display, *email;
    const char *token; /* NULL = made */
    const char *token_type, *token_name;
    int64_t token_lifetime_ms;
    bool token_expired, disabled;
    struct str_list custom_roles, roles;
};

struct scenario_app {
    const char *name;
    const char *host;        /* of its workspace; NULL = the first workspace */
    const char *region;      /* the host is NAME-WORKSPACE_ID.REGION.databricksapps.com */
    struct str_list can_use; /* names of principals */
    const char *api_key;     /* what X-API-Key has to be; NULL = made when has_api_key */
    bool has_api_key;
};

enum issuer_kind { ISSUER_GENERIC, ISSUER_GITHUB, ISSUER_AZURE_DEVOPS, ISSUER_GCP };

struct scenario_issuer {
    const char *name;
    int kind;                  /* enum issuer_kind */
    const char *issuer;        /* the tokens' iss; NULL = the kind's own */
    const char *subject;       /* the tokens' sub */
    const char *audience;      /* when none is asked for */
    const char *request_token; /* what the request for a token has to carry; NULL = made */
    const struct json *claims; /* an object: further claims; or NULL */
    int64_t token_lifetime_ms;
};

struct scenario_services {
    struct shape_list tenants;         /* struct scenario_tenant */
    struct shape_list entra_apps;      /* struct scenario_entra_app */
    int expired_entra_token;           /* enum entra_expired */
    struct shape_list kbase_users;     /* struct scenario_kbase_user */
    struct shape_list apps;            /* struct scenario_app */
    struct shape_list issuers;         /* struct scenario_issuer */
    struct shape_list google_accounts; /* struct scenario_google_account */
};

extern const struct shape scenario_services_shape;

/* scenario_references.c: the rules that need the whole scenario: each name used is defined. */
int scenario_references_validate(const struct json_doc *doc, const struct json *node,
                                 const struct scenario *s, struct err *err) NODISCARD;

#endif
