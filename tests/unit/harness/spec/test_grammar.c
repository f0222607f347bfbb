/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/manifest.h"

#include <criterion/criterion.h>

/* Words are tried through a manifest, which is how authors meet the grammar. */
static bool is_accepted(const char *key, const char *word)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct manifest *m = NULL;
    struct err err = {0};
    bool is_date = str_eq_z(str_of(key), "expires");
    const char *text = arena_printf(
        a,
        "assay: 1\nname: \"%s\"\nversion: \"%s\"\nlanguage: c\nproduct: \"%s\"\n"
        "drive: lines\nspeaks: statements\nrun: {argv: x, env: {\"%s\": v}}\nmodes: {pat: {}}\n"
        "expected_failures: [{case: \"%s\", reason: r, owner: o, expires: \"%s\"}]\n",
        str_eq_z(str_of(key), "name") ? word : "n", str_eq_z(str_of(key), "version") ? word : "1",
        str_eq_z(str_of(key), "product") ? word : "a_b", str_eq_z(str_of(key), "env") ? word : "E",
        str_eq_z(str_of(key), "case") ? word : "a/b", is_date ? word : "2027-01-01");
    return manifest_read(a, str_of(text), "g.yaml", &m, &err) == 0;
}

static const struct {
    const char *key, *word;
    bool accepted;
} words[] = {
    {"name", "a", true},
    {"name", "9lives-2", true},
    {"name", "-a", false},
    {"name", "a_b", false},
    {"version", "1", true},
    {"version", "1.2.3-rc.1+build.5", true},
    {"version", "v1.0", false},
    {"version", "1..0", false},
    {"version", "1.", false},
    {"version", "1.0 beta", false},
    {"product", "Acme_Sync", true},
    {"product", "acme-co.io_Sync_2", true},
    {"product", "Acme_", false},
    {"product", "_Sync", false},
    {"product", "Acme+Sync", false},
    {"product", "Acme_Sync+1", false},
    {"product", "Ac me_Sync", false},
    {"env", "_A1", true},
    {"env", "1A", false},
    {"env", "A=B", false},
    {"env", "", false},
    {"case", "**", true},
    {"case", "m2m/to?en-*", true},
    {"case", "M2M/x", false},
    {"expires", "2024-02-29", true},
    {"expires", "2000-02-29", true},
    {"expires", "2100-02-29", false},
    {"expires", "2023-02-29", false},
    {"expires", "2027-12-31", true},
    {"expires", "2027-13-01", false},
    {"expires", "2027-00-10", false},
    {"expires", "2027-01-00", false},
    {"expires", "2027-04-31", false},
    {"expires", "2027/01/01", false},
    {"expires", "2027-1-1", false},
    {"expires", "+027-01-01", false},
};

Test(grammar, words_are_told_apart)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        cr_expect_eq(is_accepted(words[i].key, words[i].word), words[i].accepted, "%s `%s'",
                     words[i].key, words[i].word);
    }
}
