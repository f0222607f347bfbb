/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/base64.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>

/* RFC 4648 section 10. */
static const struct {
    const char *bytes, *standard, *url;
} vectors[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xfb\xff\xfe", "+//+", "-__-"},
};

Test(base64, vectors_of_rfc_4648_go_both_ways)
{
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        AUTO_BUF struct buf standard = {0}, url = {0}, back = {0};
        struct err err = {0};
        base64_encode(&standard, str_of(vectors[i].bytes), BASE64_STANDARD);
        base64_encode(&url, str_of(vectors[i].bytes), BASE64_URL);
        cr_expect_str_eq(buf_z(&standard), vectors[i].standard);
        cr_expect_str_eq(buf_z(&url), vectors[i].url);
        cr_assert_eq(base64_decode(&back, buf_str(&standard), BASE64_STANDARD, &err), 0);
        cr_assert_eq(base64_decode(&back, buf_str(&url), BASE64_URL, &err), 0);
        cr_expect(str_eq(str_slice(buf_str(&back), 0, back.len / 2), str_of(vectors[i].bytes)));
        cr_expect(
            str_eq(str_slice(buf_str(&back), back.len / 2, back.len), str_of(vectors[i].bytes)));
    }
}

Test(base64, sloppy_text_is_refused_and_adds_nothing)
{
    static const struct {
        const char *text;
        enum base64_alphabet alphabet;
    } bad[] = {
        {"Zg", BASE64_STANDARD},       {"Zg=", BASE64_STANDARD},  {"Zm9v=", BASE64_STANDARD},
        {"Zm9v====", BASE64_STANDARD}, {"Z===", BASE64_STANDARD}, {"=Zg=", BASE64_STANDARD},
        {"Zh==", BASE64_STANDARD},     {"Zm9=", BASE64_STANDARD}, {"Zm9v\n", BASE64_STANDARD},
        {"Zm 9v===", BASE64_STANDARD}, {"-__-", BASE64_STANDARD}, {"Z", BASE64_URL},
        {"Zg==", BASE64_URL},          {"Zh", BASE64_URL},        {"Zm9", BASE64_URL},
        {"+//+", BASE64_URL},          {"Zm9vYmF!", BASE64_URL},  {"Zm9v Zg", BASE64_URL},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO_BUF struct buf out = {0};
        struct err err = {0};
        buf_add_z(&out, "kept");
        cr_expect_eq(base64_decode(&out, str_of(bad[i].text), bad[i].alphabet, &err), -1, "%s",
                     bad[i].text);
        cr_expect_eq(err.code, ERR_INVALID);
        cr_expect_str_eq(buf_z(&out), "kept");
    }
}

Test(base64, all_bytes_survive)
{
    char all[256];
    for (size_t i = 0; i < sizeof(all); i++) {
        all[i] = (char)i;
    }
    for (size_t len = 0; len <= sizeof(all); len++) {
        AUTO_BUF struct buf text = {0}, back = {0};
        struct err err = {0};
        base64_encode(&text, str_n(all, len), BASE64_URL);
        cr_assert_eq(base64_decode(&back, buf_str(&text), BASE64_URL, &err), 0);
        cr_assert(str_eq(buf_str(&back), str_n(all, len)));
    }
}

Test(hex, both_ways)
{
    AUTO_BUF struct buf text = {0}, back = {0};
    struct err err = {0};
    hex_encode(&text, STR("\x00\x7f\xff\xa5"));
    cr_assert_str_eq(buf_z(&text), "007fffa5");
    cr_assert_eq(hex_decode(&back, STR("007FffA5"), &err), 0);
    cr_assert(str_eq(buf_str(&back), STR("\x00\x7f\xff\xa5")));
    cr_assert_eq(hex_decode(&back, STR("0"), &err), -1);
    cr_assert_eq(hex_decode(&back, STR("0g"), &err), -1);
    cr_assert_eq(hex_decode(&back, STR("0x"), &err), -1);
    cr_assert_eq(back.len, 4u);
}
