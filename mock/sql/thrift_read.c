/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/sql/thrift_value.h"

#include "base/core/assert.h"

enum { VERSION_1 = 0x8001, BITS_PER_BYTE = 8 };

struct reader {
    struct arena *arena;
    struct str bytes;
    size_t at, values;
};

static int cut_short(const struct reader *r, struct err *err)
{
    return err_set(err, ERR_PROTOCOL, "the message ends at byte %zu, in the middle of a value",
                   r->bytes.len);
}

static int number_read(struct reader *r, size_t size, int64_t *ret, struct err *err)
{
    if (r->bytes.len - r->at < size) {
        return cut_short(r, err);
    }
    uint64_t n = 0;
    for (size_t i = 0; i < size; i++) {
        n = n << BITS_PER_BYTE | (unsigned char)r->bytes.ptr[r->at++];
    }
    uint64_t sign = UINT64_C(1) << (size * BITS_PER_BYTE - 1);
    *ret = (int64_t)((n ^ sign) - sign);
    return 0;
}

static int text_read(struct reader *r, struct str *ret, struct err *err)
{
    int64_t len;
    if (number_read(r, 4, &len, err) < 0) {
        return -1;
    }
    if (len < 0 || (size_t)len > r->bytes.len - r->at) {
        return err_set(err, ERR_PROTOCOL, "a string of %lld bytes does not fit into the message",
                       (long long)len);
    }
    *ret = str_n(r->bytes.ptr + r->at, (size_t)len);
    r->at += (size_t)len;
    return 0;
}

static int double_read(struct reader *r, double *ret, struct err *err)
{
    int64_t bits = 0;
    if (number_read(r, sizeof(*ret), &bits, err) < 0) {
        return -1;
    }
    memcpy(ret, &bits, sizeof(*ret));
    return 0;
}

static bool type_is_known(int64_t type)
{
    return type == THRIFT_BOOL || type == THRIFT_BYTE || type == THRIFT_DOUBLE ||
           type == THRIFT_I16 || type == THRIFT_I32 || (type >= THRIFT_I64 && type <= THRIFT_LIST);
}

static int type_read(struct reader *r, enum thrift_type *ret, struct err *err)
{
    int64_t type;
    if (number_read(r, 1, &type, err) < 0) {
        return -1;
    }
    if (type != THRIFT_STOP && !type_is_known(type)) {
        return err_set(err, ERR_PROTOCOL, "the byte %zu names no type: %d", r->at - 1,
                       (int)(type & 0xff));
    }
    *ret = (enum thrift_type)type;
    return 0;
}

struct fields {
    struct thrift_field *items;
    size_t count, capacity;
};

static int value_read(struct reader *r, int depth, struct thrift_value *v, struct err *err);

static struct thrift_field *field_add(struct reader *r, struct fields *fields, struct err *err)
{
    if (r->values++ == THRIFT_MAX_VALUES) {
        (void)err_set(err, ERR_LIMIT, "the message has more than %zu values", THRIFT_MAX_VALUES);
        return NULL;
    }
    struct thrift_field *f = VEC_PUSH(r->arena, fields);
    *f = (struct thrift_field){0};
    return f;
}

static int struct_read(struct reader *r, int depth, struct fields *fields, struct err *err)
{
    for (;;) {
        enum thrift_type type = THRIFT_STOP;
        int64_t id = 0;
        if (type_read(r, &type, err) < 0) {
            return -1;
        }
        if (type == THRIFT_STOP) {
            return 0;
        }
        struct thrift_field *f = field_add(r, fields, err);
        if (f == NULL || number_read(r, 2, &id, err) < 0) {
            return -1;
        }
        f->id = (int16_t)id;
        f->value.type = type;
        if (value_read(r, depth, &f->value, err) < 0) {
            return -1;
        }
    }
}

/* Elements of one type, or of two by turns. */
static int elements_read(struct reader *r, int depth, struct fields *fields, size_t types,
                         struct err *err)
{
    enum thrift_type of[2] = {THRIFT_STOP, THRIFT_STOP};
    int64_t count = 0;
    ASSERT(types == 1 || types == 2);
    for (size_t i = 0; i < types; i++) {
        if (type_read(r, &of[i], err) < 0) {
            return -1;
        }
    }
    if (number_read(r, 4, &count, err) < 0) {
        return -1;
    }
    /* Nothing is smaller than a byte. */
    if (count < 0 || (size_t)count > (r->bytes.len - r->at) / types) {
        return err_set(err, ERR_PROTOCOL, "%lld elements do not fit into the message",
                       (long long)count);
    }
    for (size_t i = 0; i < (size_t)count * types; i++) {
        struct thrift_field *f = field_add(r, fields, err);
        if (f == NULL) {
            return -1;
        }
        f->value.type = of[i % types];
        if (f->value.type == THRIFT_STOP) {
            return err_set(err, ERR_PROTOCOL, "elements of no type");
        }
        if (value_read(r, depth, &f->value, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int nested_read(struct reader *r, int depth, struct thrift_value *v, struct err *err)
{
    struct fields fields = {0};
    if (depth == THRIFT_MAX_DEPTH) {
        return err_set(err, ERR_LIMIT, "the message is nested deeper than %d", THRIFT_MAX_DEPTH);
    }
    int result = v->type == THRIFT_STRUCT
                     ? struct_read(r, depth + 1, &fields, err)
                     : elements_read(r, depth + 1, &fields, v->type == THRIFT_MAP ? 2 : 1, err);
    v->items = fields.items;
    v->count = fields.count;
    return result;
}

static int value_read(struct reader *r, int depth, struct thrift_value *v, struct err *err)
{
    switch (v->type) {
    case THRIFT_BOOL:
    case THRIFT_BYTE:
        return number_read(r, 1, &v->number, err);
    case THRIFT_I16:
        return number_read(r, 2, &v->number, err);
    case THRIFT_I32:
        return number_read(r, 4, &v->number, err);
    case THRIFT_I64:
        return number_read(r, 8, &v->number, err);
    case THRIFT_DOUBLE:
        return double_read(r, &v->real, err);
    case THRIFT_STRING:
        return text_read(r, &v->text, err);
    case THRIFT_STRUCT:
    case THRIFT_MAP:
    case THRIFT_SET:
    case THRIFT_LIST:
    case THRIFT_STOP:
    default:
        return nested_read(r, depth, v, err);
    }
}

static int head_read(struct reader *r, struct thrift_message *ret, struct err *err)
{
    int64_t word = 0, seqid = 0;
    if (number_read(r, 4, &word, err) < 0) {
        return -1;
    }
    uint32_t kind = (uint32_t)word & 0xff;
    if ((uint32_t)word >> 16 != VERSION_1 || kind < THRIFT_CALL || kind > THRIFT_ONEWAY) {
        return err_set(err, ERR_PROTOCOL,
                       "the message does not begin as one of the strict binary protocol does");
    }
    if (text_read(r, &ret->name, err) < 0 || number_read(r, 4, &seqid, err) < 0) {
        return -1;
    }
    ret->kind = (enum thrift_kind)kind;
    ret->seqid = (int32_t)seqid;
    return 0;
}

bool thrift_read_head(struct str bytes, struct thrift_message *ret)
{
    struct err ignored = {0};
    struct reader r = {.bytes = bytes};
    struct thrift_message m = {.kind = THRIFT_CALL};
    if (head_read(&r, &m, &ignored) < 0) {
        return false;
    }
    *ret = m;
    return true;
}

int thrift_read(struct arena *a, struct str bytes, struct thrift_message *ret, struct err *err)
{
    struct reader r = {.arena = a, .bytes = bytes};
    struct thrift_message m = {.arguments = {.type = THRIFT_STRUCT}};
    if (head_read(&r, &m, err) < 0 || value_read(&r, 0, &m.arguments, err) < 0) {
        return -1;
    }
    if (r.at != bytes.len) {
        return err_set(err, ERR_PROTOCOL, "%zu bytes follow the message", bytes.len - r.at);
    }
    *ret = m;
    return 0;
}

const struct thrift_value *thrift_get(const struct thrift_value *v, int16_t id,
                                      enum thrift_type type)
{
    for (size_t i = 0; v != NULL && v->type == THRIFT_STRUCT && i < v->count; i++) {
        if (v->items[i].id == id && v->items[i].value.type == type) {
            return &v->items[i].value;
        }
    }
    return NULL;
}

int64_t thrift_number(const struct thrift_value *v, int16_t id, enum thrift_type type,
                      int64_t absent)
{
    const struct thrift_value *found = thrift_get(v, id, type);
    return found != NULL ? found->number : absent;
}

bool thrift_bool(const struct thrift_value *v, int16_t id, bool absent)
{
    return thrift_number(v, id, THRIFT_BOOL, absent ? 1 : 0) != 0;
}

const char *thrift_text(struct arena *a, const struct thrift_value *v, int16_t id)
{
    const struct thrift_value *found = thrift_get(v, id, THRIFT_STRING);
    return found != NULL
               ? arena_strndup(a, found->text.len > 0 ? found->text.ptr : "", found->text.len)
               : NULL;
}
