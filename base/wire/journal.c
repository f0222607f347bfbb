/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/journal.h"

#include "base/core/assert.h"
#include "base/json/json_read.h"

/* ---- names of enumerations ---- */

#define NAME(name, text, doc) [name] = (text),
static const char *const class_names[] = {ROUTE_CLASS_TABLE(NAME)};
#undef NAME
#define NAME(name, text) [name] = (text),
static const char *const credential_names[] = {CREDENTIAL_STATE_TABLE(NAME)};
#undef NAME

static int name_find(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

const char *route_class_name(enum route_class c)
{
    ASSERT((size_t)c < ARRAY_LEN(class_names));
    return class_names[c];
}

int route_class_of(const char *name)
{
    return name_find(class_names, ARRAY_LEN(class_names), name);
}

const char *credential_state_name(enum credential_state s)
{
    ASSERT((size_t)s < ARRAY_LEN(credential_names));
    return credential_names[s];
}

int credential_state_of(const char *name)
{
    return name_find(credential_names, ARRAY_LEN(credential_names), name);
}

/* ---- writing ---- */

static const char *text_or_empty(const char *s)
{
    return s != NULL ? s : "";
}

static struct json *pairs_encode(const struct journal_pairs *pairs)
{
    struct json *list = json_array();
    VEC_FOREACH(const struct journal_pair, pair, pairs) {
        struct json *item = json_array();
        json_push(item, json_string(pair->name));
        json_push(item, json_string(pair->value));
        json_push(list, item);
    }
    return list;
}

static struct json *request_encode(const struct journal_request *r)
{
    struct json *o = json_object();
    json_set_string(o, "method", text_or_empty(r->method));
    json_set_string(o, "host", text_or_empty(r->host));
    json_set_string(o, "target", text_or_empty(r->target));
    json_set_string(o, "path", text_or_empty(r->path));
    json_set(o, "query", pairs_encode(&r->query));
    json_set(o, "headers", pairs_encode(&r->headers));
    json_set(o, "form", pairs_encode(&r->form));
    json_set_string(o, "framing", text_or_empty(r->framing));
    json_set_string(o, "body", text_or_empty(r->body));
    json_set_int(o, "body_bytes", r->body_bytes);
    return o;
}

static struct json *credential_encode(const struct journal_credential *c)
{
    struct json *o = json_object();
    json_set_string(o, "scheme", text_or_empty(c->scheme));
    json_set_string(o, "name", text_or_empty(c->name));
    json_set_string(o, "kind", text_or_empty(c->kind));
    json_set_string(o, "state", credential_state_name(c->state));
    if (c->has_life) {
        json_set_int(o, "life_left_ms", c->life_left_ms);
    }
    return o;
}

static struct json *secrets_encode(const struct journal_secrets *secrets)
{
    struct json *list = json_array();
    VEC_FOREACH(const struct journal_secret, s, secrets) {
        struct json *o = json_object();
        json_set_string(o, "name", s->name);
        json_set_string(o, "encoding", s->encoding);
        json_set_string(o, "where", s->where);
        json_set_int(o, "offset", s->offset);
        json_push(list, o);
    }
    return list;
}

static struct json *response_encode(const struct journal_response *r)
{
    struct json *o = json_object();
    json_set_int(o, "status", r->status);
    json_set(o, "headers", pairs_encode(&r->headers));
    json_set_string(o, "body", text_or_empty(r->body));
    struct json *issued = json_array();
    VEC_FOREACH(const char *, name, &r->issued) {
        json_push(issued, json_string(*name));
    }
    json_set(o, "issued", issued);
    json_set_string(o, "end", text_or_empty(r->end));
    return o;
}

struct json *journal_record_encode(const struct journal_record *r)
{
    struct json *o = json_object();
    json_set_int(o, "seq", r->seq);
    json_set_int(o, "time_ms", r->time_ms);
    json_set_int(o, "real_ms", r->real_ms);
    json_set_int(o, "took_ms", r->took_ms);
    if (r->answered_ms != JOURNAL_NOT_ANSWERED) {
        json_set_int(o, "answered_ms", r->answered_ms);
    }
    if (r->moved_ms != 0) {
        json_set_int(o, "moved_ms", r->moved_ms);
    }
    json_set_int(o, "connection", r->connection);
    json_set_int(o, "connection_request", r->connection_request);
    json_set_bool(o, "tls", r->tls);
    json_set_string(o, "route", text_or_empty(r->route));
    json_set_string(o, "class", route_class_name(r->class));
    if (r->nearest != NULL) {
        json_set_string(o, "nearest", r->nearest);
    }
    json_set_string(o, "grant", text_or_empty(r->grant));
    json_set_string(o, "principal", text_or_empty(r->principal));
    json_set_string(o, "fault", text_or_empty(r->fault));
    json_set(o, "request", request_encode(&r->request));
    json_set(o, "credential", credential_encode(&r->credential));
    json_set(o, "secrets", secrets_encode(&r->secrets));
    json_set(o, "response", response_encode(&r->response));
    return o;
}

/* ---- reading ---- */

struct reader {
    struct arena *arena;
    const char *part; /* for messages: "", "request." */
    struct err *err;
    bool failed;
};

static const struct json *member(struct reader *r, const struct json *o, const char *key,
                                 enum json_type type)
{
    const struct json *node = json_get(o, key);
    if (node != NULL && json_type(node) == type) {
        return node;
    }
    if (!r->failed) {
        r->failed = true;
        err_set(r->err, ERR_INVALID,
                node == NULL ? "'%s%s' is missing" : "'%s%s' is not of type %s", r->part, key,
                json_type_name(type));
    }
    return NULL;
}

static const char *read_text(struct reader *r, const struct json *o, const char *key)
{
    return arena_strdup(r->arena, json_string_or(member(r, o, key, JSON_STRING), ""));
}

static int64_t read_int(struct reader *r, const struct json *o, const char *key)
{
    return json_int_or(member(r, o, key, JSON_NUMBER), 0);
}

static void fail(struct reader *r, const char *key)
{
    if (!r->failed) {
        r->failed = true;
        err_set(r->err, ERR_INVALID, "'%s%s' has a value that is not known", r->part, key);
    }
}

static struct journal_pairs read_pairs(struct reader *r, const struct json *o, const char *key)
{
    struct journal_pairs pairs = {0};
    JSON_FOREACH(item, member(r, o, key, JSON_ARRAY)) {
        const char *name = json_string_or(json_at(item, 0), NULL);
        const char *value = json_string_or(json_at(item, 1), NULL);
        if (json_count(item) != 2 || name == NULL || value == NULL) {
            fail(r, key);
            break;
        }
        *VEC_PUSH(r->arena, &pairs) =
            (struct journal_pair){arena_strdup(r->arena, name), arena_strdup(r->arena, value)};
    }
    return pairs;
}

static void read_request(struct reader *r, const struct json *o, struct journal_request *ret)
{
    r->part = "request.";
    ret->method = read_text(r, o, "method");
    ret->host = read_text(r, o, "host");
    ret->target = read_text(r, o, "target");
    ret->path = read_text(r, o, "path");
    ret->query = read_pairs(r, o, "query");
    ret->headers = read_pairs(r, o, "headers");
    ret->form = read_pairs(r, o, "form");
    ret->framing = read_text(r, o, "framing");
    ret->body = read_text(r, o, "body");
    ret->body_bytes = read_int(r, o, "body_bytes");
}

static void read_credential(struct reader *r, const struct json *o, struct journal_credential *ret)
{
    r->part = "credential.";
    ret->scheme = read_text(r, o, "scheme");
    ret->name = read_text(r, o, "name");
    ret->kind = read_text(r, o, "kind");
    int state = credential_state_of(read_text(r, o, "state"));
    if (state < 0) {
        fail(r, "state");
    } else {
        ret->state = (enum credential_state)state;
    }
    ret->has_life = json_get(o, "life_left_ms") != NULL;
    ret->life_left_ms = ret->has_life ? read_int(r, o, "life_left_ms") : 0;
}

static void read_secrets(struct reader *r, const struct json *list, struct journal_secrets *ret)
{
    r->part = "secrets.";
    JSON_FOREACH(o, list) {
        struct journal_secret *s = VEC_PUSH(r->arena, ret);
        s->name = read_text(r, o, "name");
        s->encoding = read_text(r, o, "encoding");
        s->where = read_text(r, o, "where");
        s->offset = read_int(r, o, "offset");
    }
}

static void read_response(struct reader *r, const struct json *o, struct journal_response *ret)
{
    r->part = "response.";
    int64_t status = read_int(r, o, "status");
    if (status < 0 || status > 999) {
        fail(r, "status");
        status = 0;
    }
    ret->status = (int)status;
    ret->headers = read_pairs(r, o, "headers");
    ret->body = read_text(r, o, "body");
    JSON_FOREACH(item, member(r, o, "issued", JSON_ARRAY)) {
        const char *name = json_string_or(item, NULL);
        if (name == NULL) {
            fail(r, "issued");
            break;
        }
        *VEC_PUSH(r->arena, &ret->issued) = arena_strdup(r->arena, name);
    }
    ret->end = read_text(r, o, "end");
}

static void read_record(struct reader *r, const struct json *o, struct journal_record *ret)
{
    ret->seq = read_int(r, o, "seq");
    ret->time_ms = read_int(r, o, "time_ms");
    ret->real_ms = read_int(r, o, "real_ms");
    ret->took_ms = read_int(r, o, "took_ms");
    ret->answered_ms =
        json_get(o, "answered_ms") != NULL ? read_int(r, o, "answered_ms") : JOURNAL_NOT_ANSWERED;
    ret->moved_ms = json_get(o, "moved_ms") != NULL ? read_int(r, o, "moved_ms") : 0;
    ret->connection = read_int(r, o, "connection");
    ret->connection_request = read_int(r, o, "connection_request");
    ret->tls = json_bool_or(member(r, o, "tls", JSON_BOOL), false);
    ret->route = read_text(r, o, "route");
    int class = route_class_of(read_text(r, o, "class"));
    if (class < 0) {
        fail(r, "class");
    } else {
        ret->class = (enum route_class) class;
    }
    ret->nearest = json_get(o, "nearest") != NULL ? read_text(r, o, "nearest") : NULL;
    ret->grant = read_text(r, o, "grant");
    ret->principal = read_text(r, o, "principal");
    ret->fault = read_text(r, o, "fault");
    const struct json *request = member(r, o, "request", JSON_OBJECT);
    const struct json *credential = member(r, o, "credential", JSON_OBJECT);
    const struct json *secrets = member(r, o, "secrets", JSON_ARRAY);
    const struct json *response = member(r, o, "response", JSON_OBJECT);
    read_request(r, request, &ret->request);
    read_credential(r, credential, &ret->credential);
    read_secrets(r, secrets, &ret->secrets);
    read_response(r, response, &ret->response);
}

int journal_record_decode(struct arena *a, const struct json *json, struct journal_record *ret,
                          struct err *err)
{
    struct reader r = {.arena = a, .part = "", .err = err};
    if (json_type(json) != JSON_OBJECT) {
        return err_set(err, ERR_INVALID, "a journal record is an object");
    }
    struct journal_record record = {0};
    read_record(&r, json, &record);
    if (r.failed) {
        return -1;
    }
    *ret = record;
    return 0;
}

static int line_read(struct arena *a, struct str line, const char *name, struct journal *journal,
                     struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (json_read(line, name, NULL, &doc, err) < 0) {
        return -1;
    }
    if (json_get(doc.root, "dropped") != NULL) {
        journal->dropped += json_get_int(doc.root, "dropped", 0);
        return 0;
    }
    struct journal_record record;
    if (journal_record_decode(a, doc.root, &record, err) < 0) {
        return -1;
    }
    *VEC_PUSH(a, journal) = record;
    return 0;
}

static void place_in_file(struct err *err, const char *name, int line)
{
    size_t len = strlen(name);
    len = len < sizeof(err->file) ? len : sizeof(err->file) - 1;
    memcpy(err->file, name, len);
    err->file[len] = '\0';
    err->line = line;
}

int journal_read(struct arena *a, struct str ndjson, const char *name, struct journal *ret,
                 struct err *err)
{
    struct journal journal = {0};
    struct str line;
    int number = 0;
    while (str_split(&ndjson, '\n', &line)) {
        number++;
        if (str_trim(line).len > 0 && line_read(a, line, name, &journal, err) < 0) {
            place_in_file(err, name, number);
            return -1;
        }
    }
    *ret = journal;
    return 0;
}

/* ---- looking ---- */

const char *journal_header(const struct journal_pairs *headers, const char *name)
{
    VEC_FOREACH(const struct journal_pair, pair, headers) {
        if (str_eq_nocase(str_of(pair->name), str_of(name))) {
            return pair->value;
        }
    }
    return NULL;
}

const char *journal_pair_get(const struct journal_pairs *pairs, const char *name)
{
    VEC_FOREACH(const struct journal_pair, pair, pairs) {
        if (strcmp(pair->name, name) == 0) {
            return pair->value;
        }
    }
    return NULL;
}

size_t journal_pair_count(const struct journal_pairs *pairs, const char *name)
{
    size_t count = 0;
    VEC_FOREACH(const struct journal_pair, pair, pairs) {
        count += strcmp(pair->name, name) == 0 ? 1 : 0;
    }
    return count;
}
