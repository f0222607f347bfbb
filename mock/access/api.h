/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_ACCESS_API_H
#define MOCK_ACCESS_API_H

/* What the handlers of the workspace APIs have in common: the way in by API family, bodies and
 * parameters, refusals of the services behind the gateway, and lists in pages.
 *
 *     struct access a;
 *     AUTO_JSON_DOC struct json_doc body = {0};
 *     if (!api_enter(x, API_SECRETS, &a) || !api_body(x, &a, &body)) {
 *         return 0;                        the refusal has been written
 *     }
 *
 * Ownership: strings live in the request's arena. Threads: as the state. */

#include "base/json/json_read.h"
#include "mock/access/access.h"

struct object_list;

/* Which scopes open a family: any one of them, or all-apis. Only `sql` was seen in an answer of the
 * service; the other names are those of its list of API scopes, and where it is not known whether a
 * token that has just `sql` is let in, it is. */
#define API_FAMILY_TABLE(X)                                                       \
    X(API_IDENTITY, "iam.current-user:read scim sql openid profile email", false) \
    X(API_SCIM, "scim iam.current-user:read", false)                              \
    X(API_TOKENS, "authentication", false)                                        \
    X(API_TOKEN_MANAGEMENT, "authentication", true)                               \
    X(API_CATALOG, "unity-catalog sql", false)                                    \
    X(API_SQL, "sql", false)                                                      \
    X(API_SECRETS, "secrets", false)                                              \
    X(API_CLUSTERS, "clusters", false)                                            \
    X(API_JOBS, "jobs", false)                                                    \
    X(API_APPS, "apps", false)                                                    \
    X(API_FILES, "workspace", false)                                              \
    X(API_NOISE, NULL, false)
#define API_FAMILY_ENUM(name, scopes, admin) name,
enum api_family { API_FAMILY_TABLE(API_FAMILY_ENUM) API_FAMILY_COUNT };
#undef API_FAMILY_ENUM

/* access_enter() with the family's scopes; families for admins refuse others. */
bool api_enter(struct exchange *x, enum api_family family, struct access *ret);

/* The body as a JSON object; an empty one counts as {}. */
bool api_body(struct exchange *x, const struct access *a, struct json_doc *ret);
/* A query parameter, or NULL when it is absent or empty. */
const char *api_param(const struct exchange *x, const char *name);
/* A member that has to be a non-empty string, else refuses. */
const char *api_required(struct exchange *x, const struct access *a, const struct json *body,
                         const char *key);
/* The same for a query parameter. */
const char *api_required_param(struct exchange *x, const struct access *a, const char *name);

/* {"error_code":"CODE","message":"...","details":[...]}; returns 0, what a handler returns. */
int api_refuse(struct exchange *x, const struct access *a, int status, const char *code,
               const char *format, ...) PRINTF_LIKE(5, 6);
int api_reply(struct exchange *x, const struct access *a, struct json *body_take); /* 200 */
/* 200 and {} */
int api_done(struct exchange *x, const struct access *a);

/* The objects of that kind in the caller's workspace. */
struct object_list *api_objects(const struct access *a, const char *kind);
/* Puts it there or refuses for lack of room. */
bool api_put(struct exchange *x, const struct access *a, const char *kind, const char *key,
             struct json *object_take);

struct api_page_rule {
    const char *size_param;     /* "max_results" */
    int64_t min, max, ordinary; /* bounds of that parameter; what its absence means */
    int64_t most;               /* never more than this on a page */
};
struct api_page {
    int64_t size;
    size_t pos;
    bool skip;      /* this page is to be empty though there is more */
    bool alternate; /* every other page is */
};
/* Reads that parameter and page_token, or refuses. */
bool api_page_read(struct exchange *x, const struct access *a, const struct api_page_rule *rule,
                   struct api_page *ret);
/* The page's objects without the mock's own members, those that keep (NULL = all) agrees to.
 * *ret_next is the token of the next page, or NULL at the end. With empty_pages every other page
 * is empty. */
typedef bool api_keep(const struct json *object, const void *context);
struct json *api_page_take(struct exchange *x, const struct object_list *list,
                           struct api_page *page, api_keep *keep, const void *context) NODISCARD;
const char *api_page_next(struct exchange *x, const struct object_list *list,
                          const struct api_page *page, api_keep *keep, const void *context);

#endif
