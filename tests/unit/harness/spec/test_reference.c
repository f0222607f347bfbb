/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/reference.h"

#include "fake_checks.h"
#include "harness/spec/manifest.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* Every key of the shape, nested shapes included, stands on the page as code. */
static void keys_expect(const char *page, const struct shape *shape)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        char key[128];
        snprintf(key, sizeof(key), "| `%s` |", shape->fields[i].key);
        cr_expect_not_null(strstr(page, key), "%s of %s is missing", key, shape->name);
        if (shape->fields[i].shape) {
            keys_expect(page, shape->fields[i].shape);
        }
    }
}

Test(reference, the_manifest_page_has_every_key_drive_mode_variable_and_capability)
{
    AUTO_BUF struct buf out = {0};
    char word[128];
    spec_manifest_markdown(&out);
    keys_expect(buf_z(&out), manifest_file_shape());
    for (size_t i = 0; i < DRIVE_KINDS; i++) {
        snprintf(word, sizeof(word), "- `%s`: ", drive_names[i]);
        cr_expect_not_null(strstr(buf_z(&out), word), "%s", word);
    }
    for (unsigned i = 0; i < VAR_COUNT; i++) {
        snprintf(word, sizeof(word), "| `${%s}` |", var_names[i]);
        cr_expect_eq(strstr(buf_z(&out), word) != NULL, i < VAR_POISON_HOST, "%s", word);
    }
    for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
        snprintf(word, sizeof(word), "| `%s` |", capability_names[i]);
        cr_expect_not_null(strstr(buf_z(&out), word), "%s", word);
    }
    cr_expect_not_null(strstr(buf_z(&out), "| `token` | `token`, `u2m` |"));
}

Test(reference, the_case_page_has_every_key_and_check)
{
    AUTO_BUF struct buf out = {0};
    const struct check_catalog *checks = fake_checks();
    spec_case_markdown(&out, checks);
    keys_expect(buf_z(&out), case_file_shape());
    keys_expect(buf_z(&out), clauses_file_shape());
    for (size_t i = 0; i < checks->count; i++) {
        char word[128];
        snprintf(word, sizeof(word), "### `%s`", checks->items[i]->name);
        cr_expect_not_null(strstr(buf_z(&out), word));
        cr_expect_not_null(strstr(buf_z(&out), checks->items[i]->doc));
        if (checks->items[i]->params) {
            keys_expect(buf_z(&out), checks->items[i]->params);
        }
    }
    cr_expect_not_null(strstr(buf_z(&out), "${poison_host}"));
    cr_expect_not_null(strstr(buf_z(&out), "| inconclusive | no |"));
}
