/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_BROWSER_WEBDRIVER_H
#define HARNESS_BROWSER_WEBDRIVER_H

/* As much of the W3C WebDriver protocol as it takes to play a user: start the driver, open one
 * browser, visit, look, type, click. Every call is one HTTP request with JSON.
 *
 * Ownership: webdriver_close() ends browser and driver; results live in the arena given. Errors:
 * what the driver says, as ERR_PROTOCOL; ERR_NOT_FOUND when no element matches. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/json/json_read.h"

#include <stdbool.h>

struct webdriver;

struct webdriver_options {
    const char *driver, *browser; /* paths of chromedriver and chromium */
    const char *const *args;      /* for the browser; NULL-terminated */
    const char *mark;             /* a variable that all its processes get, "K=V" */
    const char *dir;              /* where both keep what they must, HOME included */
};
int webdriver_open(const struct webdriver_options *options, struct webdriver **ret,
                   struct err *err) NODISCARD;
void webdriver_close(struct webdriver *w); /* accepts NULL */

int webdriver_visit(struct webdriver *w, const char *url, struct err *err) NODISCARD;
int webdriver_url(struct webdriver *w, struct arena *a, const char **ret,
                  struct err *err) NODISCARD;
bool webdriver_has(struct webdriver *w, const char *selector);
int webdriver_type(struct webdriver *w, const char *selector, const char *text,
                   struct err *err) NODISCARD;
int webdriver_click(struct webdriver *w, const char *selector, struct err *err) NODISCARD;
/* What the script returns is ret_doc's member `value`. */
int webdriver_script(struct webdriver *w, const char *script, struct json_doc *ret_doc,
                     struct err *err) NODISCARD;
/* A PNG picture of the page. */
int webdriver_screenshot(struct webdriver *w, const char *path, struct err *err) NODISCARD;

#endif
