/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/evidence/evidence.h"

#include "base/crypto/random.h"
#include "base/json/json_read.h"
#include "base/sys/fs.h"

#include <criterion/criterion.h>

TestSuite(evidence, .timeout = 60);

struct making {
    struct arena *arena;
    struct rng rng;
};

static int64_t number(struct making *m, int64_t limit)
{
    return (int64_t)(rng_uint64(&m->rng) % (uint64_t)limit);
}

/* NULL, empty, plain, or full of what JSON and lines must escape. */
static const char *text(struct making *m)
{
    static const char *const pieces[] = {"a",      "\"",        "\\", "\n", "\t",
                                         "\x01",   "\x7f",      "/",  "{}", "\u00abpat\u00bb",
                                         "\u20ac", "\U0001F512"};
    if (number(m, 6) == 0) {
        return NULL;
    }
    AUTO_BUF struct buf out = {0};
    for (int64_t n = number(m, 8); n > 0; n--) {
        buf_add_z(&out, pieces[number(m, (int64_t)ARRAY_LEN(pieces))]);
    }
    return arena_strndup(m->arena, buf_z(&out), out.len);
}

static const char *some_text(struct making *m)
{
    const char *t = text(m);
    return t != NULL ? t : "text";
}

static struct json *reply(struct making *m)
{
    if (number(m, 2) == 0) {
        return NULL;
    }
    struct json *o = json_object();
    json_set_int(o, "seq", number(m, 1000));
    json_set_string(o, "text", some_text(m));
    json_set(o, "nothing", json_null());
    return o;
}

static void operations_make(struct making *m, struct evidence *e)
{
    e->operation_count = (size_t)number(m, 4);
    e->operations = ARENA_ARRAY(m->arena, struct operation_record, e->operation_count);
    for (size_t i = 0; i < e->operation_count; i++) {
        e->operations[i] = (struct operation_record){.index = (int64_t)i,
                                                     .step = number(m, 9),
                                                     .verb = text(m),
                                                     .answer = (enum answer)number(m, ANSWER_COUNT),
                                                     .error = text(m),
                                                     .reply = reply(m),
                                                     .exit_code = (int)number(m, 300) - 1,
                                                     .began_ms = number(m, 1L << 50),
                                                     .ended_ms = -number(m, 1L << 50),
                                                     .first_seq = number(m, 100),
                                                     .last_seq = number(m, 100)};
    }
}

static void options_make(struct making *m, struct evidence *e)
{
    e->option_count = (size_t)number(m, 3);
    e->options = ARENA_ARRAY(m->arena, struct option_record, e->option_count);
    for (size_t i = 0; i < e->option_count; i++) {
        e->options[i] = (struct option_record){some_text(m), number(m, 100), number(m, 100),
                                               number(m, 100), number(m, 100)};
    }
}

static void lists_make(struct making *m, struct evidence *e)
{
    e->find_count = (size_t)number(m, 3);
    e->finds = ARENA_ARRAY(m->arena, struct secret_find, e->find_count);
    for (size_t i = 0; i < e->find_count; i++) {
        e->finds[i] = (struct secret_find){
            text(m), text(m), text(m), text(m), text(m), number(m, 1 << 20), text(m)};
    }
    e->file_count = (size_t)number(m, 3);
    e->files = ARENA_ARRAY(m->arena, struct file_record, e->file_count);
    for (size_t i = 0; i < e->file_count; i++) {
        e->files[i] = (struct file_record){text(m), (unsigned)number(m, 07777), number(m, 1 << 30),
                                           number(m, 2) == 1, number(m, 2) == 1};
    }
    e->process.stray_count = (size_t)number(m, 3);
    e->execs_lost = number(m, 9);
    e->jitter_ms = number(m, 1 << 20);
    e->exec_count = (size_t)number(m, 3);
    e->execs = ARENA_ARRAY(m->arena, struct exec_record, e->exec_count);
    for (size_t i = 0; i < e->exec_count; i++) {
        e->execs[i] = (struct exec_record){number(m, 1 << 22), number(m, 1 << 22), text(m), text(m),
                                           number(m, 1 << 30)};
    }
    e->process.strays = ARENA_ARRAY(m->arena, struct stray_record, e->process.stray_count);
    for (size_t i = 0; i < e->process.stray_count; i++) {
        e->process.strays[i] = (struct stray_record){text(m), number(m, 1 << 22)};
    }
}

static void journal_make(struct making *m, struct journal *j)
{
    int64_t count = number(m, 3);
    for (int64_t i = 0; i < count; i++) {
        struct journal_record *r = VEC_PUSH(m->arena, j);
        *r = (struct journal_record){.seq = i + 1, .route = some_text(m), .class = ROUTE_API};
        r->request.method = "GET";
        r->request.target = some_text(m);
        r->response.status = (int)number(m, 600);
        *VEC_PUSH(m->arena, &r->request.headers) = (struct journal_pair){"Name", some_text(m)};
    }
    j->dropped = number(m, 5);
}

static struct evidence evidence_make(struct making *m)
{
    struct evidence e = {.connector = text(m),
                         .case_id = text(m),
                         .mode = text(m),
                         .product = text(m),
                         .version = text(m),
                         .isolation = "env",
                         .clock = "real",
                         .drive = text(m),
                         .could_not_run = text(m),
                         .harness_error = text(m),
                         .duration_ms = number(m, 1 << 30)};
    e.identity = (struct identity_record){text(m), text(m), text(m), text(m), text(m),
                                          text(m), text(m), text(m), text(m), text(m)};
    e.process = (struct process_record){.started = number(m, 2) == 1,
                                        .start_error = text(m),
                                        .end = text(m),
                                        .code = (int)number(m, 256),
                                        .killed_for = text(m),
                                        .began_ms = number(m, 1 << 30),
                                        .ended_ms = number(m, 1 << 30),
                                        .user_ms = number(m, 1 << 30),
                                        .system_ms = number(m, 1 << 30),
                                        .max_rss_bytes = number(m, 1L << 40)};
    e.stdout_text =
        (struct output_record){"stdout", text(m), number(m, 1 << 30), number(m, 2) == 1};
    e.stderr_text =
        (struct output_record){"stderr", text(m), number(m, 1 << 30), number(m, 2) == 1};
    operations_make(m, &e);
    options_make(m, &e);
    lists_make(m, &e);
    journal_make(m, &e.journal);
    journal_make(m, &e.decoy);
    return e;
}

static const char *const file_names[] = {"evidence.json", "journal.ndjson", "decoy.ndjson",
                                         "stdout.txt", "stderr.txt"};

static void folders_compare(struct arena *a, const char *one, const char *other, int64_t seed)
{
    struct err err = {0};
    for (size_t i = 0; i < ARRAY_LEN(file_names); i++) {
        AUTO_BUF struct buf left = {0};
        AUTO_BUF struct buf right = {0};
        const char *left_path = fs_join(a, one, file_names[i]);
        const char *right_path = fs_join(a, other, file_names[i]);
        cr_assert_eq(fs_exists(left_path), fs_exists(right_path), "seed %ld: %s", (long)seed,
                     file_names[i]);
        if (!fs_exists(left_path)) {
            continue;
        }
        cr_assert_eq(fs_read_file(left_path, 1 << 24, &left, &err), 0);
        cr_assert_eq(fs_read_file(right_path, 1 << 24, &right, &err), 0);
        cr_assert(str_eq(buf_str(&left), buf_str(&right)), "seed %ld: %s differs:\n%s\n%s",
                  (long)seed, file_names[i], buf_z(&left), buf_z(&right));
    }
}

/* Field by field where a wrong table would show: a column that is missing is missing in both files.
 */
static void fields_compare(const struct evidence *a, const struct evidence *b)
{
    cr_assert_eq(a->process.max_rss_bytes, b->process.max_rss_bytes);
    cr_assert_eq(a->process.code, b->process.code);
    cr_assert_eq(a->operation_count, b->operation_count);
    cr_assert_eq(a->find_count, b->find_count);
    cr_assert_eq(a->file_count, b->file_count);
    cr_assert_eq(a->execs_lost, b->execs_lost);
    cr_assert_eq(a->jitter_ms, b->jitter_ms);
    cr_assert_eq(a->exec_count, b->exec_count);
    for (size_t i = 0; i < a->exec_count; i++) {
        cr_assert_eq(a->execs[i].pid, b->execs[i].pid);
        cr_assert_eq(a->execs[i].parent, b->execs[i].parent);
        cr_assert_eq(a->execs[i].at_ms, b->execs[i].at_ms);
        cr_assert(a->execs[i].environ == NULL
                      ? b->execs[i].environ == NULL
                      : strcmp(a->execs[i].environ, b->execs[i].environ) == 0);
    }
    cr_assert_eq(a->process.stray_count, b->process.stray_count);
    cr_assert_eq(a->journal.count, b->journal.count);
    cr_assert_eq(a->journal.dropped, b->journal.dropped);
    cr_assert_eq(a->decoy.dropped, b->decoy.dropped);
    cr_assert_eq(a->stdout_text.text == NULL, b->stdout_text.text == NULL);
    cr_assert_eq(a->harness_error == NULL, b->harness_error == NULL);
    for (size_t i = 0; i < a->operation_count; i++) {
        const struct operation_record *x = &a->operations[i], *y = &b->operations[i];
        cr_assert_eq(x->answer, y->answer);
        cr_assert_eq(x->exit_code, y->exit_code);
        cr_assert_eq(x->ended_ms, y->ended_ms);
        cr_assert_eq(x->reply == NULL, y->reply == NULL);
        cr_assert(x->reply == NULL || json_equal(x->reply, y->reply));
    }
    cr_assert_eq(a->option_count, b->option_count);
    for (size_t i = 0; i < a->option_count; i++) {
        const struct option_record *x = &a->options[i], *y = &b->options[i];
        cr_assert_str_eq(x->name, y->name);
        cr_assert_eq(x->first_seq, y->first_seq);
        cr_assert_eq(x->last_seq, y->last_seq);
        cr_assert_eq(x->first_operation, y->first_operation);
        cr_assert_eq(x->last_operation, y->last_operation);
    }
    for (size_t i = 0; i < a->file_count; i++) {
        cr_assert_eq(a->files[i].mode, b->files[i].mode);
        cr_assert_eq(a->files[i].changed, b->files[i].changed);
    }
}

Test(evidence, what_is_loaded_is_what_was_saved)
{
    AUTO_ARENA struct arena *outer = arena_new();
    struct err err = {0};
    const char *dir = NULL;
    cr_assert_eq(fs_make_temp_dir(outer, NULL, "t-evidence-", &dir, &err), 0);
    const char *first = fs_join(outer, dir, "deep/first"), *second = fs_join(outer, dir, "second");
    for (int64_t seed = 1; seed <= 60; seed++) {
        AUTO_ARENA struct arena *a = arena_new();
        struct making m = {.arena = a};
        struct evidence *loaded = NULL;
        rng_init_seeded(&m.rng, (uint64_t)seed);
        struct evidence e = evidence_make(&m);
        cr_assert_eq(evidence_save(&e, first, &err), 0, "%s", err.msg);
        cr_assert_eq(evidence_load(a, first, &loaded, &err), 0, "seed %ld: %s", (long)seed,
                     err.msg);
        cr_assert_str_eq(loaded->dir, first);
        fields_compare(&e, loaded);
        cr_assert_eq(evidence_save(loaded, second, &err), 0, "%s", err.msg);
        folders_compare(a, first, second, seed);
        evidence_done(&e);
        evidence_done(loaded);
    }
    cr_assert_eq(fs_remove_tree(dir, &err), 0);
}

static const char *saved_folder(struct arena *a)
{
    struct err err = {0};
    const char *dir = NULL;
    struct operation_record op = {.verb = "validate", .answer = ANSWER_OK};
    const struct evidence e = {.connector = "c",
                               .operations = &op,
                               .operation_count = 1,
                               .stdout_text = {.name = "stdout", .text = "x"}};
    cr_assert_eq(fs_make_temp_dir(a, NULL, "t-evidence-", &dir, &err), 0);
    cr_assert_eq(evidence_save(&e, dir, &err), 0, "%s", err.msg);
    return dir;
}

struct damage {
    const char *file, *find, *put, *message;
};

Test(evidence, damaged_evidence_is_refused)
{
    static const struct damage damages[] = {
        {"evidence.json", "\"format\": 1", "\"format\": 2", "format"},
        {"evidence.json", "\"ok\"", "\"fine\"", "`fine'"},
        {"evidence.json", "{", "", ""},
        {"evidence.json", "\"exit_code\": 0", "\"exit_code\": \"0\"", "exit_code"},
        {"evidence.json", "\"exit_code\": 0", "\"exit_code\": 9000000000", "out of range"},
        {"journal.ndjson", "", "{}", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(damages); i++) {
        AUTO_ARENA struct arena *a = arena_new();
        AUTO_BUF struct buf content = {0};
        struct err err = {0};
        struct evidence *e = NULL;
        const char *dir = saved_folder(a), *path = fs_join(a, dir, damages[i].file);
        cr_assert_eq(fs_read_file(path, 1 << 20, &content, &err), 0);
        struct str all = buf_str(&content), find = str_of(damages[i].find);
        long at = find.len > 0 ? str_find(all, find, 0) : 0;
        cr_assert_geq(at, 0, "%s", damages[i].find);
        const char *broken = arena_printf(a, "%.*s%s%s", (int)at, buf_z(&content), damages[i].put,
                                          buf_z(&content) + at + find.len);
        cr_assert_eq(fs_write_file(path, str_of(broken), 0600, &err), 0);
        cr_expect_lt(evidence_load(a, dir, &e, &err), 0, "damage %zu", i);
        cr_expect(strstr(err.msg, damages[i].message) != NULL, "damage %zu: %s", i, err.msg);
        cr_assert_eq(fs_remove_tree(dir, &err), 0);
    }
}

Test(evidence, folder_of_a_run_that_broke_off_is_refused)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct evidence *e = NULL;
    const char *dir = saved_folder(a);
    cr_assert_eq(fs_remove_tree(fs_join(a, dir, "evidence.json"), &err), 0);
    cr_assert_lt(evidence_load(a, dir, &e, &err), 0);
    cr_assert_eq(err.code, ERR_NOT_FOUND);
    cr_assert_eq(fs_remove_tree(dir, &err), 0);
}

Test(evidence, earlier_output_does_not_shine_through)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    struct evidence *e = NULL;
    const char *dir = saved_folder(a);
    const struct evidence without = {.connector = "c"};
    cr_assert_eq(evidence_save(&without, dir, &err), 0);
    cr_assert_eq(evidence_load(a, dir, &e, &err), 0, "%s", err.msg);
    cr_assert_null(e->stdout_text.text);
    cr_assert_eq(e->operation_count, 0);
    cr_assert_eq(fs_remove_tree(dir, &err), 0);
}

Test(evidence, every_answer_has_a_name_of_its_own)
{
    for (int i = 0; i < ANSWER_COUNT; i++) {
        cr_assert_neq(answer_name((enum answer)i)[0], '\0');
        for (int j = 0; j < i; j++) {
            cr_assert_str_neq(answer_name((enum answer)i), answer_name((enum answer)j));
        }
    }
}
