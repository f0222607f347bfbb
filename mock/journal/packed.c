/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/journal/packed_priv.h"

#include "base/core/assert.h"
#include "mock/http/kept_reply.h"

/* What the record may say of the reply instead of repeating it; 0 = nothing. */
static uint32_t known_tag(const struct http_reply *reply)
{
    const struct kept_reply *kept = reply != NULL ? reply->kept : NULL;
    return kept != NULL && kept->journal_tag != KEPT_TAG_REFUSED ? kept->journal_tag : 0;
}

/* The same of the request's headers. */
static uint32_t known_head_tag(const struct http_req *req, uint64_t journal)
{
    const struct http_head *head = req->head;
    bool is_known = head != NULL && head->journal == journal;
    return is_known && head->journal_tag != KNOWN_REFUSED ? head->journal_tag : 0;
}

static struct packed_head head_of(const struct journal_ended *e, int64_t took_ms, uint64_t journal)
{
    const struct http_req *req = e->req;
    const struct journal_credential *credential = &e->notes->credential;
    return (struct packed_head){
        .begun = e->begun,
        .took_ms = took_ms,
        .answered_ms = e->answered_ms,
        .moved_ms = e->moved_ms,
        .connection = req->connection,
        .connection_request = req->connection_request,
        .body_bytes = (int64_t)req->body.len,
        .life_left_ms = credential->life_left_ms,
        .route = e->route,
        .status = e->reply != NULL ? e->reply->status : 0,
        .framing = (unsigned char)req->framing,
        .credential_state = (unsigned char)credential->state,
        .tls = req->tls,
        .has_life = credential->has_life,
        .known = known_tag(e->reply),
        .known_head = known_head_tag(req, journal),
        .request_headers = (uint32_t)req->headers.count,
        .reply_headers = e->reply != NULL ? (uint32_t)e->reply->headers.count : 0,
        .issued = (uint32_t)e->notes->issued.count,
    };
}

struct texts {
    struct str *items;
    size_t count, capacity;
};

static void add_fields(struct arena *a, struct texts *texts, const struct http_fields *fields)
{
    VEC_FOREACH(const struct http_field, field, fields) {
        *VEC_PUSH(a, texts) = field->name;
        *VEC_PUSH(a, texts) = field->value;
    }
}

/* Of a reply that is known: what differs from one to the next. */
static void add_known(struct arena *a, struct texts *texts, const struct http_reply *reply)
{
    *VEC_PUSH(a, texts) = reply->headers.items[reply->kept->request_id_at].value;
    *VEC_PUSH(a, texts) = reply->headers.items[reply->headers.count - 1].value;
}

static void add_reply(struct arena *a, struct texts *texts, const struct http_reply *reply)
{
    if (known_tag(reply) != 0) {
        add_known(a, texts, reply);
    } else if (reply != NULL) {
        add_fields(a, texts, &reply->headers);
    }
}

static struct texts texts_of(struct arena *a, const struct journal_ended *e, bool has_head)
{
    const struct http_req *req = e->req;
    const struct http_notes *notes = e->notes;
    bool has_body = e->reply != NULL && known_tag(e->reply) == 0;
    const struct str fixed[] = {
        req->method,
        req->target,
        req->host,
        str_slice(req->body, 0, JOURNAL_BODY_KEPT_BYTES),
        has_body ? str_slice(e->reply->body, 0, JOURNAL_BODY_KEPT_BYTES) : STR(""),
        str_of(notes->grant),
        str_of(notes->principal),
        str_of(e->fault),
        str_of(e->nearest),
        str_of(e->end),
        str_of(notes->credential.scheme),
        str_of(notes->credential.name),
        str_of(notes->credential.kind),
    };
    struct texts texts = {.items = ARENA_ARRAY(a, struct str, 64), .capacity = 64};
    memcpy(texts.items, fixed, sizeof(fixed));
    texts.count = ARRAY_LEN(fixed);
    if (has_head) {
        add_fields(a, &texts, &req->headers);
    }
    add_reply(a, &texts, e->reply);
    VEC_FOREACH(const char *, name, &notes->issued) {
        *VEC_PUSH(a, &texts) = str_of(*name);
    }
    return texts;
}

struct str pack(struct arena *a, const struct journal_ended *e, int64_t took_ms, uint64_t journal)
{
    struct packed_head head = head_of(e, took_ms, journal);
    struct texts texts = texts_of(a, e, head.known_head == 0);
    size_t len = sizeof(head);
    VEC_FOREACH(const struct str, text, &texts) {
        len += sizeof(uint32_t) + text->len;
    }
    char *bytes = arena_alloc(a, len);
    char *at = mempcpy(bytes, &head, sizeof(head));
    VEC_FOREACH(const struct str, text, &texts) {
        uint32_t text_len = (uint32_t)text->len;
        at = mempcpy(at, &text_len, sizeof(text_len));
        if (text_len > 0) {
            at = mempcpy(at, text->ptr, text_len);
        }
    }
    return str_n(bytes, len);
}

static struct str take_text(struct str *rest)
{
    uint32_t len = 0;
    ASSERT(rest->len >= sizeof(len));
    memcpy(&len, rest->ptr, sizeof(len));
    *rest = str_n(rest->ptr + sizeof(len), rest->len - sizeof(len));
    ASSERT(rest->len >= len);
    struct str text = str_n(rest->ptr, len);
    *rest = str_n(rest->ptr + len, rest->len - len);
    return text;
}

static void take_fields(struct arena *a, struct str *rest, uint32_t count, struct http_fields *ret)
{
    for (uint32_t i = 0; i < count; i++) {
        struct http_field *field = VEC_PUSH(a, ret);
        field->name = take_text(rest);
        field->value = take_text(rest);
    }
}

static void take_known(struct arena *a, const struct kept_reply *known, struct str *rest,
                       struct unpacked *ret)
{
    ret->reply_body = str_slice(known->body, 0, JOURNAL_BODY_KEPT_BYTES);
    for (size_t i = 0; i < known->headers.count; i++) {
        *VEC_PUSH(a, &ret->reply_headers) = known->headers.items[i];
    }
    ret->reply_headers.items[known->request_id_at].value = take_text(rest);
    *VEC_PUSH(a, &ret->reply_headers) =
        (struct http_field){.name = STR("date"), .value = take_text(rest)};
}

void unpack(struct arena *a, const struct known *known, struct str bytes, struct unpacked *ret)
{
    memset(ret, 0, sizeof(*ret));
    ASSERT(bytes.len >= sizeof(ret->head));
    memcpy(&ret->head, bytes.ptr, sizeof(ret->head));
    struct str rest = str_n(bytes.ptr + sizeof(ret->head), bytes.len - sizeof(ret->head));
    struct str *const texts[] = {&ret->method,       &ret->target,        &ret->host,
                                 &ret->body,         &ret->reply_body,    &ret->grant,
                                 &ret->principal,    &ret->fault,         &ret->nearest,
                                 &ret->end,          &ret->credential[0], &ret->credential[1],
                                 &ret->credential[2]};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        *texts[i] = take_text(&rest);
    }
    if (ret->head.known_head != 0) {
        ret->request_headers = *known_head(known, ret->head.known_head);
    } else {
        take_fields(a, &rest, ret->head.request_headers, &ret->request_headers);
    }
    if (ret->head.known != 0) {
        take_known(a, known_reply(known, ret->head.known), &rest, ret);
    } else {
        take_fields(a, &rest, ret->head.reply_headers, &ret->reply_headers);
    }
    for (uint32_t i = 0; i < ret->head.issued; i++) {
        *VEC_PUSH(a, &ret->issued) = take_text(&rest);
    }
}
