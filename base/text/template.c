/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/template.h"

#include "base/core/buf.h"
#include "base/text/suggest.h"

/* What an expansion may grow to: far beyond any argument or environment value. */
enum { MAX_EXPANDED = 4 * 1024 * 1024 };

struct piece {
    bool is_name;
    struct str text; /* literal text, or the name */
};

static bool is_name_char(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (!first && ((c >= '0' && c <= '9') || c == '_'));
}

static int name_read(struct str text, size_t *at, struct piece *ret, struct err *err)
{
    size_t start = *at + 2, end = start;
    while (end < text.len && is_name_char(text.ptr[end], end == start)) {
        end++;
    }
    if (end < text.len && text.ptr[end] == '}' && end > start) {
        *ret = (struct piece){.is_name = true, .text = str_slice(text, start, end)};
        *at = end + 1;
        return 0;
    }
    if (end == text.len || str_find(text, STR("}"), end) < 0) {
        err_set(err, ERR_INVALID, "`${' without its `}'");
    } else if (end == start && text.ptr[end] == '}') {
        err_set(err, ERR_INVALID, "`${}' without a name");
    } else {
        err_set(err, ERR_INVALID, "not a name inside `${...}'; use a-z, 0-9 and _ only");
    }
    err_hint(err, "write `$$' for a plain `$'");
    return -1;
}

/* Reads the next piece at *at and moves on. Returns 1, 0 at the end, -1 on an error. */
static int piece_next(struct str text, size_t *at, struct piece *ret, struct err *err)
{
    if (*at >= text.len) {
        return 0;
    }
    if (text.ptr[*at] == '$' && *at + 1 < text.len) {
        if (text.ptr[*at + 1] == '{') {
            return name_read(text, at, ret, err) < 0 ? -1 : 1;
        }
        if (text.ptr[*at + 1] == '$') {
            *ret = (struct piece){.text = str_slice(text, *at, *at + 1)};
            *at += 2;
            return 1;
        }
    }
    long dollar = str_find(text, STR("$"), *at + 1);
    size_t end = dollar < 0 ? text.len : (size_t)dollar;
    *ret = (struct piece){.text = str_slice(text, *at, end)};
    *at = end;
    return 1;
}

static void unknown_name(struct err *err, struct str name, const char *const *names, size_t count)
{
    err_set(err, ERR_INVALID, "unknown name `${%.*s}'", STR_ARG(name));
    suggest_hint(err, name, names, count);
}

static const struct template_var *var_find(struct arena *a, const struct template_vars *vars,
                                           struct str name, struct err *err)
{
    for (size_t i = 0; i < vars->count; i++) {
        if (str_eq_z(name, vars->items[i].name)) {
            if (!vars->items[i].value) {
                err_set(err, ERR_INVALID, "`${%.*s}' has no value here", STR_ARG(name));
                return NULL;
            }
            return &vars->items[i];
        }
    }
    const char **names = ARENA_ARRAY(a, const char *, vars->count);
    for (size_t i = 0; i < vars->count; i++) {
        names[i] = vars->items[i].name;
    }
    unknown_name(err, name, names, vars->count);
    return NULL;
}

int template_expand(struct arena *a, struct str text, const struct template_vars *vars,
                    const char **ret_text, struct err *err)
{
    AUTO_BUF struct buf out;
    struct piece piece;
    size_t at = 0;
    int got;
    buf_init(&out, MAX_EXPANDED);
    while ((got = piece_next(text, &at, &piece, err)) > 0) {
        struct str add = piece.text;
        if (piece.is_name) {
            const struct template_var *var = var_find(a, vars, piece.text, err);
            if (!var) {
                return -1;
            }
            add = str_of(var->value);
        }
        buf_add_str(&out, add);
        if (out.truncated) {
            return err_set(err, ERR_LIMIT, "the expanded text is larger than %d bytes",
                           MAX_EXPANDED);
        }
    }
    if (got < 0) {
        return -1;
    }
    *ret_text = arena_strndup(a, buf_z(&out), out.len);
    return 0;
}

int template_check(struct str text, const char *const *names, size_t name_count, struct err *err)
{
    struct piece piece;
    size_t at = 0;
    int got;
    while ((got = piece_next(text, &at, &piece, err)) > 0) {
        bool known = !piece.is_name;
        for (size_t i = 0; i < name_count && !known; i++) {
            known = str_eq_z(piece.text, names[i]);
        }
        if (!known) {
            unknown_name(err, piece.text, names, name_count);
            return -1;
        }
    }
    return got;
}

bool template_uses(struct str text, const char *name)
{
    struct err ignored = {0};
    struct piece piece;
    size_t at = 0;
    while (piece_next(text, &at, &piece, &ignored) > 0) {
        if (piece.is_name && str_eq_z(piece.text, name)) {
            return true;
        }
    }
    return false;
}
