/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/space/space_set.h"

#include "base/core/xalloc.h"
#include "mock/http/request.h"
#include "mock/state/mock_state.h"
#include "mock/state/workspace_store.h"

#include <stdlib.h>

#define NAME_MAX_BYTES 64

struct space_set {
    struct space_options options;
    struct space *items[SPACES_MAX]; /* [0] is the default one */
    size_t count;
};

struct space_set *space_set_new(const struct space_options *options, struct err *err)
{
    struct space_set *set = xcalloc(1, sizeof(*set));
    set->options = *options;
    set->items[0] = space_new("", options, err);
    if (set->items[0] == NULL) {
        free(set);
        return NULL;
    }
    set->count = 1;
    return set;
}

void space_set_free(struct space_set *set)
{
    if (set != NULL) {
        for (size_t i = 0; i < set->count; i++) {
            space_unref(set->items[i]);
        }
        free(set);
    }
}

struct space *space_set_default(const struct space_set *set)
{
    return set->items[0];
}

struct space *space_set_at(const struct space_set *set, size_t index)
{
    return index < set->count ? set->items[index] : NULL;
}

static size_t index_of(const struct space_set *set, struct str name)
{
    size_t i = 0;
    while (i < set->count && !str_eq_z(name, set->items[i]->name)) {
        i++;
    }
    return i;
}

struct space *space_set_find(const struct space_set *set, struct str name)
{
    return space_set_at(set, index_of(set, name));
}

static bool name_is_good(struct str name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '\0' || strchr(allowed, name.ptr[i]) == NULL) {
            return false;
        }
    }
    return name.len > 0 && name.len <= NAME_MAX_BYTES;
}

/* A new space is what the default one was when its scenario was loaded. */
static int space_fill(const struct space_set *set, struct space *s, struct err *err)
{
    const char *scenario = set->items[0]->scenario;
    if (scenario == NULL) {
        return 0;
    }
    s->scenario = xstrdup(scenario);
    return space_reset(s, err);
}

struct space *space_set_make(struct space_set *set, struct str name, struct err *err)
{
    struct space *s = space_set_find(set, name);
    if (s != NULL) {
        return s;
    }
    if (!name_is_good(name)) {
        err_set(err, ERR_INVALID, "this cannot be a space's name");
        err_hint(err, "at most %d of a-z, 0-9, '.', '_' and '-'", NAME_MAX_BYTES);
        return NULL;
    }
    if (set->count == SPACES_MAX) {
        err_set(err, ERR_LIMIT, "there are %zu spaces already", set->count);
        err_hint(err, "remove some with DELETE /spaces/NAME");
        return NULL;
    }
    char text[NAME_MAX_BYTES + 1] = "";
    memcpy(text, name.ptr, name.len);
    s = space_new(text, &set->options, err);
    if (s == NULL || space_fill(set, s, err) < 0) {
        space_unref(s);
        return NULL;
    }
    set->items[set->count++] = s;
    return s;
}

static bool has_workspace(const struct space *s, struct str host)
{
    const struct workspace *w;
    for (size_t i = 0; (w = workspace_store_at(s->state->workspaces, i)) != NULL; i++) {
        if (str_eq_z(host, w->host)) {
            return true;
        }
    }
    return false;
}

/* The spaces that were made of the default scenario have its hosts as well: those stay its own. */
static struct space *space_of_host(const struct space_set *set, struct str host)
{
    if (set->count == 1 || has_workspace(set->items[0], host)) {
        return set->items[0];
    }
    for (size_t i = 1; i < set->count; i++) {
        if (has_workspace(set->items[i], host)) {
            return set->items[i];
        }
    }
    return set->items[0];
}

struct space *space_set_pick(struct space_set *set, const struct http_req *req, struct err *err)
{
    static const struct str suffix = {".localhost", sizeof(".localhost") - 1};
    const struct http_field *header = http_req_header(req, SPACE_HEADER);
    if (header != NULL) {
        return space_set_make(set, header->value, err);
    }
    struct str host = req->host;
    if (host.len > suffix.len && str_eq(str_slice(host, host.len - suffix.len, host.len), suffix) &&
        !has_workspace(set->items[0], host)) {
        return space_set_make(set, str_slice(host, 0, host.len - suffix.len), err);
    }
    return space_of_host(set, host);
}

bool space_set_is_single(const struct space_set *set, const struct http_req *req)
{
    return set->count == 1 && http_req_header(req, SPACE_HEADER) == NULL &&
           !str_ends(req->host, STR(".localhost"));
}

int space_set_remove(struct space_set *set, struct str name, struct err *err)
{
    size_t index = index_of(set, name);
    if (index == set->count) {
        err_set(err, ERR_NOT_FOUND, "there is no such space");
        err_hint(err, "GET /spaces lists them");
        return -1;
    }
    if (index == 0) {
        return err_set(err, ERR_INVALID, "the default space stays");
    }
    space_unref(set->items[index]);
    set->count--;
    memmove(&set->items[index], &set->items[index + 1],
            (set->count - index) * sizeof(set->items[0]));
    return 0;
}
