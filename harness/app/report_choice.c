/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/report_choice.h"

#include "base/sys/fs.h"
#include "base/text/suggest.h"

static int format_of(struct arena *a, struct str name, const struct report_format **ret,
                     struct err *err)
{
    const char **names = ARENA_ARRAY(a, const char *, report_format_count);
    const struct report_format *found = report_format_find(name);
    if (found) {
        *ret = found;
        return 0;
    }
    for (size_t i = 0; i < report_format_count; i++) {
        names[i] = report_formats[i].name;
    }
    err_set(err, ERR_USAGE, "there is no report format `%.*s'", STR_ARG(name));
    suggest_hint(err, name, names, report_format_count);
    return -1;
}

static int choice_parse(struct arena *a, const char *word, const char *dir,
                        struct report_choice *ret, struct err *err)
{
    struct str rest = str_of(word), name = {0};
    struct report_choice c = {0};
    bool has_name = str_split(&rest, '=', &name);
    if (!has_name || format_of(a, name, &c.format, err) < 0) {
        return -1;
    }
    if (rest.ptr && rest.len == 0) {
        return err_set(err, ERR_USAGE, "`%s' names no file", word);
    }
    const char *file = rest.ptr ? arena_strndup(a, rest.ptr, rest.len) : NULL;
    const char *own = c.format->file;
    bool to_stdout = str_eq_z(str_of(file ? file : own), "-");
    c.path = to_stdout ? NULL : file ? file : fs_join(a, dir, own);
    *ret = c;
    return 0;
}

static bool is_same_place(const struct report_choice *a, const struct report_choice *b)
{
    return a->path && b->path ? str_eq_z(str_of(a->path), b->path) : a->path == b->path;
}

static int choice_add(struct arena *a, struct report_choices *choices,
                      const struct report_choice *c, struct err *err)
{
    VEC_FOREACH(const struct report_choice, other, choices) {
        if (is_same_place(other, c)) {
            return err_set(err, ERR_USAGE, "two reports would go to %s: %s and %s",
                           c->path ? c->path : "standard output", other->format->name,
                           c->format->name);
        }
    }
    *VEC_PUSH(a, choices) = *c;
    return 0;
}

static bool is_chosen(const struct report_choices *choices, const struct report_format *format)
{
    VEC_FOREACH(const struct report_choice, c, choices) {
        if (c->format == format) {
            return true;
        }
    }
    return false;
}

int report_choices_parse(struct arena *a, const struct str_list *words, const char *dir,
                         bool defaults, struct report_choices *ret, struct err *err)
{
    static const char *const usual[] = {"markdown", "junit"};
    struct report_choices chosen = {0}, all = {0};
    for (size_t i = 0; i < words->count; i++) {
        struct report_choice c;
        if (choice_parse(a, words->items[i], dir, &c, err) < 0) {
            return -1;
        }
        *VEC_PUSH(a, &chosen) = c;
    }
    for (size_t i = 0; i < ARRAY_LEN(usual) && defaults; i++) {
        struct report_choice c = {0};
        if (choice_parse(a, usual[i], dir, &c, err) < 0) {
            return -1;
        }
        if (!is_chosen(&chosen, c.format)) {
            *VEC_PUSH(a, &all) = c;
        }
    }
    VEC_FOREACH(const struct report_choice, c, &chosen) {
        if (choice_add(a, &all, c, err) < 0) {
            return -1;
        }
    }
    *ret = all;
    return 0;
}

void report_choices_render(const struct report_choices *choices, const struct run_record *run,
                           const struct run_record *previous, const char *step_summary,
                           struct placed *out)
{
    VEC_FOREACH(const struct report_choice, c, choices) {
        struct buf *text = placed_add(out, c->path ? c->path : c->format->name,
                                      c->path ? PLACED_FILE : PLACED_STDOUT);
        c->format->write(text, run, previous);
        if (step_summary && str_eq_z(str_of(c->format->name), "github")) {
            step_summary_write(placed_add(out, step_summary, PLACED_APPENDED), run);
        }
    }
}
