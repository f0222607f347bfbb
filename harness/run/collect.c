/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run/collect_priv.h"

#include "base/json/json_read.h"
#include "base/secret/scan.h"
#include "base/sys/clock.h"
#include "base/sys/fs.h"
#include "base/text/utf8.h"
#include "base/wire/control.h"
#include "harness/seal/egress.h"

enum {
    JOURNAL_SETTLE_MS = 250, /* for exchanges that end as the connector does */
    JOURNAL_STEP_MS = 3,
    JOURNAL_MAX_BYTES = 128 * 1024 * 1024,
    ERROR_LINES = 10,
    ERROR_BYTES = 2000,
    EXEC_BYTES = 4096
};

static int open_exchanges(struct mock_process *m, int64_t *ret_open, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (mock_call(m, "GET", CONTROL_JOURNAL_COUNT, NULL, &doc, err) < 0) {
        return -1;
    }
    *ret_open = json_get_int(doc.root, "open", 0);
    return 0;
}

/* Held and hanging replies end when they are released; others as their peer is gone. */
static int journal_settle(struct session *s, struct mock_process *m, struct err *err)
{
    int64_t open = 0, deadline = monotonic_ms() + JOURNAL_SETTLE_MS;
    bool released = false;
    if (open_exchanges(m, &open, err) < 0) {
        return -1;
    }
    while (open > 0 && monotonic_ms() < deadline) {
        AUTO_JSON struct json *all = json_object();
        if (!released && mock_call(m, "POST", CONTROL_RELEASE, all, NULL, err) < 0) {
            return -1;
        }
        released = true;
        int64_t until = monotonic_ms() + JOURNAL_STEP_MS;
        if (child_wait(NULL, &s->watch, NULL, NULL, until, err) == WAIT_HARNESS ||
            open_exchanges(m, &open, err) < 0) {
            return -1;
        }
    }
    return 0;
}

/* What came to the decoy is searched as well: the decoy cannot know what its neighbour mints. The
 * mock lists what it found itself, but not what only a deep scan finds. */
static int journal_collect(struct session *s, struct mock_process *m, struct capture *c,
                           const char *place, struct journal *ret, struct err *err)
{
    AUTO_BUF struct buf ndjson = {0};
    AUTO_BUF struct buf redacted = {0};
    buf_init(&ndjson, JOURNAL_MAX_BYTES);
    buf_init(&redacted, JOURNAL_MAX_BYTES);
    if (journal_settle(s, m, err) < 0 || mock_journal(m, &ndjson, err) < 0) {
        return -1;
    }
    struct secret_hits hits = {0};
    secret_redact(c->scanner, s->arena, buf_str(&ndjson), &redacted, &hits);
    if (ndjson.truncated || redacted.truncated) {
        return err_set(err, ERR_LIMIT, "the journal is larger than can be kept");
    }
    if (hits.count > 0 && place != NULL) {
        struct output_record ignored = {0};
        capture_output(c, place, buf_str(&ndjson), NULL, &ignored);
    }
    if (journal_read(s->arena, buf_str(&redacted), m->name, ret, err) < 0) {
        return -1;
    }
    if (hits.count > 0) {
        capture_journal_fragments(s->arena, ret);
    }
    return 0;
}

static const char *command_of(struct session *s, struct capture *c, const struct process_view *view)
{
    const char *name = view->argv.count > 0 ? fs_basename(view->argv.items[0]) : "?";
    const char *clean = capture_redact(c, str_of(name));
    return arena_printf(s->arena, "%.64s", clean);
}

static const char *argv_text(struct session *s, struct capture *c, const struct str_list *argv)
{
    AUTO_BUF struct buf text = {0};
    VEC_FOREACH(const char *, word, argv) {
        buf_printf(&text, "%s%s", text.len > 0 ? " " : "", *word);
    }
    const char *clean = capture_redact(c, buf_str(&text));
    size_t len = strlen(clean);
    if (len > EXEC_BYTES) {
        for (len = EXEC_BYTES; len > 0 && ((unsigned char)clean[len] & 0xC0) == 0x80; len--) {
        }
    }
    return arena_strndup(s->arena, clean, len);
}

static const char *names_text(struct capture *c, const struct str_list *environ)
{
    AUTO_BUF struct buf text = {0};
    VEC_FOREACH(const char *, entry, environ) {
        struct str rest = str_of(*entry), name = {0};
        (void)str_split(&rest, '=', &name);
        buf_printf(&text, "%s%.*s", text.len > 0 ? " " : "", STR_ARG(name));
    }
    return capture_redact(c, buf_str(&text));
}

static void execs_collect(struct session *s, struct capture *c)
{
    const struct watch *w = &s->watch;
    struct evidence *e = s->evidence;
    if (w->followed == NULL) {
        return;
    }
    e->exec_count = w->views.count;
    e->execs_lost = w->lost;
    e->execs = ARENA_ARRAY(s->arena, struct exec_record, w->views.count + 1);
    for (size_t i = 0; i < w->views.count; i++) {
        const struct process_view *view = &w->views.items[i];
        e->execs[i] = (struct exec_record){.pid = view->pid,
                                           .parent = view->parent,
                                           .argv = argv_text(s, c, &view->argv),
                                           .environ = names_text(c, &view->environ),
                                           .at_ms = w->at_ms.items[i] - s->world->mock.zero_ms};
    }
}

static void processes_collect(struct session *s, struct capture *c)
{
    const struct world_start *start = &s->world->start;
    *VEC_PUSH(s->arena, &s->given_argv) = NULL;
    VEC_FOREACH(struct process_view, view, &s->watch.views) {
        const struct capture_process p = {.command = command_of(s, c, view),
                                          .argv = view->argv,
                                          .environ = view->environ,
                                          .is_direct = watch_is_direct(&s->watch, view->pid),
                                          .is_copy = watch_is_copy(&s->watch, view)};
        capture_process_view(c, &p, s->given_argv.items, start->envp);
    }
}

static struct str span_of(const struct stream *stream, struct raw_span span)
{
    return str_slice(buf_str(&stream->text), span.begin, span.end);
}

/* The last lines of redacted text; cut at a line or a code point. */
static const char *tail(const char *text)
{
    struct str all = str_trim(str_of(text));
    size_t from = all.len;
    int lines = 0;
    while (from > 0 && all.len - from < ERROR_BYTES) {
        if (all.ptr[from - 1] == '\n' && ++lines == ERROR_LINES) {
            break;
        }
        from--;
    }
    while (from < all.len && ((unsigned char)all.ptr[from] & 0xC0) == 0x80) {
        from++;
    }
    return all.ptr + from;
}

static const char *output_tail(struct session *s, struct capture *c, const struct raw_operation *op)
{
    struct str text = str_trim(span_of(&s->output.err_out, op->err_out));
    if (text.len == 0) {
        text = str_trim(span_of(&s->output.out, op->out));
    }
    struct str last = str_trim(str_of(tail(capture_redact(c, text))));
    return arena_strndup(s->arena, last.ptr, last.len);
}

static const char *line_text(struct session *s, struct capture *c, const struct raw_operation *op)
{
    struct str line = str_of(capture_redact(c, span_of(&s->output.out, op->out)));
    size_t len = line.len < ERROR_BYTES ? line.len : ERROR_BYTES;
    while (len > 0 && len < line.len && ((unsigned char)line.ptr[len] & 0xC0) == 0x80) {
        len--;
    }
    return arena_printf(s->arena, "%s: %.*s", op->record.error, (int)len, line.ptr);
}

static void answer_take(struct session *s, struct capture *c, const struct raw_operation *op,
                        struct operation_record *ret)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct err ignored = {0};
    const char *line = capture_redact(c, span_of(&s->output.out, op->out));
    /* A find may reach over a quote only by chance; the answer's kind was read from the raw line.
     */
    if (json_read(str_of(line), "answer", NULL, &doc, &ignored) < 0) {
        return;
    }
    const char *error = json_get_string(doc.root, "error", NULL);
    ret->error = error != NULL ? arena_strdup(s->arena, error) : NULL;
    ret->reply = json_doc_take_root(&doc);
}

static void operations_collect(struct session *s, struct capture *c)
{
    size_t count = s->operations.count;
    struct evidence *e = s->evidence;
    e->operations = count > 0 ? ARENA_ARRAY(s->arena, struct operation_record, count) : NULL;
    e->operation_count = count;
    for (size_t i = 0; i < count; i++) {
        const struct raw_operation *op = &s->operations.items[i];
        struct operation_record *ret = &e->operations[i];
        *ret = op->record;
        if (op->source == RAW_ANSWER) {
            answer_take(s, c, op, ret);
        } else if (op->source == RAW_LINE) {
            ret->error = line_text(s, c, op);
        } else if (op->source == RAW_OUTPUT) {
            ret->error = output_tail(s, c, op);
        }
    }
}

static void outputs_collect(struct session *s, struct capture *c)
{
    struct session_output *o = &s->output;
    struct evidence *e = s->evidence;
    capture_output(c, "stdout", buf_str(&o->out.text), &o->answers, &e->stdout_text);
    capture_output(c, "stderr", buf_str(&o->err_out.text), NULL, &e->stderr_text);
    e->stdout_text.truncated = o->out.text.truncated;
    e->stderr_text.truncated = o->err_out.text.truncated;
}

/* A request that the mock could not handle for its own fault makes the whole case void. */
static int mock_health_look(struct mock_process *m, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (mock_call(m, "GET", CONTROL_HEALTH, NULL, &doc, err) < 0) {
        return -1;
    }
    int64_t failures = json_get_int(doc.root, "failures", 0);
    return failures == 0 ? 0
                         : err_set(err, ERR_INTERNAL, "the %s server failed in %lld requests",
                                   m->name, (long long)failures);
}

/* The first bytes as one line of text: what is no printable ASCII is a dot. */
static const char *first_text(struct session *s, struct capture *c, const struct egress_record *r)
{
    char *text = arena_strdup(s->arena, capture_redact(c, str_n(r->first_bytes, r->first_count)));
    for (char *p = text; *p != '\0'; p++) {
        *p = (*p >= ' ' && (unsigned char)*p != 0x7f) ? *p : '.';
    }
    return text;
}

static int egress_collect(struct session *s, struct capture *c, struct err *err)
{
    static const char *const transports[] = {
        [EGRESS_DNS] = "dns", [EGRESS_TCP] = "tcp", [EGRESS_UDP] = "udp"};
    struct egress_records records = {0};
    struct evidence *e = s->evidence;
    if (world_egress(s->world, &records, err) < 0) {
        return -1;
    }
    e->egress = ARENA_ARRAY(s->arena, struct egress_record_text, records.count);
    e->egress_count = records.count;
    for (size_t i = 0; i < records.count; i++) {
        const struct egress_record *r = &records.items[i];
        e->egress[i] = (struct egress_record_text){
            .transport = transports[r->transport],
            .name = arena_strdup(s->arena, capture_redact(c, str_of(r->name))),
            .address = arena_strdup(s->arena, r->address),
            .port = r->port,
            .server_name = arena_strdup(s->arena, capture_redact(c, str_of(r->server_name))),
            .first = first_text(s, c, r),
            .at_ms = r->at_ms - s->world->mock.zero_ms};
    }
    return 0;
}

/* Wherever the connector may write. */
static int folders_collect(struct session *s, struct capture *c, struct err *err)
{
    static const struct {
        const char *name, *label;
    } others[] = {{"shm", "/dev/shm"}, {"var-tmp", "/var/tmp"}, {"work", "${work}"}};
    const struct world *w = s->world;
    if (capture_folder(c, w->home, "~", &w->planted, err) < 0 ||
        capture_folder(c, w->tmp, "${tmp}", &w->planted, err) < 0) {
        return -1;
    }
    for (size_t i = 0; w->seal != NULL && i < ARRAY_LEN(others); i++) {
        const char *root = seal_path(w->seal, s->arena, others[i].name);
        if (capture_folder(c, root, others[i].label, NULL, err) < 0) {
            return -1;
        }
    }
    VEC_FOREACH(const struct deleted_file, f, &s->watch.deleted) {
        capture_deleted_file(c, f->name, f->content);
    }
    return 0;
}

static int all_collect(struct session *s, struct capture *c, struct err *err)
{
    struct world *w = s->world;
    struct evidence *e = s->evidence;
    operations_collect(s, c);
    outputs_collect(s, c);
    processes_collect(s, c);
    execs_collect(s, c);
    if (journal_collect(s, &w->mock, c, NULL, &e->journal, err) < 0 ||
        egress_collect(s, c, err) < 0 || collect_browser(s, c, err) < 0 ||
        (w->decoy.process.pid > 0 &&
         journal_collect(s, &w->decoy, c, "decoy", &e->decoy, err) < 0) ||
        folders_collect(s, c, err) < 0) {
        return -1;
    }
    e->finds = c->finds.items;
    e->find_count = c->finds.count;
    e->files = c->files.items;
    e->file_count = c->files.count;
    if (w->decoy.process.pid > 0 && mock_health_look(&w->decoy, err) < 0) {
        return -1;
    }
    return mock_health_look(&w->mock, err);
}

int collect(struct session *s, struct err *err)
{
    s->canaries = secret_set_new();
    if (mock_canaries(&s->world->mock, s->canaries, err) < 0) {
        return -1;
    }
    s->scanner = secret_scanner_new_deep(s->canaries);
    struct capture c = {.arena = s->arena, .scanner = s->scanner};
    world_identify(s->world, s->canaries);
    s->evidence->identity = s->world->identity;
    return all_collect(s, &c, err);
}
