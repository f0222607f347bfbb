/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EVIDENCE_BROWSER_RECORD_H
#define HARNESS_EVIDENCE_BROWSER_RECORD_H

/* What the user's browser did and saw (harness/browser writes it). Part of the evidence. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/core/str.h"

#include <stdint.h>

struct evidence;

/* An address that the connector had opened. */
struct browser_visit_record {
    int64_t index, at_ms, pages; /* from 0; real time since the mock started; fetched on the way */
    const char *opener;          /* the program that was called: "xdg-open" */
    const char *url;             /* redacted */
    const char *agent;           /* which browser: "fake", "chromium" */
    const char *end;             /* "callback", "page", "left", "no-answer" */
    int status;                  /* of the last page */
    const char *detail;          /* of the end, redacted; may be NULL */
    const char *screenshot;      /* a file beside the evidence, or NULL */
};

/* A request to the connector's listener: the user's, or one that a stranger sent. */
struct browser_callback_record {
    int64_t visit, at_ms;
    const char *kind; /* "user", "favicon", "early", "other-host", "replay" */
    const char *method, *url;
    const char *listeners; /* addresses that listened on the port, blank-separated */
    int status;            /* 0 = no answer, problem says why */
    const char *content_type, *referrer_policy; /* NULL = absent, or not known */
    const char *body;                           /* redacted, cut */
    const char *loads;       /* absolute addresses that the page would load, blank-separated */
    const char *problem;     /* why there was no answer, or NULL */
    int64_t closed_after_ms; /* the listener, after the user's answer; -1 = it was still open */
};

/* Reads what the browser wrote (harness/browser/browser.h) into e; zero_ms is what times count
 * from. Nothing is redacted yet. */
int browser_log_read(struct arena *a, struct str log, int64_t zero_ms, struct evidence *e,
                     struct err *err) NODISCARD;

#endif
