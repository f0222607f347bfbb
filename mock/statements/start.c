/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/statements/start.h"

#include "mock/query/begin.h"
#include "mock/query/warehouse.h"
#include "mock/state/statement_store.h"
#include "mock/state/workspace_store.h"
#include "mock/statements/result_json.h"
#include "mock/statements/session.h"

struct statement *statement_start(struct exchange *x, const struct access *a,
                                  const struct statement_request *q)
{
    struct json *session = NULL;
    struct json *warehouse = warehouse_wanted(x, a, q->warehouse_id);
    if (warehouse == NULL ||
        (q->session_id != NULL &&
         (session = session_wanted(x, a, q->session_id, q->warehouse_id)) == NULL)) {
        return NULL;
    }
    bool bounded = q->disposition == RESULT_INLINE;
    const struct statement_order order = {
        .text = q->statement,
        .catalog = q->catalog != NULL ? q->catalog : json_get_string(session, "catalog", NULL),
        .schema = q->schema != NULL ? q->schema : json_get_string(session, "schema", NULL),
        .parameters = &q->parameters,
        .settings = json_get(session, SESSION_SETTINGS),
        .row_limit = q->row_limit,
        .byte_limit = q->byte_limit,
        .whole_limit_bytes = bounded ? a->workspace->behaviour->sql.inline_limit_bytes : -1,
        .ready_ms = warehouse_ready_ms(a, warehouse),
    };
    struct statement *st = statement_begin(a, &order);
    statement_change_keep(st, session);
    st->output.disposition = (int)q->disposition;
    st->output.format = (int)q->format;
    st->output.compressed = q->compressed;
    st->output.chunk_rows = a->workspace->behaviour->sql.chunk_rows;
    if (result_is_attached(a, st)) {
        st->output.chunk_rows = st->output.rows->rows;
    }
    return st;
}
