/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/http/kept_reply.h"

#include "base/core/assert.h"
#include "base/core/thread_slot.h"
#include "base/core/xalloc.h"
#include "mock/http/kept_priv.h"

#include <stdatomic.h>
#include <stdlib.h>

#define REQUEST_ID "x-request-id"

/* The whole of one. */
struct kept {
    struct kept_reply face;
    atomic_int refs;
    struct prepared_reply *own[THREAD_SEATS]; /* each thread's; NULL = not made yet */
    struct http_fields *fields;               /* the face's */
    char body[];
};

static struct kept *whole(struct kept_reply *k)
{
    return (struct kept *)(void *)((char *)k - offsetof(struct kept, face));
}

static size_t request_id_find(const struct http_fields *headers)
{
    size_t i = 0;
    while (i < headers->count && !str_eq_nocase(headers->items[i].name, STR(REQUEST_ID))) {
        i++;
    }
    return i;
}

struct kept_reply *kept_reply_new(const struct http_reply *reply)
{
    size_t id_at = request_id_find(&reply->headers);
    if (id_at == reply->headers.count) {
        return NULL;
    }
    struct kept *made = xmalloc(sizeof(*made) + reply->body.len + 1);
    struct http_fields *fields = http_fields_copy(&reply->headers);
    fields->items[id_at].value = STR("");
    *made = (struct kept){
        .face = {.status = reply->status,
                 .body = str_n(made->body, reply->body.len),
                 .headers = *fields,
                 .request_id_at = id_at},
        .refs = 1,
        .fields = fields,
    };
    if (reply->body.len > 0) {
        memcpy(made->body, reply->body.ptr, reply->body.len);
    }
    made->body[reply->body.len] = '\0';
    return &made->face;
}

void kept_reply_ref(struct kept_reply *k)
{
    atomic_fetch_add_explicit(&whole(k)->refs, 1, memory_order_relaxed);
}

static void prepared_free(struct prepared_reply *p)
{
    MHD_destroy_response(p->response);
    free(p);
}

void kept_reply_unref(struct kept_reply *k)
{
    if (k == NULL || atomic_fetch_sub_explicit(&whole(k)->refs, 1, memory_order_acq_rel) > 1) {
        return;
    }
    struct kept *w = whole(k);
    for (size_t i = 0; i < THREAD_SEATS; i++) {
        if (w->own[i] != NULL) {
            prepared_free(w->own[i]);
        }
    }
    free(w->fields);
    free(w);
}

void kept_reply_use(struct kept_reply *k, struct http_req *req, struct http_reply *reply)
{
    size_t count = k->headers.count;
    struct http_field *fields = ARENA_ARRAY(req->arena, struct http_field, count + 1);
    memcpy(fields, k->headers.items, count * sizeof(*fields));
    fields[k->request_id_at].value = str_of(req->request_id);
    kept_reply_ref(k);
    *reply = (struct http_reply){
        .status = k->status,
        .body = k->body,
        .headers = {.items = fields, .count = count, .capacity = count + 1},
        .kept = k,
        .held = k,
    };
}

void kept_reply_date(struct http_req *req, struct http_reply *reply, const char *date)
{
    ASSERT(reply->kept != NULL && reply->headers.count == reply->kept->headers.count);
    reply->headers.items[reply->headers.count++] =
        (struct http_field){.name = STR("date"), .value = str_of(arena_strdup(req->arena, date))};
}

/* ---- for the library ---- */

static struct prepared_reply *prepared_new(const struct kept_reply *k)
{
    union {
        const char *in;
        void *out; /* the library's parameter is not const; it does not write */
    } body = {.in = k->body.ptr};
    struct MHD_Response *response =
        MHD_create_response_from_buffer(k->body.len, body.out, MHD_RESPMEM_PERSISTENT);
    if (response == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < k->headers.count; i++) {
        const struct http_field *field = &k->headers.items[i];
        if (i != k->request_id_at) {
            (void)MHD_add_response_header(response, field->name.ptr, field->value.ptr);
        }
    }
    struct prepared_reply *p = xcalloc(1, sizeof(*p));
    p->response = response;
    return p;
}

/* Gives one header another value. The library's copy is in memory of its own, which stays where it
 * is, and nobody sends this response now: a value of the same length is written over the old one,
 * which spares the library a search and four allocations per answer. */
static void header_change(struct MHD_Response *response, const char *name, char **there,
                          struct str value)
{
    if (*there != NULL && strlen(*there) == value.len) {
        memcpy(*there, value.ptr, value.len);
        return;
    }
    if (*there != NULL) {
        (void)MHD_del_response_header(response, name, *there);
    }
    (void)MHD_add_response_header(response, name, value.ptr);
    union {
        const char *in;
        char *out;
    } copy = {.in = MHD_get_response_header(response, name)};
    *there = copy.out;
}

/* One that no answer is sent with: the thread's own, or one more, which will not be kept. */
static struct prepared_reply *prepared_take(struct kept *w)
{
    size_t seat = thread_seat();
    struct prepared_reply *p = seat < THREAD_SEATS ? w->own[seat] : NULL;
    if (p == NULL || p->busy) {
        bool first = p == NULL && seat < THREAD_SEATS;
        p = prepared_new(&w->face);
        if (p != NULL && first) {
            p->stays = true;
            w->own[seat] = p;
        }
    }
    return p;
}

struct prepared_reply *kept_reply_prepared(struct kept_reply *k, const struct http_reply *reply)
{
    struct prepared_reply *p = prepared_take(whole(k));
    if (p != NULL) {
        const struct http_field *fields = reply->headers.items;
        p->busy = true;
        header_change(p->response, REQUEST_ID, &p->request_id, fields[k->request_id_at].value);
        header_change(p->response, "date", &p->date, fields[k->headers.count].value);
    }
    return p;
}

void kept_reply_give_back(struct prepared_reply *p)
{
    p->busy = false;
    if (!p->stays) {
        prepared_free(p);
    }
}
