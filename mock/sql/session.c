/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/random.h"
#include "mock/query/begin.h"
#include "mock/sql/call.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"

/* What a driver calls a session: bound to a warehouse or cluster and to a principal. */

#define SESSIONS "thrift sessions"
#define OWNER    "owner"
#define COMPUTE  "compute"
#define VERSION  "version"
#define USED_MS  "used_ms"

enum { VERSION_MAX = 9, SECRET_BYTES = 16 };

/* The lower of what both can; what is not a Spark version gets the server's. */
static int64_t version_agreed(const struct call *c)
{
    int64_t asked = thrift_number(c->req, TCLI_SPARK + 2, THRIFT_I64, 0);
    asked = asked != 0 ? asked : thrift_number(c->req, 1, THRIFT_I32, 0);
    asked -= TCLI_SPARK_V0;
    int64_t ours = c->knobs->protocol_version;
    return asked >= 1 && asked <= VERSION_MAX && asked < ours ? asked : ours;
}

/* Says it back, and keeps it as what SET would have set. */
static void put_configuration(struct call *c, struct json *session)
{
    struct arena *arena = c->x->req->arena;
    const struct thrift_value *given = thrift_get(c->req, 4, THRIFT_MAP);
    size_t count = 0;
    for (size_t i = 0; given != NULL && i + 1 < given->count; i += 2) {
        count += given->items[i].value.type == THRIFT_STRING &&
                         given->items[i + 1].value.type == THRIFT_STRING
                     ? 1
                     : 0;
    }
    if (given == NULL || count != given->count / 2) {
        count = 0;
    }
    thrift_put_map(c->out, 4, THRIFT_STRING, count);
    for (size_t i = 0; i < 2 * count; i += 2) {
        struct str key = given->items[i].value.text, value = given->items[i + 1].value.text;
        thrift_raw_text(c->out, key);
        thrift_raw_text(c->out, value);
        (void)session_setting_put(session, arena_strndup(arena, key.ptr, key.len),
                                  arena_strndup(arena, value.ptr, value.len));
    }
}

static void put_namespace(struct call *c, const struct json *session)
{
    thrift_begin(c->out, TCLI_SPARK + 4);
    thrift_put_text(c->out, 1, str_of(json_get_string(session, "catalog", "")));
    thrift_put_text(c->out, 2, str_of(json_get_string(session, "schema", "")));
    thrift_end(c->out);
}

static void put_session(struct call *c, const char *id, struct json *session)
{
    unsigned char secret[SECRET_BYTES];
    int64_t version = session_version(session);
    rng_bytes(&c->a.state->rng, secret, sizeof(secret));
    put_success(c->out, 1);
    thrift_put_i32(c->out, 2, (int32_t)(TCLI_SPARK_V0 + version));
    thrift_begin(c->out, 3);
    put_handle(c->out, 1, id, secret);
    thrift_end(c->out);
    put_configuration(c, session);
    if (version >= TCLI_VERSION_CATALOGS) {
        put_namespace(c, session);
        thrift_put_bool(c->out, TCLI_SPARK + 5, true);
    }
}

int call_open_session(struct call *c, struct err *err UNUSED)
{
    char id[37];
    struct arena *arena = c->x->req->arena;
    const struct thrift_value *space = thrift_get(c->req, TCLI_SPARK + 4, THRIFT_STRUCT);
    const char *catalog = thrift_text(arena, space, 1), *schema = thrift_text(arena, space, 2);
    struct json *s = json_object();
    sql_id_make(c->a.state, id);
    json_set_string(s, OWNER, c->a.principal->name);
    json_set_string(s, COMPUTE, c->compute);
    json_set_string(s, "catalog", catalog != NULL && catalog[0] != '\0' ? catalog : "main");
    json_set_string(s, "schema", schema != NULL && schema[0] != '\0' ? schema : "default");
    json_set_int(s, VERSION, version_agreed(c));
    json_set_int(s, USED_MS, mock_state_now_ms(c->a.state));
    struct json *kept = object_put(api_objects(&c->a, SESSIONS), str_of(id), s);
    if (kept == NULL) {
        thrift_put_i32(c->out, 2, (int32_t)(TCLI_SPARK_V0 + c->knobs->protocol_version));
        return call_refuse(c, TCLI_ERROR, "HY000", "Too many sessions are open.");
    }
    put_session(c, id, kept);
    return 0;
}

int64_t session_version(const struct json *session)
{
    return json_get_int(session, VERSION, 1);
}

static bool has_ended(const struct call *c, const struct json *s)
{
    int64_t idle_ms = mock_state_now_ms(c->a.state) - json_get_int(s, USED_MS, 0);
    return c->knobs->session_lifetime_ms > 0 && idle_ms >= c->knobs->session_lifetime_ms;
}

/* The handle is field 1 of every request that has one; its first field is the identifier. */
static bool session_id(const struct call *c, char out[37])
{
    const struct thrift_value *handle = thrift_get(c->req, 1, THRIFT_STRUCT);
    const struct thrift_value *guid =
        thrift_get(thrift_get(handle, 1, THRIFT_STRUCT), 1, THRIFT_STRING);
    return guid != NULL && guid_read(guid->text, out);
}

static struct json *session_find(const struct call *c, char id[37])
{
    struct json *s =
        session_id(c, id) ? object_get(api_objects(&c->a, SESSIONS), str_of(id)) : NULL;
    if (s == NULL || strcmp(json_get_string(s, OWNER, ""), c->a.principal->name) != 0 ||
        strcmp(json_get_string(s, COMPUTE, ""), c->compute) != 0) {
        return NULL;
    }
    if (has_ended(c, s)) {
        (void)object_remove(api_objects(&c->a, SESSIONS), str_of(id));
        return NULL;
    }
    return s;
}

struct json *call_session(struct call *c)
{
    char id[37] = "?";
    struct json *s = session_find(c, id);
    if (s == NULL) {
        (void)call_refuse(c, TCLI_INVALID_HANDLE, "HY000",
                          "Invalid SessionHandle: SessionHandle [%s]", id);
        return NULL;
    }
    json_set_int(s, USED_MS, mock_state_now_ms(c->a.state));
    return s;
}

int call_close_session(struct call *c, struct err *err UNUSED)
{
    char id[37];
    if (call_session(c) == NULL) {
        return 0;
    }
    (void)session_id(c, id);
    (void)object_remove(api_objects(&c->a, SESSIONS), str_of(id));
    put_success(c->out, 1);
    return 0;
}

/* infoValue is required in refusals as well. */
static void put_no_info(struct call *c)
{
    thrift_begin(c->out, 2);
    thrift_put_text(c->out, 1, STR(""));
    thrift_end(c->out);
}

/* What Spark's server tells of itself (SparkSQLCLIService.getInfo); else as it refuses. */
int call_get_info(struct call *c, struct err *err UNUSED)
{
    static const struct {
        int type;
        const char *text; /* NULL = the length */
        int64_t length;
    } infos[] = {{13, "Spark SQL", 0}, {17, "Spark SQL", 0}, {18, "3.5.0", 0}, {30, NULL, 128},
                 {32, NULL, 128},      {34, NULL, 128},      {35, NULL, 128}};
    int64_t wanted = thrift_number(c->req, 2, THRIFT_I32, -1);
    if (call_session(c) == NULL) {
        put_no_info(c);
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(infos); i++) {
        if (infos[i].type != wanted) {
            continue;
        }
        put_success(c->out, 1);
        thrift_begin(c->out, 2);
        if (infos[i].text != NULL) {
            thrift_put_text(c->out, 1, str_of(infos[i].text));
        } else {
            thrift_put_i64(c->out, 6, infos[i].length);
        }
        thrift_end(c->out);
        return 0;
    }
    put_no_info(c);
    return call_refuse(c, TCLI_ERROR, "HY000", "Unrecognized GetInfoType value: %lld",
                       (long long)wanted);
}
