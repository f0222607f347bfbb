/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/suggest.h"
#include "base/wire/journal.h"
#include "base/wire/scenario_priv.h"

static const char fault_id_chars[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
static const char route_glob_chars[] = "abcdefghijklmnopqrstuvwxyz0123456789._*?";

#define NAME_OF(id, text, ...) text,
static const char *const class_names[] = {ROUTE_CLASS_TABLE(NAME_OF)};
#define END_NAME_OF(id, text) text,
static const char *const end_names[] = {FAULT_END_TABLE(END_NAME_OF)};

#define RESPONSE_NAME_OF(id, text, doc) text,
static const char *const response_names[] = {TOKEN_RESPONSE_TABLE(RESPONSE_NAME_OF)};

static bool fault_changes_answer(const struct scenario_fault *f)
{
    return f->status != 0 || f->headers.count > 0 || f->body != NULL || f->error != NULL ||
           f->content_type != NULL || f->token_response != TOKEN_RESPONSE_REAL;
}

static int fault_match_validate(const struct json_doc *doc, const struct json *node,
                                const struct scenario_fault *f, struct err *err)
{
    for (size_t i = 0; i < f->routes.count; i++) {
        if (!text_consists_of(f->routes.items[i], route_glob_chars)) {
            return scenario_complain(doc, scenario_element(node, "routes", i), err,
                                     "this is not a route's name",
                                     "a name such as oidc.token, or a pattern such as sql.*");
        }
    }
    for (size_t i = 0; i < f->classes.count; i++) {
        const char *class = f->classes.items[i];
        if (!text_is_one_of(class, class_names, ARRAY_LEN(class_names))) {
            (void)json_err(doc, scenario_element(node, "classes", i), err,
                           "unknown route class '%s'", class);
            suggest_hint(err, str_of(class), class_names, ARRAY_LEN(class_names));
            return -1;
        }
    }
    return 0;
}

static int fault_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                          struct err *err)
{
    const struct scenario_fault *f = decoded;
    if (f->id != NULL && !text_consists_of(f->id, fault_id_chars)) {
        return scenario_complain(doc, scenario_member(node, "id"), err,
                                 "this cannot be a fault's id",
                                 "use small letters, digits, '.', '-' and '_'");
    }
    if (fault_match_validate(doc, node, f, err) < 0) {
        return -1;
    }
    if (f->status != 0 && f->status < 200) {
        return scenario_complain(doc, scenario_member(node, "status"), err,
                                 "this is not the status of an answer", "200 to 599");
    }
    if (f->error != NULL && f->body != NULL) {
        return scenario_complain(doc, scenario_member(node, "body"), err,
                                 "'error' brings its own body", "leave out one of the two");
    }
    bool unanswered = f->end == FAULT_END_CLOSE || f->end == FAULT_END_HANG;
    if (unanswered && fault_changes_answer(f)) {
        return scenario_complain(doc, scenario_member(node, "end"), err,
                                 "with this end no answer is sent",
                                 "leave out status, headers, body, error, content_type and "
                                 "token_response");
    }
    if (f->end == FAULT_END_NORMAL && f->delay_ms == 0 && !fault_changes_answer(f)) {
        return scenario_complain(
            doc, node, err, "this fault changes nothing",
            "add status, error, body, headers, content_type, token_response, delay or "
            "end");
    }
    return 0;
}

static const struct shape_field fault_fields[] = {
    {.key = "id",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, id),
     .doc = "Its name in the journal; \"fault-N\" when absent."},
    {.key = "routes",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_fault, routes),
     .doc = "Names of routes or patterns of them; absent: any.",
     .example = "[oidc.token]"},
    {.key = "classes",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_fault, classes),
     .doc = "Classes of routes (discovery, token, authorize, api, noise, other, unknown); absent: "
            "any.",
     .example = "[api]"},
    {.key = "grant",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, grant),
     .doc = "Only token requests with this grant_type."},
    {.key = "skip",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, skip),
     .max = 1000000000,
     .doc = "Let so many matching requests pass first."},
    {.key = "times",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, times),
     .max = 1000000000,
     .doc = "Then act so many times; 0 is always."},
    {.key = "after_handler",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_fault, after_handler),
     .doc = "Let the request have its effect and change the answer only."},
    {.key = "status",
     .type = SHAPE_INT,
     .offset = offsetof(struct scenario_fault, status),
     .max = 599,
     .doc = "The answer's status; absent: the real one."},
    {.key = "headers",
     .type = SHAPE_STRING_MAP,
     .offset = offsetof(struct scenario_fault, headers),
     .doc = "Headers set or replaced; an empty value removes the header.",
     .example = "{Retry-After: \"2\"}"},
    {.key = "body",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, body),
     .doc = "The answer's body; absent: the real one."},
    {.key = "error",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, error),
     .doc = "The name of a recorded error of the service, which is answered whole.",
     .example = "invalid-access-token"},
    {.key = "content_type",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_fault, content_type),
     .doc = "The answer's Content-Type."},
    {.key = "delay",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_fault, delay_ms),
     .min = 0,
     .max = SCENARIO_DAY_MS,
     .doc = "Wait so long before answering."},
    {.key = "token_response",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_fault, token_response),
     .dflt = "real",
     .names = {response_names, ARRAY_LEN(response_names)},
     .doc = "How a token that is issued is told: its expires_in, token_type, scope and other "
            "members.",
     .example = "expires-in-string"},
    {.key = "end",
     .type = SHAPE_ENUM,
     .offset = offsetof(struct scenario_fault, end),
     .dflt = "normal",
     .names = {end_names, ARRAY_LEN(end_names)},
     .doc = "How the exchange ends: normal; reset (RST); close (FIN before any byte); hang (never "
            "answered); hold (until released)."},
};
const struct shape scenario_fault_shape = {
    .name = "fault",
    .doc = "What goes wrong, and when: the first rule that matches a request acts.",
    .size = sizeof(struct scenario_fault),
    .fields = fault_fields,
    .field_count = ARRAY_LEN(fault_fields),
    .validate = fault_validate,
};
