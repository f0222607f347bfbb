/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/evidence/capture.h"

#include "base/secret/scan.h"
#include "base/sys/fs.h"

#include <criterion/criterion.h>

#include <unistd.h>

#define TOKEN "dapi0123456789abcdef0123456789abcdef"
#define OTHER "doseffffffffffffffffffffffffffff0000"

struct bench {
    struct secret_set *set;
    struct secret_scanner *scanner;
    struct capture c;
};

static struct bench bench_make(void)
{
    struct bench b = {.set = secret_set_new()};
    (void)secret_set_add(b.set, "pat", SECRET_PAT, STR(TOKEN));
    (void)secret_set_add(b.set, "client_secret", SECRET_CLIENT_SECRET, STR(OTHER));
    b.scanner = secret_scanner_new(b.set);
    b.c = (struct capture){.arena = arena_new(), .scanner = b.scanner};
    return b;
}

static void bench_done(struct bench *b)
{
    arena_free(b->c.arena);
    secret_scanner_free(b->scanner);
    secret_set_free(b->set);
}

Test(capture, output_is_redacted_and_each_find_shows_its_surroundings)
{
    AUTO(bench_done) struct bench b = bench_make();
    struct output_record out = {0};
    capture_output(&b.c, "stderr", STR("one\n" TOKEN "\ttwo " OTHER " three"), NULL, &out);
    cr_assert_str_eq(out.text, "one\n\u00abpat\u00bb\ttwo \u00abclient_secret\u00bb three");
    cr_assert_eq(out.bytes, 4 + 36 + 5 + 36 + 6);
    cr_assert_eq(b.c.finds.count, 2);
    cr_assert_str_eq(b.c.finds.items[0].excerpt,
                     "one \u00abpat\u00bb two \u00abclient_secret\u00bb three");
    cr_assert_eq(b.c.finds.items[1].offset, 45);
    cr_assert_str_eq(b.c.finds.items[1].kind, "client-secret");
    cr_assert_str_eq(b.c.finds.items[1].place, "stderr");
}

Test(capture, excerpt_is_cut_around_the_find)
{
    AUTO(bench_done) struct bench b = bench_make();
    AUTO_BUF struct buf text = {0};
    struct output_record out = {0};
    for (int i = 0; i < 100; i++) {
        buf_add_z(&text, "\u20ac");
    }
    buf_add_z(&text, TOKEN);
    for (int i = 0; i < 100; i++) {
        buf_add_z(&text, "\u20ac");
    }
    capture_output(&b.c, "stdout", buf_str(&text), NULL, &out);
    struct str excerpt = str_of(b.c.finds.items[0].excerpt);
    cr_assert_eq(excerpt.len, 16 * 3 + strlen("\u00abpat\u00bb") + 16 * 3);
    cr_assert_eq(str_find(excerpt, STR("\uFFFD"), 0), -1, "cut inside a character");
}

Test(capture, ranges_give_finds_another_place)
{
    AUTO(bench_done) struct bench b = bench_make();
    struct output_record out = {0};
    struct capture_range items[] = {{10, 50, "answer", "3"}};
    const struct capture_ranges ranges = {items, 1, 1};
    capture_output(&b.c, "stdout", STR("0123456789" TOKEN "....." TOKEN), &ranges, &out);
    cr_assert_eq(b.c.finds.count, 2);
    cr_assert_str_eq(b.c.finds.items[0].place, "answer");
    cr_assert_str_eq(b.c.finds.items[0].detail, "3");
    cr_assert_str_eq(b.c.finds.items[1].place, "stdout");
}

Test(capture, texts_are_valid_utf8_without_nul_and_bounded)
{
    AUTO(bench_done) struct bench b = bench_make();
    struct output_record out = {0};
    capture_output(&b.c, "stdout", str_n("a\0b\xff", 4), NULL, &out);
    cr_assert_str_eq(out.text, "a b\uFFFD");
    cr_assert_eq(out.bytes, 4);
    size_t len = CAPTURE_TEXT_BYTES + 100;
    char *big = arena_alloc(b.c.arena, len);
    memset(big, 'x', len);
    capture_output(&b.c, "stdout", str_n(big, len), NULL, &out);
    cr_assert_eq(strlen(out.text), CAPTURE_TEXT_BYTES);
    cr_assert_eq(out.bytes, (int64_t)len);
}

Test(capture, number_of_finds_is_bounded)
{
    AUTO(bench_done) struct bench b = bench_make();
    AUTO_BUF struct buf text = {0};
    struct output_record out = {0};
    for (int i = 0; i < CAPTURE_FINDS + 50; i++) {
        buf_add_z(&text, TOKEN "\n");
    }
    capture_output(&b.c, "stdout", buf_str(&text), NULL, &out);
    cr_assert_eq(b.c.finds.count, CAPTURE_FINDS);
    cr_assert_null(strstr(out.text, "dapi"), "all are redacted");
}

Test(capture, process_entries_that_assay_gave_are_told_apart)
{
    AUTO(bench_done) struct bench b = bench_make();
    const char *header = "Authorization: Bearer " TOKEN;
    const char *argv_items[] = {"curl", "-H", header};
    const char *env_items[] = {"TOKEN=" TOKEN, "COPY=" TOKEN};
    struct capture_process p = {
        .command = "curl", .argv = {argv_items, 3, 3}, .environ = {env_items, 2, 2}};
    const char *const given_env[] = {"TOKEN=" TOKEN, NULL};
    const char *const given_argv[] = {header, NULL};
    p.is_direct = true;
    capture_process_view(&b.c, &p, given_argv, given_env);
    cr_assert_eq(b.c.finds.count, 1);
    cr_assert_str_eq(b.c.finds.items[0].detail, "curl COPY");
    p.is_direct = false;
    capture_process_view(&b.c, &p, given_argv, given_env);
    cr_assert_eq(b.c.finds.count, 4);
    cr_assert_str_eq(b.c.finds.items[1].place, "argv");
    cr_assert_str_eq(b.c.finds.items[1].detail, "curl argv[2]");
    cr_assert_str_eq(b.c.finds.items[2].detail, "curl TOKEN inherited");
    p.is_copy = true;
    capture_process_view(&b.c, &p, given_argv, given_env);
    cr_assert_eq(b.c.finds.count, 6);
    cr_assert_str_eq(b.c.finds.items[4].detail, "curl TOKEN inherited");
}

static void put(struct bench *b, const char *dir, const char *name, struct str content)
{
    struct err err = {0};
    const char *path = fs_join(b->c.arena, dir, name);
    int rc = fs_make_dirs(fs_dirname(b->c.arena, path), 0700, &err);
    cr_assert_eq(rc, 0);
    cr_assert_eq(fs_write_file(path, content, 0600, &err), 0, "%s", err.msg);
}

Test(capture, folder_is_listed_with_what_it_holds)
{
    AUTO(bench_done) struct bench b = bench_make();
    struct err err = {0};
    const char *dir = NULL;
    cr_assert_eq(fs_make_temp_dir(b.c.arena, NULL, "t-capture-", &dir, &err), 0);
    put(&b, dir, "a/token", STR("x" TOKEN));
    put(&b, dir, TOKEN, STR(""));
    put(&b, dir, "same", STR("as planted"));
    put(&b, dir, "other", STR("not as planted"));
    cr_assert_eq(symlink("/nowhere/" OTHER, fs_join(b.c.arena, dir, "link")), 0);
    struct capture_planted items[] = {
        {"~/same", "as planted"}, {"~/other", "as planted"}, {"~/gone", "x"}, {"${tmp}/else", "x"}};
    const struct capture_planted_files planted = {items, 4, 4};
    cr_assert_eq(capture_folder(&b.c, dir, "~", &planted, &err), 0, "%s", err.msg);

    static const struct file_record expected[] = {
        {"~/a/token", 0600, 37, false, false}, {"~/\u00abpat\u00bb", 0600, 0, false, false},
        {"~/link", 0777, 45, false, false},    {"~/other", 0600, 14, true, true},
        {"~/same", 0600, 10, true, false},     {"~/gone", 0, 0, true, true}};
    cr_assert_eq(b.c.files.count, ARRAY_LEN(expected));
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        const struct file_record *f = &b.c.files.items[i];
        cr_expect_str_eq(f->path, expected[i].path);
        cr_expect_eq(f->mode, expected[i].mode, "%s", f->path);
        cr_expect_eq(f->size_bytes, expected[i].size_bytes, "%s", f->path);
        cr_expect_eq(f->planted, expected[i].planted, "%s", f->path);
        cr_expect_eq(f->changed, expected[i].changed, "%s", f->path);
    }
    cr_assert_eq(b.c.finds.count, 3);
    cr_expect_str_eq(b.c.finds.items[0].place, "file:~/a/token");
    cr_expect_eq(b.c.finds.items[0].offset, 1);
    cr_expect_str_eq(b.c.finds.items[1].detail, "name");
    cr_expect_str_eq(b.c.finds.items[1].place, "file:~/\u00abpat\u00bb");
    cr_expect_str_eq(b.c.finds.items[2].detail, "link");
    cr_assert_eq(fs_remove_tree(dir, &err), 0);
}

Test(capture, only_the_beginning_of_a_huge_file_is_read)
{
    AUTO(bench_done) struct bench b = bench_make();
    struct err err = {0};
    const char *dir = NULL;
    cr_assert_eq(fs_make_temp_dir(b.c.arena, NULL, "t-capture-", &dir, &err), 0);
    for (int i = 0; i < 6; i++) {
        const char *name = arena_printf(b.c.arena, "f%d", i);
        put(&b, dir, name, STR(TOKEN));
        const char *path = fs_join(b.c.arena, dir, name);
        cr_assert_eq(truncate(path, CAPTURE_FILE_BYTES + 5), 0);
    }
    cr_assert_eq(capture_folder(&b.c, dir, "~", NULL, &err), 0);
    cr_assert_eq(b.c.file_bytes, CAPTURE_FILES_BYTES);
    cr_assert_eq(b.c.finds.count, 4, "64 MiB are four files of 16 MiB");
    cr_assert_eq(b.c.files.count, 6);
    cr_assert_eq(fs_remove_tree(dir, &err), 0);
}

Test(capture, deleted_file_is_looked_into_and_named)
{
    AUTO(bench_done) struct bench b = bench_make();
    capture_deleted_file(&b.c, "/tmp/session", STR("{\"token\":\"" TOKEN "\"}"));
    cr_assert_eq(b.c.finds.count, 1);
    cr_assert_str_eq(b.c.finds.items[0].place, "file:/tmp/session");
    cr_assert_str_eq(b.c.finds.items[0].detail, "deleted, still open");
    cr_assert_eq(b.c.finds.items[0].offset, 10);
}

Test(capture, fragments_in_a_journal_are_listed_where_they_stand)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct journal_pair headers[] = {
        {"Authorization", "Bearer \u00abpat\u00bb"},
        {"User-Agent", "x/1 \u00abpat:fragment\u00bb \u00abclient_secret:fragment\u00bb"}};
    struct journal_record record = {
        .request = {.target = "/q?a=\u00abpat\u00bb&b=\u00abpat:fragment\u00bb",
                    .headers = {.items = headers, .count = 2, .capacity = 2},
                    .body = "\u00abpat:base64\u00bb"}};
    struct journal journal = {.items = &record, .count = 1, .capacity = 1};
    capture_journal_fragments(a, &journal);
    cr_assert_eq(record.secrets.count, 3);
    cr_assert_str_eq(record.secrets.items[0].name, "pat");
    cr_assert_str_eq(record.secrets.items[0].where, "target");
    cr_assert_str_eq(record.secrets.items[1].where, "header:User-Agent");
    cr_assert_str_eq(record.secrets.items[2].name, "client_secret");
    cr_assert_str_eq(record.secrets.items[2].encoding, "fragment");
}
