/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/faults_text.h"

#include "base/json/shape.h"
#include "base/wire/scenario.h"
#include "mock/http/recorded_error.h"

struct named {
    const char *name, *doc;
};

#define ROW(id, text, doc) {text, doc},
static const struct named body_forms[] = {FAULT_BODY_TABLE(ROW)};
static const struct named framings[] = {FAULT_FRAMING_TABLE(ROW)};
static const struct named ends[] = {FAULT_END_TABLE(ROW)};
static const struct named delays[] = {FAULT_DELAY_TABLE(ROW)};
static const struct named retries[] = {FAULT_RETRY_TABLE(ROW)};
static const struct named callbacks[] = {FAULT_CALLBACK_TABLE(ROW)};
static const struct named tls_faults[] = {TLS_FAULT_TABLE(ROW)};
static const struct named responses[] = {TOKEN_RESPONSE_TABLE(ROW)};

static void table(struct buf *out, const char *title, const struct named *rows, size_t count)
{
    buf_printf(out, "\n## %s\n\n| name | what |\n|---|---|\n", title);
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "| `%s` | %s |\n", rows[i].name, rows[i].doc);
    }
}

static void errors(struct buf *out)
{
    buf_add_z(out, "\n## error\n\n| name | status | message | source |\n|---|---|---|---|\n");
    const struct recorded_error *e;
    for (size_t i = 0; (e = recorded_error_at(i)) != NULL; i++) {
        buf_printf(out, "| `%s` | %d | %s | %s |\n", e->name, e->status, e->message, e->source);
    }
}

void faults_text(struct buf *out)
{
    buf_add_z(out,
              "# Faults\n\nWhat a rule for faults can say: which request, when, and what becomes "
              "of the answer. Generated from the tables that implement it.\n\n");
    shape_markdown(out, &scenario_fault_shape);
    table(out, "body_form", body_forms, ARRAY_LEN(body_forms));
    table(out, "framing", framings, ARRAY_LEN(framings));
    table(out, "end", ends, ARRAY_LEN(ends));
    table(out, "delay_form", delays, ARRAY_LEN(delays));
    table(out, "retry_after_form", retries, ARRAY_LEN(retries));
    table(out, "token_response", responses, ARRAY_LEN(responses));
    table(out, "callback", callbacks, ARRAY_LEN(callbacks));
    errors(out);
    table(out, "tls_faults, --tls-fault", tls_faults, ARRAY_LEN(tls_faults));
}
