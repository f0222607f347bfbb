/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/buf.h"
#include "base/json/json.h"
#include "mock/query/run_priv.h"
#include "mock/query/sql_expr.h"
#include "mock/state/mock_state.h"
#include "mock/state/row_store.h"
#include "mock/state/workspace_seed.h"

/* A source is a result itself: a range, a table, a view, another SELECT. What is taken of it as it
 * is stays a rule for each value, whatever the number of rows; where a value has to be computed, or
 * a row left out, the rows are gone through, and the values kept one by one. */

enum { TABLE_ROWS = 3, VIEW_MAX_DEPTH = 8, SEARCHED_MAX_CELLS = 2 * 1000 * 1000 };

struct selection {
    const struct runner *runner;
    const struct sql_query *query;
    struct sql_result source;
    struct result_columns columns;
    struct { /* beside the columns: where the value of each comes from */
        struct origin {
            size_t column;             /* of the source */
            struct sql_expr *computed; /* or NULL */
            bool cast;
        } * items;
        size_t count, capacity;
    } origins;
    bool gone_through;
};

/* ---- sources ---- */

static struct sql_result nothing_once(void)
{
    return (struct sql_result){.rows = 1, .step = 1};
}

/* How many numbers a range has; SQL_MAX_ROWS + 1 when there are too many. */
static int64_t range_count(struct sql_range range)
{
    bool up = range.step > 0;
    if (up ? range.end <= range.first : range.end >= range.first) {
        return 0;
    }
    uint64_t distance = up ? (uint64_t)range.end - (uint64_t)range.first
                           : (uint64_t)range.first - (uint64_t)range.end;
    uint64_t step = up ? (uint64_t)range.step : 0 - (uint64_t)range.step;
    uint64_t count = distance / step + (distance % step > 0 ? 1 : 0);
    return count > (uint64_t)SQL_MAX_ROWS ? SQL_MAX_ROWS + 1 : (int64_t)count;
}

static struct sql_result range_source(struct sql_range range)
{
    static const struct sql_result_column id = {
        .name = "id", .type = {.kind = SQL_LONG}, .cells = SQL_CELL_NUMBER};
    return (struct sql_result){.columns = &id,
                               .column_count = 1,
                               .rows = range_count(range),
                               .first = range.first,
                               .step = range.step};
}

/* A table of the scenario: the rows are made up. */
static struct sql_result made_up(const struct runner *r, const struct json *table)
{
    struct result_columns list = {0};
    JSON_FOREACH(c, json_get(table, "columns")) {
        struct sql_type type = {.kind = SQL_STRING};
        (void)sql_type_read(str_of(json_get_string(c, "type_text", "")), &type);
        bool text = type.kind == SQL_STRING;
        bool number = sql_type_takes_numbers(type);
        const char *same = type.kind == SQL_DATE        ? "2024-01-31"
                           : type.kind == SQL_TIMESTAMP ? "2024-01-31T12:00:00"
                                                        : NULL;
        *VEC_PUSH(r->arena, &list) = (struct sql_result_column){
            .name = arena_strdup(r->arena, json_get_string(c, "name", "")),
            .type = type,
            .cells = number ? SQL_CELL_NUMBER : SQL_CELL_SAME,
            .text = text ? "name-" : same,
        };
    }
    return (struct sql_result){.columns = list.items,
                               .column_count = list.count,
                               .rows = TABLE_ROWS,
                               .first = 1,
                               .step = 1};
}

/* What the view was made of, with the names of those who made it. */
static int view_source(const struct runner *r, const struct json *view, struct sql_result *ret,
                       struct err *err)
{
    struct sql_query q;
    const struct json *space = json_get(view, OBJECT_NAMESPACE);
    const struct sql_context context = {
        .user = r->context->user,
        .catalog = arena_strdup(r->arena, json_get_string(space, "catalog", "")),
        .schema = arena_strdup(r->arena, json_get_string(space, "schema", "")),
    };
    struct runner inside = *r;
    inside.context = &context;
    inside.depth++;
    if (r->depth == VIEW_MAX_DEPTH) {
        return err_set(
            err, ERR_INVALID,
            "[VIEW_EXCEED_MAX_NESTED_DEPTH] The depth of view `%.*s` exceeds the maximum "
            "view resolution depth (%d). SQLSTATE: 54K00",
            RUN_SHOWN_MAX, run_member(r, view, "full_name"), VIEW_MAX_DEPTH);
    }
    if (sql_read(r->arena, str_of(run_member(r, view, "view_definition")), &context, &q, err) < 0) {
        return -1;
    }
    return run_select(&inside, &q, ret, err);
}

static int object_source(const struct runner *r, const char *name, struct sql_result *ret,
                         struct err *err)
{
    if (run_information_schema(r, name, ret)) {
        return 0;
    }
    const struct json *table = run_table_wanted(r, name, err);
    if (table == NULL) {
        return -1;
    }
    if (run_is_view(table) && json_get(table, OBJECT_NAMESPACE) != NULL) {
        return view_source(r, table, ret, err);
    }
    const struct sql_result *kept =
        row_store_get(r->access->state->rows, json_get_string(table, "table_id", ""));
    *ret = kept != NULL ? *kept : made_up(r, table);
    return 0;
}

static int source_of(const struct runner *r, const struct sql_query *q, struct sql_result *ret,
                     struct err *err)
{
    if (q->of != NULL) {
        return run_select(r, q->of, ret, err);
    }
    if (q->object != NULL) {
        return object_source(r, q->object, ret, err);
    }
    *ret = q->has_range ? range_source(q->range) : nothing_once();
    return 0;
}

/* ---- columns ---- */

static void column_push(struct selection *s, const struct sql_result_column *c,
                        const struct origin *from)
{
    struct arena *a = s->runner->arena;
    struct sql_result_column made = *c;
    made.name = arena_strdup(a, c->name);
    made.text = c->text != NULL ? arena_strdup(a, c->text) : NULL;
    *VEC_PUSH(a, &s->columns) = made;
    *VEC_PUSH(a, &s->origins) = *from;
    s->gone_through = s->gone_through || made.cells == SQL_CELL_STORED;
}

static int computed_add(struct selection *s, const struct sql_column *c, struct err *err)
{
    if (sql_expr_bind(c->computed, &s->source, err) < 0) {
        return -1;
    }
    const struct sql_result_column made = {
        .name = c->name, .type = c->computed->type, .cells = SQL_CELL_STORED};
    column_push(s, &made, &(struct origin){.computed = c->computed});
    return 0;
}

static int source_column_add(struct selection *s, const struct sql_column *c, struct err *err)
{
    size_t at = 0;
    while (at < s->source.column_count &&
           !str_eq_nocase(str_of(s->source.columns[at].name), str_of(c->reference))) {
        at++;
    }
    if (at == s->source.column_count) {
        return sql_unresolved(c->reference, err);
    }
    struct sql_result_column made = s->source.columns[at];
    struct origin from = {.column = at};
    made.name = c->name;
    if (c->typed && made.cells == SQL_CELL_STORED) {
        from.cast = true;
        made.type = c->type;
    } else if (c->typed) {
        made.type = c->type;
        made.text = c->value;
    }
    column_push(s, &made, &from);
    return 0;
}

static int column_add(struct selection *s, const struct sql_column *c, struct err *err)
{
    if (c->source == SQL_COMPUTED) {
        return computed_add(s, c, err);
    }
    if (c->source == SQL_COLUMN) {
        return source_column_add(s, c, err);
    }
    if (c->source == SQL_CONSTANT) {
        const struct sql_result_column made = {
            .name = c->name, .type = c->type, .cells = SQL_CELL_SAME, .text = c->value};
        column_push(s, &made, &(struct origin){0});
        return 0;
    }
    for (size_t i = 0; i < s->source.column_count; i++) {
        column_push(s, &s->source.columns[i], &(struct origin){.column = i});
    }
    return 0;
}

/* ---- rows ---- */

static int too_many(struct err *err, int64_t most)
{
    return err_set(err, ERR_INVALID, "This mock makes at most %lld rows. SQLSTATE: 54000",
                   (long long)most);
}

static int numbers_check(const struct sql_result *ret, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    int64_t last = ret->first + (ret->rows > 0 ? ret->rows - 1 : 0) * ret->step;
    for (size_t i = 0; i < ret->column_count; i++) {
        const struct sql_result_column *c = &ret->columns[i];
        bool number = c->cells == SQL_CELL_NUMBER && ret->rows > 0;
        if (number && (!sql_number_fits(ret->first, c->type) || !sql_number_fits(last, c->type))) {
            return err_set(err, ERR_INVALID,
                           "[CAST_OVERFLOW] The value %lldL of the type \"BIGINT\" cannot be cast "
                           "to \"%s\" due to an overflow. Use `try_cast` to tolerate overflow and "
                           "return NULL instead. SQLSTATE: 22003",
                           (long long)last, sql_type_text(a, c->type));
        }
    }
    return 0;
}

/* Each value of that row, after those of the rows before it. */
static int row_add(struct selection *s, int64_t row, struct cells *cells, struct err *err)
{
    struct arena *a = s->runner->arena;
    AUTO_BUF struct buf scratch = {0};
    for (size_t i = 0; i < s->columns.count; i++) {
        const struct origin *from = &s->origins.items[i];
        const struct sql_result_column *c = &s->columns.items[i];
        struct sql_result one = {.columns = c,
                                 .column_count = 1,
                                 .rows = s->source.rows,
                                 .first = s->source.first,
                                 .step = s->source.step};
        bool stored = c->cells == SQL_CELL_STORED;
        const char *value =
            from->computed != NULL ? sql_expr_value(a, from->computed, &s->source, row)
            : stored ? s->source.stored[(size_t)row * s->source.column_count + from->column]
                     : sql_result_value(&one, row, 0, &scratch);
        if (from->cast && sql_cast(a, value, c->type, &value, err) < 0) {
            return -1;
        }
        *VEC_PUSH(a, cells) = value != NULL ? arena_strdup(a, value) : NULL;
    }
    return 0;
}

static int rows_go_through(struct selection *s, struct sql_result *ret, struct err *err)
{
    const struct sql_query *q = s->query;
    struct cells cells = {0};
    int64_t most = SEARCHED_MAX_CELLS / (int64_t)s->columns.count, kept = 0;
    if (s->source.rows > most) {
        return too_many(err, most);
    }
    for (int64_t row = 0; row < s->source.rows && (q->limit < 0 || kept < q->limit); row++) {
        const char *wanted =
            q->where != NULL ? sql_expr_value(s->runner->arena, q->where, &s->source, row) : "true";
        if (wanted == NULL || strcmp(wanted, "true") != 0) {
            continue;
        }
        if (row_add(s, row, &cells, err) < 0) {
            return -1;
        }
        kept++;
    }
    VEC_FOREACH(struct sql_result_column, c, &s->columns) {
        c->cells = SQL_CELL_STORED;
        c->text = NULL;
    }
    ret->rows = kept;
    ret->stored = cells.items;
    return 0;
}

int run_select(const struct runner *r, const struct sql_query *q, struct sql_result *ret,
               struct err *err)
{
    struct selection s = {.runner = r, .query = q};
    if (source_of(r, q, &s.source, err) < 0 ||
        (q->where != NULL && sql_expr_bind(q->where, &s.source, err) < 0)) {
        return -1;
    }
    VEC_FOREACH(const struct sql_column, c, &q->columns) {
        if (column_add(&s, c, err) < 0) {
            return -1;
        }
    }
    int64_t rows = q->limit >= 0 && q->limit < s.source.rows ? q->limit : s.source.rows;
    struct sql_result made = {.columns = s.columns.items,
                              .column_count = s.columns.count,
                              .rows = rows,
                              .first = s.source.first,
                              .step = s.source.step};
    if (s.columns.count > SQL_MAX_COLUMNS || s.columns.count == 0) {
        return err_set(err, ERR_INVALID, "This mock selects 1 to %d columns. SQLSTATE: 54000",
                       SQL_MAX_COLUMNS);
    }
    if (s.gone_through || q->where != NULL) {
        if (rows_go_through(&s, &made, err) < 0) {
            return -1;
        }
    } else if (rows > SQL_MAX_ROWS) {
        return too_many(err, SQL_MAX_ROWS);
    }
    if (numbers_check(&made, err) < 0) {
        return -1;
    }
    *ret = made;
    return 0;
}
