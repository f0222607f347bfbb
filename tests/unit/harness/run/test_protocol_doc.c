/* SPDX-License-Identifier: Apache-2.0 */
/* The example in the documentation is run as it stands. */
#include "run_fixture.h"

#include "base/json/json_read.h"
#include "base/sys/fs.h"

#include <criterion/criterion.h>

TestSuite(protocol_doc, .timeout = 60);

static struct str fenced(struct str text, const char *language)
{
    AUTO_BUF struct buf fence = {0};
    buf_printf(&fence, "\n```%s\n", language);
    long at = str_find(text, buf_str(&fence), 0);
    cr_assert_geq(at, 0, "no example in %s", language);
    size_t begin = (size_t)at + fence.len;
    long end = str_find(text, STR("\n```"), begin);
    cr_assert_geq(end, 0);
    return str_slice(text, begin, (size_t)end + 1);
}

static void env_take(struct run_fixture *f, const struct json *env)
{
    JSON_FOREACH(value, env) {
        fixture_env(f, arena_strdup(f->arena, json_key(value)),
                    arena_strdup(f->arena, json_string_or(value, "")));
    }
}

Test(protocol_doc, adapter_of_the_documentation_works)
{
    AUTO_FIXTURE struct run_fixture *f = fixture_new(DRIVE_LINES);
    AUTO_BUF struct buf page = {0};
    AUTO_JSON_DOC struct json_doc manifest = {0};
    struct err err = {0};
    cr_assert_eq(fs_read_file(DOCS_DIR "/connector-protocol.md", 1 << 20, &page, &err), 0);
    cr_assert_eq(yaml_read(fenced(buf_str(&page), "yaml"), "example", NULL, &manifest, &err), 0,
                 "%s", err.msg);
    const char *adapter = fs_join(f->arena, f->dir, "adapter.py");
    cr_assert_eq(fs_write_file(adapter, fenced(buf_str(&page), "python"), 0644, &err), 0);
    f->manifest.dir = f->dir;
    f->manifest.run.env = (struct shape_pairs){0};
    env_take(f, json_get(json_get(manifest.root, "run"), "env"));
    env_take(f, json_get(json_get(json_get(manifest.root, "modes"), "token"), "env"));
    JSON_FOREACH(word, json_get(json_get(manifest.root, "run"), "argv")) {
        *VEC_PUSH(f->arena, &f->manifest.run.argv) =
            arena_strdup(f->arena, json_string_or(word, ""));
    }
    f->job.mode = MODE_TOKEN;
    fixture_step(f, "validate", 2);
    fixture_step(f, "dump", 1);
    fixture_step(f, "fly", 1);
    fixture_run(f);
    const struct operation_record *first = fixture_operation(f, 0);
    cr_assert_eq(first->answer, ANSWER_OK, "%s", first->error);
    cr_assert_str_eq(json_get_string(first->reply, "table_id", ""), f->evidence->identity.table_id);
    cr_assert_eq(fixture_operation(f, 1)->answer, ANSWER_OK);
    cr_assert_eq(fixture_operation(f, 2)->answer, ANSWER_OK);
    cr_assert_eq(fixture_operation(f, 3)->answer, ANSWER_UNSUPPORTED);
    cr_assert_eq(f->evidence->process.code, 0);
    cr_assert_str_eq(f->evidence->process.killed_for, "");
    cr_assert_eq(f->evidence->journal.count, 4);
    cr_assert_eq(f->evidence->find_count, 0);
}
