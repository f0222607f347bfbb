/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/assert.h"
#include "base/json/json_rewrite.h"
#include "base/text/suggest.h"
#include "harness/spec/grammar_priv.h"
#include "harness/spec/rules_priv.h"
#include "harness/spec/vary_priv.h"

#include <string.h>

/* What one case may become when its row is written into it; the longest of today has 300 values. */
enum { MAX_NODES = 20000, MAX_BYTES = 1024 * 1024 };

static const struct str reference = {"${vary.", 7};

static const struct json *first_row(const struct vary_table *t)
{
    return json_first(t->rows);
}

static bool is_column(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool fits = (c >= 'a' && c <= 'z') || (i > 0 && ((c >= '0' && c <= '9') || c == '_'));
        if (!fits) {
            return false;
        }
    }
    return name.len > 0;
}

/* The columns, without the one that names the row. Returns how many. */
static size_t column_names(const struct vary_table *t, const char *ret[VARY_MAX_COLUMNS + 1])
{
    size_t count = 0;
    JSON_FOREACH(value, first_row(t)) {
        if (count <= VARY_MAX_COLUMNS && !str_eq_z(STR("name"), json_key(value))) {
            ret[count++] = json_key(value);
        }
    }
    return count;
}

static int columns_check(const struct vary_table *t, struct err *err)
{
    const char *names[VARY_MAX_COLUMNS + 1];
    size_t count = column_names(t, names);
    if (count == 0 || count > VARY_MAX_COLUMNS) {
        json_err(t->doc, first_row(t), err,
                 count ? "more than %d columns" : "the rows say nothing but their names",
                 (int)VARY_MAX_COLUMNS);
        err_hint(err, "such as {name: zero, lifetime: expires-in-0}");
        return -1;
    }
    JSON_FOREACH(value, first_row(t)) {
        if (!is_column(str_of(json_key(value)))) {
            json_err_key(t->doc, value, err, "`%s' is not a name for a column", json_key(value));
            err_hint(err, "lower-case letters, digits and '_'");
            return -1;
        }
    }
    return 0;
}

/* The same columns in every row: what is missing in one would be somebody else's value. */
static int same_columns(const struct vary_table *t, const struct json *row, struct err *err)
{
    JSON_FOREACH(value, first_row(t)) {
        if (!json_get(row, json_key(value))) {
            json_err(t->doc, row, err, "the row has no `%s', the first one has", json_key(value));
            return -1;
        }
    }
    JSON_FOREACH(value, row) {
        if (!json_get(first_row(t), json_key(value))) {
            const char *names[VARY_MAX_COLUMNS + 1];
            size_t count = column_names(t, names);
            json_err_key(t->doc, value, err, "the first row has no `%s'", json_key(value));
            suggest_hint(err, str_of(json_key(value)), names, count);
            return -1;
        }
    }
    return 0;
}

static int row_check(const struct vary_table *t, const struct json *row, struct err *err)
{
    const struct json *name = json_get(row, "name");
    if (json_type(row) != JSON_OBJECT || json_type(name) != JSON_STRING) {
        json_err(t->doc, name ? name : row, err, "a row without a `name' that is a string");
        err_hint(err, "the case's id ends in it");
        return -1;
    }
    if (rule_word(t->doc, name, grammar_is_slug, "a name for a variant", err) < 0) {
        err_hint(err, "lower-case letters, digits and '-'");
        return -1;
    }
    JSON_FOREACH(other, t->rows) {
        if (other == row) {
            break;
        }
        if (str_eq_z(str_of(json_string_or(name, "")), json_get_string(other, "name", ""))) {
            return json_err(t->doc, name, err, "there is a variant `%s' already",
                            json_string_or(name, ""));
        }
    }
    return row == first_row(t) ? columns_check(t, err) : same_columns(t, row, err);
}

int vary_open(const struct json_doc *doc, struct vary_table *ret, struct err *err)
{
    *ret = (struct vary_table){.doc = doc, .rows = json_get(doc->root, "vary"), .count = 1};
    if (!ret->rows) {
        return 0;
    }
    ret->count = json_type(ret->rows) == JSON_ARRAY ? json_count(ret->rows) : 0;
    if (ret->count < 2 || ret->count > VARY_MAX_ROWS) {
        json_err(doc, ret->rows, err, "`vary' is a list of 2 to %d rows", (int)VARY_MAX_ROWS);
        err_hint(err, "one for each case, such as {name: zero, lifetime: expires-in-0}");
        return -1;
    }
    JSON_FOREACH(row, ret->rows) {
        if (row_check(ret, row, err) < 0) {
            return -1;
        }
    }
    return 0;
}

struct filling {
    struct vary_table *table;
    const struct json *row, *id;
};

/* The value that a reference, without its ${vary. and }, stands for. */
static const struct json *value_of(struct filling *f, const struct json *string, struct str name,
                                   struct err *err)
{
    const char *names[VARY_MAX_COLUMNS + 1];
    if (!f->row) {
        json_err(f->table->doc, string, err, "`${vary.%.*s}', but the file has no `vary'",
                 STR_ARG(name));
        return NULL;
    }
    if (str_eq_z(name, "name")) {
        return json_get(f->row, "name");
    }
    size_t count = column_names(f->table, names);
    for (size_t i = 0; i < count; i++) {
        if (str_eq_z(name, names[i])) {
            f->table->used |= 1u << i;
            return json_get(f->row, names[i]);
        }
    }
    json_err(f->table->doc, string, err, "`vary' has no column `%.*s'", STR_ARG(name));
    suggest_hint(err, name, names, count);
    return NULL;
}

static int add_value(struct buf *out, const struct filling *f, const struct json *string,
                     const struct json *value, struct err *err)
{
    if (json_type(value) == JSON_STRING) {
        buf_add_z(out, json_string_or(value, ""));
    } else if (json_type(value) == JSON_NUMBER) {
        json_write(out, value);
    } else {
        json_err(f->table->doc, string, err, "a value that is %s cannot stand inside of text",
                 json_type_name(json_type(value)));
        err_hint(err, "write the reference alone in its string");
        return -1;
    }
    if (out->len > MAX_BYTES) {
        return json_err(f->table->doc, string, err, "too large when it is written out");
    }
    return 0;
}

/* Where the next reference begins; "$$" is a '$' for whoever expands the other names. */
static long next_reference(struct str text, size_t from)
{
    for (size_t i = from; i < text.len; i++) {
        if (str_starts(str_slice(text, i, text.len), reference)) {
            return (long)i;
        }
        if (text.ptr[i] == '$' && i + 1 < text.len && text.ptr[i + 1] == '$') {
            i++;
        }
    }
    return -1;
}

static int text_fill(struct filling *f, const struct json *string, struct json_instead *ret,
                     struct err *err)
{
    struct str text = str_of(json_string_or(string, ""));
    size_t at = 0;
    for (long found; (found = next_reference(text, at)) >= 0;) {
        size_t start = (size_t)found + reference.len;
        long end = str_find(text, STR("}"), start);
        if (end < 0) {
            return json_err(f->table->doc, string, err, "`${' without its `}'");
        }
        const struct json *value = value_of(f, string, str_slice(text, start, (size_t)end), err);
        if (!value) {
            return -1;
        }
        if (found == 0 && (size_t)end + 1 == text.len) {
            ret->node = value;
            return 0;
        }
        buf_add_str(&ret->text, str_slice(text, at, (size_t)found));
        if (add_value(&ret->text, f, string, value, err) < 0) {
            return -1;
        }
        at = (size_t)end + 1;
        ret->is_text = true;
    }
    buf_add_str(&ret->text, str_slice(text, at, text.len));
    return 0;
}

static int instead(void *context, const struct json *string, struct json_instead *ret,
                   struct err *err)
{
    struct filling *f = context;
    bool is_plain_id = string == f->id && next_reference(str_of(json_string_or(string, "")), 0) < 0;
    if (is_plain_id && f->row) {
        buf_printf(&ret->text, "%s-%s", json_string_or(string, ""),
                   json_get_string(f->row, "name", ""));
        ret->is_text = true;
        return 0;
    }
    return text_fill(f, string, ret, err);
}

int vary_expand(struct vary_table *t, size_t row, struct json_doc *ret, struct err *err)
{
    struct filling filling = {.table = t, .row = json_at(t->rows, row)};
    filling.id = json_get(t->doc->root, "id");
    struct json_rewrite rewrite = {.instead = instead,
                                   .context = &filling,
                                   .without = t->rows,
                                   .max_nodes = MAX_NODES,
                                   .max_bytes = MAX_BYTES};
    return json_doc_rewrite(t->doc, &rewrite, ret, err);
}

int vary_all_used(const struct vary_table *t, struct err *err)
{
    const char *names[VARY_MAX_COLUMNS + 1];
    size_t count = t->rows ? column_names(t, names) : 0;
    for (size_t i = 0; i < count; i++) {
        if (!(t->used >> i & 1u)) {
            json_err_key(t->doc, json_get(first_row(t), names[i]), err, "nothing uses `%s'",
                         names[i]);
            err_hint(err, "write ${vary.%s} where it belongs, or leave the column out", names[i]);
            return -1;
        }
    }
    return 0;
}
