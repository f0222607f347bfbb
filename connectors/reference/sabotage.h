/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_SABOTAGE_H
#define REFERENCE_SABOTAGE_H

/* What the defects do, at the places where the connector lets them. Called only where
 * defects_on(). */

#include "workspace.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>

#include <stdio.h>

/* config.c: before the configuration is checked; returns the name of the authentication type. */
const char *sabotage_config(struct config *c, const char *auth_name);
/* http.c: before each request; returns the headers. */
struct curl_slist *sabotage_request(CURL *curl, const struct http_request *r,
                                    struct curl_slist *headers);
/* http.c: what came of a request, as a CURLcode; then its answer; then how long to wait before the
 * next try, -1 for none. A status of 0: no answer. */
int sabotage_code(int code, struct http_response *response);
void sabotage_answer(CURL *curl, const struct http_request *r, struct http_response *response);
int64_t sabotage_pause(const struct http_request *r, long status, int tried, int64_t pause_ms);
/* auth.c: sends a wrong form of the token request first, once; true when even that was granted. */
bool sabotage_token_request(struct http *h, const struct config *c, const struct http_request *r,
                            struct http_response *ret);
bool sabotage_token_is_over(bool is_over);
/* google.c: whom an ID token is for; whether an access token is asked for in its place. */
const char *sabotage_audience(const char *host);
bool sabotage_takes_access_token(void);
/* workspace.c */
bool sabotage_is_token_error(const struct http_response *r, bool is_error);
/* drive.c: instead of workspace_validate. */
int sabotage_validate(struct workspace *w, int64_t deadline_ms, char **ret_table_id,
                      struct failure *f);
void sabotage_dump(const struct config *c, struct text *text);
/* sign_in.c, loopback.c, session.c: what a sign-in is made of (sabotage/u2m.c). */
struct authorization;
void sabotage_flow_secrets(char **verifier, char **state);
void sabotage_authorize_url(struct text *url, const struct authorization *a);
bool sabotage_keeps_listener(void);
bool sabotage_session_is_over(void);
void sabotage_page(struct text *out, const char *query);
void sabotage_session_form(struct text *form);
void sabotage_redeemed(struct http *h, const struct config *c, const char *form);
int64_t sabotage_first_deadline(int64_t deadline_ms);
bool sabotage_tries_again(void); /* after a sign-in that failed */
/* drive.c: before one of several validations at a time begins; whether they are done one by one;
 * whether that one's failure is not told. */
void sabotage_beside(struct workspace *w, int number);
bool sabotage_one_by_one(void);
bool sabotage_loses(int number);
/* main.c: returns the exit status. */
int sabotage_end(int status);

#endif
