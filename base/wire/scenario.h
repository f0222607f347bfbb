/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_SCENARIO_H
#define BASE_WIRE_SCENARIO_H

/* What the mock is to be: hosts, people, applications, data and faults. Read from YAML by
 * `assay-mock serve --config`, sent as JSON by the harness (PUT /scenario). One descriptor table
 * validates both and documents itself (docs/scenario.md).
 *
 * Secrets may be given; what is not given is minted by the mock and can be asked for
 * (GET /credentials). Ownership: everything lives in the arena; SHAPE_JSON fields borrow the
 * document. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/json/json_read.h"
#include "base/json/shape.h"
#include "base/wire/scenario_fault.h"
#include "base/wire/scenario_oidc.h"
#include "base/wire/scenario_services.h"
#include "base/wire/scenario_tls.h"
#include "base/wire/scenario_workspace.h"

#include <stdbool.h>
#include <stdint.h>

struct scenario_workspace {
    const char *host;         /* without port; "*" = any Host that no other workspace claims */
    const char *workspace_id; /* decimal */
    const char *account_id;   /* UUID */
    const char *cloud;        /* "AWS", "Azure", "GCP" */
    const char *warehouse_id;
    const char *tenant_id;   /* Azure: its directory; NULL = takes no Entra tokens */
    const char *resource_id; /* Azure Resource Manager's id; NULL = made */
    struct str_list tables;  /* full names "catalog.schema.table" */
    struct scenario_door door;
    struct scenario_catalog catalog;
    struct scenario_sql sql;
    struct scenario_tokens tokens;
    struct shape_list secrets; /* struct scenario_secret */
};

enum scenario_principal_kind { PRINCIPAL_USER, PRINCIPAL_SERVICE };

/* Who may come: a person (user) or a service principal, and with which credentials. */
struct scenario_principal {
    const char *name;                      /* user: e-mail; service principal: a label */
    int kind;                              /* enum scenario_principal_kind */
    const char *client_id, *client_secret; /* service principals; NULL = minted */
    const char *pat;                       /* NULL = none unless has_pat */
    bool has_pat;
    const char *pat_host; /* of the workspace that it is of; NULL = it is good in each */
    const char *password; /* users: to be typed on the sign-in page; NULL = none is asked for */
    int64_t access_token_lifetime_ms, refresh_token_lifetime_ms;
    struct str_list
        scopes;         /* what may be granted; empty = all-apis sql offline_access openid ... */
    bool blocked;       /* every credential of it is refused as revoked */
    bool account_admin; /* may use the account API */
    const struct json *jwks; /* service principals: keys for private_key_jwt, or NULL */
};

/* How a SQL statement ends; the first whose text matches is used (NULL text = any). */
struct scenario_statement {
    const char *text;
    const char *state; /* SUCCEEDED, FAILED, CANCELED, CLOSED */
    const char *error_code, *error_message, *sql_state;
    int64_t pending_polls; /* PENDING that many times first */
    int64_t running_polls; /* then RUNNING that many times */
    int64_t run_time_ms;   /* and not ended before that much of the mock's time */
    bool cancel_ignored;   /* a cancellation is accepted and has no effect */
};

/* A rule: match x window x phase x effect. Counters move when a request matches, not when the
 * answer leaves. */
struct scenario_fault {
    const char *id;          /* NULL = "fault-N" */
    struct str_list routes;  /* route names or globs ("sql.*"); empty = any */
    struct str_list classes; /* route classes; empty = any */
    const char *grant;       /* token requests with this grant_type only */
    int64_t skip,
        times;          /* let the first `skip` matches pass, then act `times` times (0 = always) */
    bool after_handler; /* the effect on state is kept, only the answer changes */
    int64_t status;     /* 0 = the real one */
    struct shape_pairs headers; /* set or replaced; "" removes */
    const char *body;           /* NULL = the real one */
    const char *error; /* name of a recorded error body ("invalid-access-token"), or NULL */
    const char *content_type;
    int64_t delay_ms;
    int end;            /* enum fault_end */
    int token_response; /* enum token_response */
    struct scenario_fault_match match;
    struct scenario_fault_window window;
    struct scenario_fault_answer answer;
    struct scenario_fault_wire wire;
};

struct scenario {
    struct shape_list workspaces;          /* struct scenario_workspace */
    struct shape_list principals;          /* struct scenario_principal */
    struct shape_list statements;          /* struct scenario_statement */
    struct shape_list faults;              /* struct scenario_fault */
    struct shape_list tls_faults;          /* struct scenario_tls_fault */
    struct shape_list oauth_apps;          /* struct scenario_oauth_app */
    struct shape_list federation_policies; /* struct scenario_federation_policy */
    struct scenario_oidc oidc;
    struct scenario_services services;
    int64_t
        expiring_window_ms; /* tokens with less life are refused; the service's 30 s by default */
};

extern const struct shape scenario_shape, scenario_fault_shape, scenario_statement_shape;

int scenario_decode(struct arena *a, const struct json_doc *doc, const struct json *node,
                    struct scenario *ret, struct err *err) NODISCARD;

#endif
