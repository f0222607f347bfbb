/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cli/cli_priv.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"
#include "base/text/number.h"
#include "base/text/suggest.h"

#include <stdlib.h>
#include <string.h>

struct parse {
    struct arena *arena;
    const struct cli_command *command;
    int argc, next;
    char *const *argv;
    char *values;  /* the struct that is being filled */
    bool *is_seen; /* per option */
    struct str_list args;
    enum cli_wish wish;
};

static int store_enum(const struct cli_option *o, struct str text, int *ret, struct err *err)
{
    int count = 0;
    for (; o->names[count]; count++) {
        if (str_eq_z(text, o->names[count])) {
            *ret = count;
            return 0;
        }
    }
    (void)err_set(err, ERR_USAGE, "option `--%s' does not take `%.*s'", o->name, STR_ARG(text));
    suggest_hint(err, text, o->names, (size_t)count);
    return -1;
}

static int fail_value(const struct cli_option *o, struct err *err)
{
    (void)err_wrap(err, "option `--%s'", o->name);
    err->code = ERR_USAGE;
    return -1;
}

static int store(struct parse *p, const struct cli_option *o, const char *text, struct err *err)
{
    char *at = p->values + o->offset;
    bool is_ranged = o->min < o->max;
    int64_t number = 0;
    int choice = 0;
    switch (o->type) {
    case CLI_FLAG:
        memcpy(at, &(bool){true}, sizeof(bool));
        break;
    case CLI_STRING:
        memcpy(at, &text, sizeof(text));
        break;
    case CLI_STRINGS: {
        struct str_list list;
        memcpy(&list, at, sizeof(list));
        *VEC_PUSH(p->arena, &list) = text;
        memcpy(at, &list, sizeof(list));
        break;
    }
    case CLI_INT:
        if (parse_int64(str_of(text), is_ranged ? o->min : INT64_MIN,
                        is_ranged ? o->max : INT64_MAX, &number, err) < 0) {
            return fail_value(o, err);
        }
        memcpy(at, &number, sizeof(number));
        break;
    case CLI_DURATION_MS:
        if (parse_duration_ms(str_of(text), &number, err) < 0) {
            return fail_value(o, err);
        }
        memcpy(at, &number, sizeof(number));
        break;
    case CLI_ENUM:
        if (store_enum(o, str_of(text), &choice, err) < 0) {
            return -1;
        }
        memcpy(at, &choice, sizeof(choice));
        break;
    }
    p->is_seen[o - p->command->options] = true;
    return 0;
}

static int fail_unknown(struct parse *p, struct str typed, struct err *err)
{
    const struct cli_command *c = p->command;
    const char **names = ARENA_ARRAY(p->arena, const char *, c->option_count + 2);
    for (size_t i = 0; i < c->option_count; i++) {
        names[i] = arena_printf(p->arena, "--%s", c->options[i].name);
    }
    names[c->option_count] = "--help";
    names[c->option_count + 1] = "--version";
    (void)err_set(err, ERR_USAGE, "unknown option `%.*s'", STR_ARG(typed));
    const char *near = suggest(typed, names, c->option_count + 2);
    if (near) {
        err_hint(err, "did you mean `%s'?", near);
    }
    return -1;
}

/* The value of an option: what is attached, else the next word. */
static int store_attached(struct parse *p, const struct cli_option *o, const char *attached,
                          struct err *err)
{
    if (!attached && p->next >= p->argc) {
        return err_set(err, ERR_USAGE, "option `--%s' needs a value (%s)", o->name,
                       o->arg ? o->arg : "VALUE");
    }
    return store(p, o, attached ? attached : p->argv[p->next++], err);
}

static int parse_long(struct parse *p, const char *word, struct err *err)
{
    struct str name = str_n(word + 2, strcspn(word + 2, "="));
    const char *attached = name.ptr[name.len] == '=' ? name.ptr + name.len + 1 : NULL;
    for (size_t i = 0; i < p->command->option_count; i++) {
        const struct cli_option *o = &p->command->options[i];
        if (!str_eq_z(name, o->name)) {
            continue;
        }
        if (o->type != CLI_FLAG) {
            return store_attached(p, o, attached, err);
        }
        return attached ? err_set(err, ERR_USAGE, "option `--%s' takes no value", o->name)
                        : store(p, o, NULL, err);
    }
    bool is_help = str_eq_z(name, "help");
    if (!is_help && !str_eq_z(name, "version")) {
        return fail_unknown(p, str_n(word, name.len + 2), err);
    }
    if (attached) {
        return err_set(err, ERR_USAGE, "option `--%.*s' takes no value", STR_ARG(name));
    }
    p->wish = is_help ? CLI_HELP : CLI_VERSION;
    return 0;
}

static const struct cli_option *find_letter(const struct cli_command *c, char letter)
{
    for (size_t i = 0; i < c->option_count; i++) {
        if (c->options[i].letter == letter) {
            return &c->options[i];
        }
    }
    return NULL;
}

static int parse_letters(struct parse *p, const char *word, struct err *err)
{
    for (const char *letter = word + 1; *letter; letter++) {
        const struct cli_option *o = find_letter(p->command, *letter);
        if (!o && *letter == 'h') {
            p->wish = CLI_HELP;
            return 0;
        }
        if (!o) {
            return fail_unknown(p, str_of(arena_printf(p->arena, "-%c", *letter)), err);
        }
        if (o->type != CLI_FLAG) {
            return store_attached(p, o, letter[1] ? letter + 1 : NULL, err);
        }
        if (store(p, o, NULL, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int parse_words(struct parse *p, struct err *err)
{
    bool options_ended = false;
    while (p->next < p->argc && p->wish == CLI_RUN) {
        const char *word = p->argv[p->next++];
        int rc = 0;
        if (options_ended || word[0] != '-' || word[1] == '\0') {
            *VEC_PUSH(p->arena, &p->args) = word;
        } else if (strcmp(word, "--") == 0) {
            options_ended = true;
        } else if (word[1] == '-') {
            rc = parse_long(p, word, err);
        } else {
            rc = parse_letters(p, word, err);
        }
        if (rc < 0) {
            return -1;
        }
    }
    return 0;
}

static int fill_defaults(struct parse *p, struct err *err)
{
    for (size_t i = 0; i < p->command->option_count; i++) {
        const struct cli_option *o = &p->command->options[i];
        if (p->is_seen[i]) {
            continue;
        }
        if (o->required) {
            return err_set(err, ERR_USAGE, "option `--%s' (%s) is required", o->name,
                           o->arg ? o->arg : "flag");
        }
        if (o->dflt && store(p, o, o->dflt, err) < 0) {
            return err_wrap(err, "the built-in default");
        }
    }
    return 0;
}

static int check_args(const struct parse *p, struct err *err)
{
    const struct cli_command *c = p->command;
    size_t least = 0;
    bool repeats = c->positional_count > 0 && c->positionals[c->positional_count - 1].repeated;
    for (size_t i = 0; i < c->positional_count; i++) {
        least += c->positionals[i].required ? 1 : 0;
    }
    if (p->args.count < least) {
        return err_set(err, ERR_USAGE, "argument %s is missing", c->positionals[p->args.count].arg);
    }
    if (p->args.count > c->positional_count && !repeats) {
        return err_set(err, ERR_USAGE, "unexpected argument `%s'",
                       p->args.items[c->positional_count]);
    }
    return 0;
}

int cli_parse(struct arena *a, const struct cli_command *command, int argc, char *const *argv,
              struct cli_parsed *ret, struct err *err)
{
    struct parse p = {.arena = a,
                      .command = command,
                      .argc = argc,
                      .argv = argv,
                      .values = arena_alloc(a, command->options_size + 1),
                      .is_seen = ARENA_ARRAY(a, bool, command->option_count + 1)};
    if (parse_words(&p, err) < 0) {
        return -1;
    }
    if (p.wish != CLI_RUN) {
        *ret = (struct cli_parsed){.wish = p.wish};
        return 0;
    }
    if (fill_defaults(&p, err) < 0 || check_args(&p, err) < 0) {
        return -1;
    }
    *ret = (struct cli_parsed){.wish = CLI_RUN, .options = p.values, .args = p.args};
    return 0;
}
