/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/evidence/evidence.h"

#include "base/json/json_read.h"
#include "base/sys/fs.h"
#include "harness/evidence/columns_priv.h"

#define FILE_EVIDENCE "evidence.json"
#define FILE_JOURNAL  "journal.ndjson"
#define FILE_DECOY    "decoy.ndjson"
#define FILE_STDOUT   "stdout.txt"
#define FILE_STDERR   "stderr.txt"

/* Written first into each evidence.json; a reader refuses what it does not know. */
enum { EVIDENCE_FORMAT = 1 };

/* Far beyond what capture and the journal's own caps let through. */
enum { MAX_FILE_BYTES = 256 * 1024 * 1024 };

const char *answer_name(enum answer a)
{
#define ANSWER_TEXT(name, text) [name] = (text),
    static const char *const names[] = {ANSWER_TABLE(ANSWER_TEXT)};
#undef ANSWER_TEXT
    return (size_t)a < ARRAY_LEN(names) ? names[a] : "";
}

static struct json *row_write(const struct columns *columns, const void *row)
{
    struct json *object = json_object();
    columns_write(columns, row, object);
    return object;
}

static struct json *operations_write(const struct evidence *e)
{
    struct json *array = json_array();
    for (size_t i = 0; i < e->operation_count; i++) {
        struct json *object = row_write(&operation_columns, &e->operations[i]);
        if (e->operations[i].reply != NULL) {
            json_set(object, "reply", json_copy(e->operations[i].reply));
        }
        json_push(array, object);
    }
    return array;
}

static struct json *evidence_write(const struct evidence *e)
{
    struct json *root = json_object();
    json_set_int(root, "format", EVIDENCE_FORMAT);
    columns_write(&evidence_columns, e, root);
    json_set(root, "identity", row_write(&identity_columns, &e->identity));
    struct json *process = row_write(&process_columns, &e->process);
    json_set(process, "strays",
             columns_write_rows(&stray_columns, e->process.strays, e->process.stray_count));
    json_set(root, "process", process);
    json_set(root, "operations", operations_write(e));
    if (e->option_count > 0) {
        json_set(root, "options", columns_write_rows(&option_columns, e->options, e->option_count));
    }
    json_set(root, "stdout", row_write(&output_columns, &e->stdout_text));
    json_set(root, "stderr", row_write(&output_columns, &e->stderr_text));
    json_set(root, "finds", columns_write_rows(&find_columns, e->finds, e->find_count));
    json_set(root, "files", columns_write_rows(&file_columns, e->files, e->file_count));
    json_set(root, "execs", columns_write_rows(&exec_columns, e->execs, e->exec_count));
    json_set(root, "egress", columns_write_rows(&egress_columns, e->egress, e->egress_count));
    json_set(root, "visits", columns_write_rows(&visit_columns, e->visits, e->visit_count));
    json_set(root, "callbacks",
             columns_write_rows(&callback_columns, e->callbacks, e->callback_count));
    json_set_int(root, "journal_dropped", e->journal.dropped);
    json_set_int(root, "decoy_dropped", e->decoy.dropped);
    return root;
}

static int journal_save(const struct journal *journal, const char *path, struct err *err)
{
    AUTO_BUF struct buf text = {0};
    for (size_t i = 0; i < journal->count; i++) {
        AUTO_JSON struct json *record = journal_record_encode(&journal->items[i]);
        json_write(&text, record);
        buf_add_char(&text, '\n');
    }
    if (text.truncated) {
        return err_set(err, ERR_LIMIT, "%s: the journal is larger than can be kept", path);
    }
    return fs_write_file(path, buf_str(&text), 0644, err);
}

/* A text that is NULL has no file. */
static int text_save(const char *text, const char *path, struct err *err)
{
    if (text == NULL) {
        return fs_exists(path) ? fs_remove_tree(path, err) : 0;
    }
    return fs_write_file(path, str_of(text), 0644, err);
}

int evidence_save(const struct evidence *e, const char *dir, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    const char *main_path = fs_join(a, dir, FILE_EVIDENCE);
    if (fs_make_dirs(dir, 0755, err) < 0 || fs_remove_tree(main_path, err) < 0 ||
        journal_save(&e->journal, fs_join(a, dir, FILE_JOURNAL), err) < 0 ||
        journal_save(&e->decoy, fs_join(a, dir, FILE_DECOY), err) < 0 ||
        text_save(e->stdout_text.text, fs_join(a, dir, FILE_STDOUT), err) < 0 ||
        text_save(e->stderr_text.text, fs_join(a, dir, FILE_STDERR), err) < 0) {
        return err_wrap(err, "saving evidence");
    }
    AUTO_JSON struct json *root = evidence_write(e);
    AUTO_BUF struct buf text = {0};
    json_write_pretty(&text, root);
    buf_add_char(&text, '\n');
    if (fs_write_file(main_path, buf_str(&text), 0644, err) < 0) {
        return err_wrap(err, "saving evidence");
    }
    return 0;
}

static int journal_load(struct arena *a, const char *path, int64_t dropped, struct journal *ret,
                        struct err *err)
{
    AUTO_BUF struct buf text = {0};
    buf_init(&text, MAX_FILE_BYTES);
    if (fs_read_file(path, MAX_FILE_BYTES, &text, err) < 0 ||
        journal_read(a, buf_str(&text), path, ret, err) < 0) {
        return -1;
    }
    ret->dropped = dropped;
    return 0;
}

static int output_load(struct arena *a, const struct json *node, const char *path,
                       struct output_record *ret, struct err *err)
{
    if (columns_read(&output_columns, a, node, ret, err) < 0) {
        return -1;
    }
    if (!fs_exists(path)) {
        return 0;
    }
    AUTO_BUF struct buf text = {0};
    if (fs_read_file(path, MAX_FILE_BYTES, &text, err) < 0) {
        return -1;
    }
    ret->text = arena_strndup(a, buf_z(&text), text.len);
    return 0;
}

static int options_load(struct arena *a, const struct json *array, struct evidence *e,
                        struct err *err)
{
    void *rows = NULL;
    if (columns_read_rows(&option_columns, a, array, &rows, &e->option_count, err) < 0) {
        return err_wrap(err, "options");
    }
    e->options = rows;
    for (size_t i = 0; i < e->option_count; i++) {
        if (e->options[i].name == NULL) {
            return err_set(err, ERR_INVALID, "options: entry %zu has no name", i);
        }
    }
    return 0;
}

static int operations_load(struct arena *a, const struct json *array, struct evidence *e,
                           struct err *err)
{
    void *rows = NULL;
    if (columns_read_rows(&operation_columns, a, array, &rows, &e->operation_count, err) < 0) {
        return err_wrap(err, "operations");
    }
    e->operations = rows;
    for (size_t i = 0; i < e->operation_count; i++) {
        const struct json *reply = json_get(json_at(array, i), "reply");
        e->operations[i].reply = reply != NULL ? json_copy(reply) : NULL;
    }
    return 0;
}

static int process_load(struct arena *a, const struct json *node, struct process_record *ret,
                        struct err *err)
{
    void *strays = NULL;
    if (columns_read(&process_columns, a, node, ret, err) < 0 ||
        columns_read_rows(&stray_columns, a, json_get(node, "strays"), &strays, &ret->stray_count,
                          err) < 0) {
        return err_wrap(err, "process");
    }
    ret->strays = strays;
    return 0;
}

static int browser_load(struct arena *a, const struct json *root, struct evidence *e,
                        struct err *err)
{
    void *visits = NULL, *callbacks = NULL;
    if (columns_read_rows(&visit_columns, a, json_get(root, "visits"), &visits, &e->visit_count,
                          err) < 0 ||
        columns_read_rows(&callback_columns, a, json_get(root, "callbacks"), &callbacks,
                          &e->callback_count, err) < 0) {
        return err_wrap(err, "browser");
    }
    e->visits = visits;
    e->callbacks = callbacks;
    return 0;
}

static int rows_load(struct arena *a, const struct json *root, struct evidence *e, struct err *err)
{
    void *finds = NULL, *files = NULL, *egress = NULL, *execs = NULL;
    if (columns_read(&evidence_columns, a, root, e, err) < 0 ||
        columns_read(&identity_columns, a, json_get(root, "identity"), &e->identity, err) < 0 ||
        process_load(a, json_get(root, "process"), &e->process, err) < 0 ||
        columns_read_rows(&find_columns, a, json_get(root, "finds"), &finds, &e->find_count, err) <
            0 ||
        columns_read_rows(&file_columns, a, json_get(root, "files"), &files, &e->file_count, err) <
            0 ||
        columns_read_rows(&egress_columns, a, json_get(root, "egress"), &egress, &e->egress_count,
                          err) < 0 ||
        columns_read_rows(&exec_columns, a, json_get(root, "execs"), &execs, &e->exec_count, err) <
            0) {
        return -1;
    }
    e->finds = finds;
    e->files = files;
    e->egress = egress;
    e->execs = execs;
    return browser_load(a, root, e, err) < 0 ||
                   options_load(a, json_get(root, "options"), e, err) < 0
               ? -1
               : operations_load(a, json_get(root, "operations"), e, err);
}

static int parts_load(struct arena *a, const char *dir, const struct json *root, struct evidence *e,
                      struct err *err)
{
    if (json_get_int(root, "format", 0) != EVIDENCE_FORMAT) {
        return err_set(err, ERR_INVALID, "not evidence of a format this version can read");
    }
    e->dir = arena_strdup(a, dir);
    if (rows_load(a, root, e, err) < 0 ||
        journal_load(a, fs_join(a, dir, FILE_JOURNAL), json_get_int(root, "journal_dropped", 0),
                     &e->journal, err) < 0 ||
        journal_load(a, fs_join(a, dir, FILE_DECOY), json_get_int(root, "decoy_dropped", 0),
                     &e->decoy, err) < 0 ||
        output_load(a, json_get(root, "stdout"), fs_join(a, dir, FILE_STDOUT), &e->stdout_text,
                    err) < 0) {
        return -1;
    }
    return output_load(a, json_get(root, "stderr"), fs_join(a, dir, FILE_STDERR), &e->stderr_text,
                       err);
}

int evidence_load(struct arena *a, const char *dir, struct evidence **ret, struct err *err)
{
    const char *path = fs_join(a, dir, FILE_EVIDENCE);
    AUTO_BUF struct buf text = {0};
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (fs_read_file(path, MAX_FILE_BYTES, &text, err) < 0) {
        return err_wrap(err, "loading evidence");
    }
    const struct json_limits limits = {.max_bytes = MAX_FILE_BYTES};
    if (json_read(buf_str(&text), path, &limits, &doc, err) < 0) {
        return -1;
    }
    struct evidence *e = ARENA_NEW(a, struct evidence);
    if (parts_load(a, dir, doc.root, e, err) < 0) {
        evidence_done(e);
        return err_wrap(err, "%s", path);
    }
    *ret = e;
    return 0;
}

void evidence_done(struct evidence *e)
{
    if (e == NULL) {
        return;
    }
    for (size_t i = 0; i < e->operation_count; i++) {
        struct json *reply = (struct json *)(uintptr_t)e->operations[i].reply;
        json_free(reply);
        e->operations[i].reply = NULL;
    }
}
