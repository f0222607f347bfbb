/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/init_template.h"

#include "base/sys/fs.h"
#include "harness/spec/manifest.h"

#include <criterion/criterion.h>

Test(init_template, each_is_a_valid_manifest_on_disk)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    const char *dir = NULL;
    cr_assert_eq(fs_make_temp_dir(a, NULL, "init", &dir, &err), 0);
    for (size_t i = 0; i < INIT_LANGUAGES; i++) {
        const char *text = init_template(a, init_languages[i]);
        const char *path = fs_join(a, dir, "connector.yaml");
        struct manifest *m = NULL;
        char message[1024];
        cr_assert_eq(fs_write_file(path, str_of(text), 0600, &err), 0);
        int result = manifest_load(a, path, &m, &err);
        cr_assert_eq(result, 0, "%s: %s", init_languages[i],
                     err_text(&err, message, sizeof(message)));
        for (unsigned mode = 0; mode < MODE_COUNT; mode++) {
            cr_expect_eq(m->modes[mode].declared, mode_is_expected((enum mode)mode), "%s",
                         init_languages[i]);
        }
        cr_expect_eq(m->drive, i + 1 == INIT_LANGUAGES ? DRIVE_EXEC : DRIVE_LINES);
        cr_expect_eq(m->requires.count, 1);
        for (unsigned mode = 0; mode < MODE_COUNT; mode++) {
            cr_expect(!m->modes[mode].declared || manifest_uses(m, (enum mode)mode, VAR_MODE));
        }
    }
    cr_expect_eq(fs_remove_tree(dir, &err), 0);
}

/* What is commented out must hold as well once the author takes the sign away. */
Test(init_template, its_suggestions_are_valid_too)
{
    AUTO_ARENA struct arena *a = arena_new();
    static const char *const offers[] = {
        "# dump: true",     "# limits:",   "# expected_failures:\n#   -",
        "# files:",         "# dump:    ", "#   - [./connector, config",
        "# options:\n#   -"};
    static const char *const plain[] = {"dump: true",    "limits:",   "expected_failures:\n   -",
                                        "files:",        "dump:    ", "  - [./connector, config",
                                        "options:\n   -"};
    for (size_t i = 0; i < INIT_LANGUAGES; i++) {
        const char *text = init_template(a, init_languages[i]);
        size_t used = 0;
        for (size_t j = 0; j < ARRAY_LEN(offers); j++) {
            const char *at = strstr(text, offers[j]);
            if (at) {
                text = arena_printf(a, "%.*s%s%s", (int)(at - text), text, plain[j],
                                    at + strlen(offers[j]));
                used++;
            }
        }
        struct manifest *m = NULL;
        struct err err = {0};
        cr_expect_eq(manifest_read(a, str_of(text), "c.yaml", &m, &err), 0, "%s: %d: %s",
                     init_languages[i], err.line, err.msg);
        cr_expect(used >= 5, "%s: %zu", init_languages[i], used);
        cr_expect(m && m->capabilities & 1u << CAN_DUMP, "%s", init_languages[i]);
        cr_expect(m && m->expected_failures.count == 1 && m->options.count == 1);
    }
}

Test(init_template, other_languages_have_none)
{
    AUTO_ARENA struct arena *a = arena_new();
    cr_expect_null(init_template(a, "cobol"));
    cr_expect_null(init_template(a, ""));
    cr_expect_null(init_languages[INIT_LANGUAGES]);
}
