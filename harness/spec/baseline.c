/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/baseline.h"

#include "base/crypto/digest.h"
#include "base/json/json.h"
#include "base/sys/fs.h"
#include "harness/spec/manifest_priv.h"

enum { MAX_BASELINE_BYTES = 16 * 1024 * 1024 };

struct baseline_file {
    struct shape_list entries; /* struct baseline_entry */
};

static const struct shape_field entry_fields[] = {
    {.key = "connector",
     .type = SHAPE_STRING,
     .required = true,
     .min = 1,
     .max = FAILURE_MAX_WORD,
     .offset = offsetof(struct baseline_entry, connector),
     .doc = "name of the connector, as in its manifest"},
    EXPECTED_FAILURE_FIELDS(struct baseline_entry, failure.)};

static const struct shape entry_shape = {
    .name = "baseline entry",
    .doc = "A check of a connector that is known to fail.",
    .size = sizeof(struct baseline_entry),
    .fields = entry_fields,
    .field_count = ARRAY_LEN(entry_fields),
    .validate = expected_failure_validate,
};

static const struct shape_field file_fields[] = {
    {.key = "entries",
     .type = SHAPE_OBJECTS,
     .required = true,
     .shape = &entry_shape,
     .offset = offsetof(struct baseline_file, entries),
     .doc = "what is known to fail; [] when nothing is"},
};

const struct shape *baseline_file_shape(void)
{
    static const struct shape shape = {
        .name = "baseline",
        .doc = "Failures that are known, for `assay run --baseline`.",
        .size = sizeof(struct baseline_file),
        .fields = file_fields,
        .field_count = ARRAY_LEN(file_fields),
    };
    return &shape;
}

static bool same_text(const char *a, const char *b)
{
    return str_eq(str_of(a ? a : ""), str_of(b ? b : ""));
}

/* Two entries for one thing: nobody could say which reason holds. */
static bool overlaps(const struct baseline_entry *a, const struct baseline_entry *b)
{
    const struct manifest_expected_failure *fa = &a->failure, *fb = &b->failure;
    bool modes = fa->modes == 0 || fb->modes == 0 || (fa->modes & fb->modes);
    return modes && same_text(a->connector, b->connector) && same_text(fa->case_id, fb->case_id) &&
           same_text(fa->check, fb->check) && same_text(fa->signature, fb->signature);
}

int baseline_read(struct arena *a, struct str text, const char *path, struct baseline *ret,
                  struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    AUTO_BUF struct buf canonical = {0};
    struct baseline_file file = {0};
    struct baseline b = {.path = arena_strdup(a, path)};
    if (json_or_yaml_read(text, path, &doc, err) < 0 ||
        shape_decode(a, &doc, doc.root, baseline_file_shape(), &file, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < file.entries.count; i++) {
        struct baseline_entry *e = SHAPE_LIST_AT(struct baseline_entry, file.entries, i);
        e->failure.file = b.path;
        for (size_t k = 0; k < b.count; k++) {
            if (overlaps(&b.items[k], e)) {
                return err_at(err, path, e->failure.place.line, e->failure.place.column,
                              "an entry for the same check stands on line %d",
                              b.items[k].failure.place.line);
            }
        }
        *VEC_PUSH(a, &b) = *e;
    }
    json_write_canonical(&canonical, doc.root);
    sha256_hex(buf_str(&canonical), b.digest);
    *ret = b;
    return 0;
}

int baseline_load(struct arena *a, const char *path, struct baseline *ret, struct err *err)
{
    AUTO_BUF struct buf content = {0};
    if (fs_read_file(path, MAX_BASELINE_BYTES, &content, err) < 0) {
        return -1;
    }
    return baseline_read(a, buf_str(&content), path, ret, err);
}

void baseline_apply(struct arena *a, const struct baseline *b, struct manifest *m)
{
    size_t own = m->expected_failures.count, count = own;
    struct manifest_expected_failure *all =
        ARENA_ARRAY(a, struct manifest_expected_failure, own + b->count + 1);
    for (size_t i = 0; i < own; i++) {
        all[i] = *SHAPE_LIST_AT(struct manifest_expected_failure, m->expected_failures, i);
    }
    VEC_FOREACH(const struct baseline_entry, e, b) {
        if (same_text(e->connector, m->name)) {
            all[count++] = e->failure;
        }
    }
    m->expected_failures = (struct shape_list){.items = all, .count = count};
}

static void member(struct buf *out, const char *lead, const char *key, const char *value)
{
    if (value && value[0]) {
        buf_printf(out, "%s%s: ", lead, key);
        json_write_string(out, str_of(value));
        buf_add_char(out, '\n');
    }
}

void baseline_write(struct buf *out, const struct baseline *b)
{
    buf_add_z(out, "# Known failures, for `assay run --baseline'. `assay baseline update' rewrites "
                   "this file;\n# it keeps reason, owner, expires and signature of entries that "
                   "still match.\n");
    buf_add_z(out, b->count ? "entries:\n" : "entries: []\n");
    VEC_FOREACH(const struct baseline_entry, e, b) {
        const struct manifest_expected_failure *f = &e->failure;
        bool any = false;
        member(out, "  - ", "connector", e->connector);
        member(out, "    ", "case", f->case_id);
        member(out, "    ", "check", f->check);
        for (int m = 0; m < MODE_COUNT && f->modes; m++) {
            if (f->modes >> m & 1u) {
                buf_printf(out, "%s%s", any ? ", " : "    modes: [", mode_name((enum mode)m));
                any = true;
            }
        }
        buf_add_z(out, any ? "]\n" : "");
        member(out, "    ", "reason", f->reason);
        member(out, "    ", "owner", f->owner);
        member(out, "    ", "expires", f->expires);
        member(out, "    ", "signature", f->signature);
    }
}
