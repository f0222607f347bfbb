/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/trust.h"

#include "base/sys/fs.h"

#include <criterion/criterion.h>
#include <string.h>

#define PEM(base64) "-----BEGIN CERTIFICATE-----\n" base64 "\n-----END CERTIFICATE-----\n"

Test(trust, a_key_store_has_the_form_that_java_reads)
{
    AUTO_BUF struct buf out = {0};
    struct err err = {0};
    cr_assert_eq(trust_keystore_write(STR("text\n" PEM("AQID\nBAU=") "more\n"), 0x0102, &out, &err),
                 0, "%s", err.msg);
    /* The digest was computed with another implementation:
     * printf '\0c\0h\0a\0n\0g\0e\0i\0tMighty Aphrodite<the bytes before>' | sha1sum */
    struct str expected =
        STR("\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x00\x01"
            "\x00\x00\x00\x02\x00\x04"
            "ca-0"
            "\x00\x00\x00\x00\x00\x00\x01\x02"
            "\x00\x05"
            "X.509"
            "\x00\x00\x00\x05\x01\x02\x03\x04\x05"
            "\x5c\xf1\x81\x46\xa6\x13\x6c\x6f\x51\xe4\x99\x95\x41\x60\xac\x5c\x61\x4b\x09\xf5");
    cr_expect_eq(out.len, expected.len);
    cr_expect(str_eq(buf_str(&out), expected));
}

Test(trust, a_bundle_that_is_damaged_or_empty_is_refused)
{
    static const char *const texts[] = {"", "no certificate", PEM("AQ*D"),
                                        "-----BEGIN CERTIFICATE-----\nAQID\n"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        AUTO_BUF struct buf out = {0};
        struct err err = {0};
        cr_expect_eq(trust_keystore_write(str_of(texts[i]), 0, &out, &err), -1, "%zu", i);
        cr_expect_eq(err.code, ERR_INVALID, "%zu", i);
    }
}

Test(trust, the_bundle_is_the_systems_and_the_runs)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct err err = {0};
    const char *dir = NULL;
    cr_assert_eq(fs_make_temp_dir(a, NULL, "assay-trust-", &dir, &err), 0);
    const char *system = fs_join(a, dir, "system.pem");
    const char *absent = fs_join(a, dir, "absent.pem");
    const char *store = fs_join(a, dir, "java-1/cacerts");
    cr_assert_eq(fs_write_file(system, STR(PEM("AQID")), 0644, &err), 0);
    cr_assert_eq(fs_make_dirs(fs_join(a, dir, "java-1"), 0755, &err), 0);
    cr_assert_eq(fs_write_file(store, STR("old"), 0644, &err), 0);
    const char *bundles[] = {absent, system, system, NULL};
    const char *stores[] = {fs_join(a, dir, "java-*/cacerts"), NULL};
    struct trust_options options = {
        .dir = dir, .ca_pem = STR(PEM("BAUG")), .bundles = bundles, .java_stores = stores};
    struct trust trust;
    cr_assert_eq(trust_make(a, &options, &trust, &err), 0, "%s", err.msg);

    AUTO_BUF struct buf text = {0};
    cr_assert_eq(fs_read_file(fs_join(a, dir, "bundle.pem"), 4096, &text, &err), 0);
    cr_expect_str_eq(buf_z(&text), PEM("AQID") PEM("BAUG"));
    cr_assert_eq(trust.overlay_count, 2, "one each, however often it is named");
    cr_expect_str_eq(fs_basename(trust.overlays[0].path), "system.pem");
    cr_expect_str_eq(fs_basename(trust.overlays[1].source), "cacerts.jks");
    cr_expect_str_eq(trust.bind.target, TRUST_DIR);
    cr_expect_eq(fs_remove_tree(dir, &err), 0);
}
