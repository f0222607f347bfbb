/* SPDX-License-Identifier: Apache-2.0 */
/* Which folders a sealed world shows at their own paths, whatever lies over them inside: it has a
 * folder for temporary files of its own, and connectors may lie below that of the machine. */
#include "base/sys/fs.h"
#include "harness/world/world_priv.h"

static void bind_add(struct world *w, struct world_binds *binds, const char *path)
{
    struct err ignored = {0};
    const char *real = NULL;
    if (fs_real_path(w->arena, path, &real, &ignored) < 0) {
        return; /* missing: the start of the connector will tell */
    }
    for (size_t i = 0; i < binds->count; i++) {
        if (str_eq_z(str_of(binds->items[i].target), real)) {
            return;
        }
    }
    *VEC_PUSH(w->arena, binds) = (struct seal_bind){.source = real, .target = real};
}

static void bind_folder_of(struct world *w, struct world_binds *binds, const char *path)
{
    bind_add(w, binds, fs_is_dir(path) ? path : fs_dirname(w->arena, path));
}

/* "../x/y" leaves the folder and names x there: the length of "../x", or 0. */
static size_t beside_length(struct str text)
{
    size_t up = 0;
    while (str_starts(str_slice(text, up, text.len), STR("../"))) {
        up += 3;
    }
    size_t end = up;
    while (end < text.len && text.ptr[end] != '/' && text.ptr[end] != ':') {
        end++;
    }
    return up > 0 && end > up ? end : 0;
}

/* A word may hold several paths, as a search path does, or one behind an option's name. */
static void bind_named(struct world *w, struct world_binds *binds, const char *dir,
                       const char *word)
{
    static const char own[] = "${connector_dir}/";
    struct str text = str_of(word);
    for (size_t at = 0; at < text.len; at++) {
        if (at > 0 && strchr(":=,", text.ptr[at - 1]) == NULL) {
            continue;
        }
        struct str rest = str_slice(text, at, text.len);
        bool is_own = str_starts(rest, STR(own));
        rest = str_slice(rest, is_own ? sizeof(own) - 1 : 0, rest.len);
        size_t length = beside_length(rest);
        if (length > 0) {
            const char *base = is_own ? w->options.manifest->dir : dir;
            const char *beside = arena_strndup(w->arena, rest.ptr, length);
            bind_folder_of(w, binds, fs_join(w->arena, base, beside));
        }
    }
}

static void bind_words(struct world *w, struct world_binds *binds, const char *dir,
                       const struct str_list *words)
{
    for (size_t i = 0; i < words->count; i++) {
        bind_named(w, binds, dir, words->items[i]);
    }
}

static void bind_start(struct world *w, struct world_binds *binds, const char *dir,
                       const struct manifest_start *start)
{
    bind_words(w, binds, dir, &start->argv);
    for (size_t i = 0; i < start->env.count; i++) {
        bind_named(w, binds, dir, start->env.items[i].value);
    }
}

static void bind_operations(struct world *w, struct world_binds *binds, const char *dir)
{
    const struct manifest *m = w->options.manifest;
    for (size_t i = 0; i < m->operations.count; i++) {
        const struct manifest_operation *o =
            SHAPE_LIST_AT(const struct manifest_operation, m->operations, i);
        for (size_t j = 0; j < o->commands.count; j++) {
            bind_words(w, binds, dir, SHAPE_LIST_AT(const struct str_list, o->commands, j));
        }
    }
}

struct world_binds world_binds_of(struct world *w)
{
    const struct manifest *m = w->options.manifest;
    const char *dir = m->cwd != NULL ? fs_join(w->arena, m->dir, m->cwd) : m->dir;
    struct world_binds binds = {0};
    *VEC_PUSH(w->arena, &binds) = w->options.walls->trust.bind;
    bind_add(w, &binds, m->dir);
    bind_add(w, &binds, dir);
    bind_start(w, &binds, dir, &m->run);
    bind_start(w, &binds, dir, &m->modes[w->options.mode].start);
    bind_operations(w, &binds, dir);
    if (MODE_IS_BROWSER(w->options.mode)) {
        bind_add(w, &binds, fs_dirname(w->arena, w->options.browser_program));
    }
    for (size_t i = 0; i < m->requires.count; i++) {
        const struct manifest_requirement *r =
            SHAPE_LIST_AT(const struct manifest_requirement, m->requires, i);
        bind_folder_of(w, &binds, fs_join(w->arena, m->dir, r->path));
    }
    return binds;
}
