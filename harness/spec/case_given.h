/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_CASE_GIVEN_H
#define HARNESS_SPEC_CASE_GIVEN_H

/* The world that a case is given. Ownership: all of it is the case's. */

#include "base/json/shape.h"
#include "base/wire/scenario.h"
#include "harness/spec/browser_play.h"

#include <stdbool.h>
#include <stdint.h>

/* Which credentials the connector is handed. */
enum given_credential {
    GIVEN_GOOD,
    GIVEN_WRONG_SECRET, /* right form, wrong value: PAT, client secret or token */
    GIVEN_REVOKED,      /* was good, is revoked */
    GIVEN_EXPIRED,      /* was good, its life is over (pat, token) */
    GIVEN_MISSING,      /* the mode's variables are there, but empty */
    GIVEN_RESERVED,     /* good, with characters that forms and URLs reserve (m2m) */
    GIVEN_KINDS
};
extern const char *const given_credential_names[GIVEN_KINDS + 1];

/* How the workspace URL is written, as people copy it from somewhere. */
enum given_host {
    HOST_PLAIN,
    HOST_SLASH, /* with a slash at the end */
    HOST_QUERY, /* with the path and query that browsers show */
    HOST_BARE,  /* without scheme; sealed worlds only */
    HOST_HTTP,  /* http://, though it is not this machine; sealed worlds only */
    HOST_FORMS
};
extern const char *const given_host_names[HOST_FORMS + 1];

/* What the server's TLS certificate is, in sealed worlds. */
#define GIVEN_CERTIFICATE_TABLE(X)                                                    \
    X(CERTIFICATE_GOOD, "good", "one that the world trusts")                          \
    X(CERTIFICATE_EXPIRED, "expired", "one that expired yesterday")                   \
    X(CERTIFICATE_WRONG_HOST, "wrong-host", "one for another host")                   \
    X(CERTIFICATE_UNKNOWN_CA, "unknown-ca", "one of an authority that nobody trusts") \
    X(CERTIFICATE_SELF_SIGNED, "self-signed", "one that signed itself")
#define GIVEN_CERTIFICATE_ENUM(name, text, doc) name,
enum given_certificate { GIVEN_CERTIFICATE_TABLE(GIVEN_CERTIFICATE_ENUM) GIVEN_CERTIFICATES };
#undef GIVEN_CERTIFICATE_ENUM
extern const char *const given_certificate_names[GIVEN_CERTIFICATES + 1];

/* `own`: the connector's (its manifest's `cloud`). */
enum given_cloud { GIVEN_CLOUD_OWN, GIVEN_CLOUD_AWS, GIVEN_CLOUD_AZURE, GIVEN_CLOUD_GCP };
extern const char *const given_cloud_names[];

enum http_path_form {
    HTTP_PATH_WAREHOUSE, /* /sql/1.0/warehouses/ID */
    HTTP_PATH_ENDPOINT,  /* /sql/1.0/endpoints/ID, as it was called before */
    HTTP_PATH_FORMS
};
extern const char *const http_path_names[HTTP_PATH_FORMS + 1];

struct case_given {
    int credential;      /* enum given_credential */
    int cloud;           /* enum given_cloud */
    int host_form;       /* enum given_host */
    int certificate;     /* enum given_certificate */
    bool odd_claims;     /* in the token that is handed over */
    int64_t more_tables; /* beside the one that is validated, in the same schema */
    struct scenario_catalog catalog;
    unsigned also_modes;  /* start settings of these modes are added too (mixed credentials) */
    bool undeclared_mode; /* ${mode} is a word that no connector declares */
    int64_t access_token_lifetime_ms;
    int64_t expiring_window_ms; /* the server refuses tokens with less life than this */
    struct shape_pairs env;     /* on top of the connector's own */
    struct shape_pairs files;   /* path (starts with "~/" or "${tmp}/") -> content */
    bool loudest_logging;
    bool options;                     /* those of the manifest are set, one after the other */
    const char *statement;            /* ${statement}; NULL = the usual one */
    bool spark_tls_off;               /* ${spark_tls} is false */
    int http_path;                    /* enum http_path_form: of ${http_path} */
    struct shape_list faults;         /* struct scenario_fault */
    struct shape_list statements;     /* struct scenario_statement */
    struct browser_play browser;      /* modes with a browser: what the user and others do */
    struct scenario_oidc oidc;        /* the identity provider's knobs */
    struct scenario_token_policy app; /* of the custom application (mode u2m) */
};

#endif
