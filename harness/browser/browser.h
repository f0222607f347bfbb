/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_BROWSER_BROWSER_H
#define HARNESS_BROWSER_BROWSER_H

/* What `assay-browser` is told and what it tells.
 *
 * It reads one line of JSON on its standard input, its configuration, and ends at the end of that
 * input. What stands in for the user's browser (xdg-open and its cousins) appends a line
 * "<opener>\t<url>\n" to the file `requests` and ends at once; this program notices and acts, one
 * visit after the other. On its standard output it writes one line of JSON for each request that
 * reached the connector's listener ({"callback":{...}}) and one for each visit ({"visit":{...}}),
 * (the first line says that it is ready, or why it cannot be), with the members of struct
 * browser_callback_record and browser_visit_record (harness/evidence/browser_record.h). Times are
 * of CLOCK_MONOTONIC in milliseconds. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/json/json.h"
#include "harness/spec/browser_play.h"

#include <stdbool.h>
#include <stdint.h>

#define BROWSER_PROGRAM "assay-browser"
/* In the environment of all that belongs to the browser, some of which outlives its parent. */
#define BROWSER_MARK "ASSAY_BROWSER=1"
/* Where Debian has them. */
#define BROWSER_CHROMIUM_PATH     "/usr/bin/chromium"
#define BROWSER_CHROMEDRIVER_PATH "/usr/bin/chromedriver"
#define BROWSER_USER_AGENT        "Mozilla/5.0 (X11; Linux x86_64) " BROWSER_AGENT_TOKEN

struct browser_config {
    enum browser_engine engine;
    struct browser_play play;
    const char *requests;                /* the file that openers append to */
    const char *dir;                     /* for what the engine keeps: profile, screenshots */
    const char *user, *password;         /* who signs in; password NULL = none */
    const char *chromium, *chromedriver; /* paths; NULL with another engine */
    const char *desktop;                 /* folder of the one to start (desktop.h); NULL = none */
};
int browser_config_read(struct arena *a, struct str line, struct browser_config *ret,
                        struct err *err) NODISCARD;
struct json *browser_config_write(const struct browser_config *config) NODISCARD;

/* True from when the standard input has ended: whoever waits for something gives up. */
bool browser_should_end(void);
/* Waits at most so long, less when the input ends. */
void browser_pause(int64_t ms);

struct http_client;
struct chromium;
struct desktop;

/* What outlives a visit: who is signed in stays so. Zeroed = nothing yet; browser_close(). */
struct browser {
    const struct browser_config *config;
    struct http_client *web;   /* of the fake one */
    struct chromium *chromium; /* once it runs */
    struct desktop *desktop;   /* NULL = none was asked for */
};
void browser_close(struct browser *b);

/* One visit. Lives in the arena; NULL strings are left out of the record. */
struct visit {
    struct arena *arena;
    struct browser *browser;
    int64_t index, at_ms, pages;
    const char *opener, *url;
    const char *redirect_uri; /* of the authorization request; NULL = the page is none */
    const char *listeners;    /* on that port, when last looked before the answer */
    int redirect_port;        /* 0 = it is no address of this machine */
    const char *end;          /* "callback", "page", "left", "no-answer" */
    int status;               /* of the last page; 0 = none came */
    const char *detail;       /* of the end: the page's text, or what failed */
    const char *screenshot;   /* a file name in config->dir, or NULL */
    const char *callback_url; /* what the user's browser carried to the listener */
};

/* A request to the connector's listener and its answer. */
struct callback {
    const char *kind;   /* "user", or a name of browser_stray */
    const char *method; /* "GET", "POST" (form_post) */
    const char *url, *listeners;
    int64_t at_ms;
    int status; /* 0 = no answer */
    const char *content_type, *referrer_policy, *body, *loads, *problem;
    int64_t closed_after_ms; /* -1 = the port was still open when last looked */
};

/* The engines: play the user from visit->url to the connector's listener. They fill end, status,
 * detail and pages, and write the user's callback (visit_callback_write). */
void engine_fake_run(struct visit *v);
void engine_chromium_run(struct visit *v);
int engine_chromium_open(struct browser *b, struct err *err) NODISCARD;
void engine_fake_close(struct browser *b);
void engine_chromium_close(struct browser *b);

/* visit.c */
/* {"ready":""}, or {"ready":"what is wrong"}: the first line of all. */
void browser_tell_ready(const char *problem);
void visit_carry_out(struct arena *a, struct browser *b, int64_t index, struct str line);
bool visit_is_callback(const struct visit *v, const char *url);
/* Writes the record; for the user's one, waits until the listener is closed, a moment at most. */
void visit_callback_write(struct visit *v, struct callback *c);
/* ref as it stands in a page or a Location, seen from base. */
const char *url_resolve(struct arena *a, const char *base, struct str ref);

#endif
