/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_SABOTAGE_FAMILY_H
#define REFERENCE_SABOTAGE_FAMILY_H

/* A family of defects: what it does at the places where the connector lets it. Each hook may be
 * NULL; those that hand something on get what the family before handed on. A new family is a file
 * here, a table in defects/, a file in mutants/ and a row in sabotage.c. */

#include "sabotage.h"

enum { SABOTAGE_STORM = 20 }; /* so many tries are too many */

struct operation {
    int64_t deadline_ms;
    char **ret_table_id;
    struct failure *failure;
};

struct sabotage_family {
    const char *(*config)(struct config *c, const char *auth_name);
    struct curl_slist *(*request)(CURL *curl, const struct http_request *r,
                                  struct curl_slist *headers);
    int (*code)(int code, struct http_response *response);
    void (*answer)(CURL *curl, const struct http_request *r, struct http_response *response);
    int64_t (*pause)(const struct http_request *r, long status, int tried, int64_t pause_ms);
    bool (*token_request)(struct http *h, const struct config *c, const struct http_request *r,
                          struct http_response *ret);
    bool (*token_is_over)(bool is_over);
    bool (*is_token_error)(const struct http_response *r, bool is_error);
    /* 0: go on. 1: done, *ret_table_id is set. -1: failed. */
    int (*before)(struct workspace *w, struct operation *o);
    bool (*again)(const struct failure *f); /* the same once more */
    /* What is told: 0 for success, with *ret_table_id set, or -1. */
    int (*failed)(struct workspace *w, struct operation *o);
    int (*succeeded)(struct workspace *w, struct operation *o);
    void (*dump)(const struct config *c, struct text *text);
    int (*end)(int status);
};

extern const struct sabotage_family sabotage_azure, sabotage_certificates, sabotage_concurrency,
    sabotage_connect, sabotage_discovery, sabotage_errors, sabotage_federation, sabotage_google,
    sabotage_isolation, sabotage_leaks, sabotage_probe, sabotage_redirects, sabotage_refresh,
    sabotage_resilience, sabotage_secrets, sabotage_sql, sabotage_token_answers, sabotage_tokens,
    sabotage_u2m, sabotage_user_agent;

/* tools.c */
const char *sabotage_credential(const struct config *c);
void sabotage_take(char **member, const char *value); /* a copy of it, unless it is empty */
FILE *sabotage_open_in_home(const char *name, const char *how);
pid_t sabotage_child(char *const argv[], char *const env[]); /* /bin/sh, with no output */
void sabotage_send(struct workspace *w, struct http_request r, const char *path);
/* Sends a token request with another body, the first time; true when even that was granted. */
bool sabotage_ask(struct http *h, const struct http_request *r, const char *body,
                  struct http_response *ret);
/* The form without one parameter, in *ret. */
void sabotage_leave_out(const char *form, const char *name, struct text *ret);
bool sabotage_has(const struct http_response *r, const char *what);
void sabotage_put_body(struct http_response *r, const char *body);
void sabotage_succeed(struct http_response *r);
/* The failure is about an answer that is not JSON: a page, plain text, nothing. */
bool sabotage_is_odd(const struct failure *f);

#endif
