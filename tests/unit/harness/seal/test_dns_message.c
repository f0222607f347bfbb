/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/dns_message.h"

#include <criterion/criterion.h>

#define HEAD   "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
#define HEAD_1 "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01"
#define NAME      \
    "\x03WwW\x07" \
    "example\x03" \
    "com\x00"
#define IN_A "\x00\x01\x00\x01"
#define OPT  "\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00"

Test(dns_message, a_question_is_read_in_lower_case)
{
    struct dns_question q;
    enum dns_rcode rcode = DNS_REFUSED;
    cr_assert(dns_question_read(STR(HEAD NAME IN_A), &q, &rcode));
    cr_expect_eq(rcode, DNS_OK);
    cr_expect_str_eq(q.name, "www.example.com");
    cr_expect_eq(q.id, 0x1234);
    cr_expect_eq(q.type, DNS_TYPE_A);
    cr_expect(q.recursion_desired);
    cr_expect(!q.has_edns);
    cr_expect_eq(q.wire.len, sizeof(NAME IN_A) - 1);
}

Test(dns_message, an_opt_record_may_follow)
{
    struct dns_question q;
    enum dns_rcode rcode = DNS_REFUSED;
    cr_assert(dns_question_read(STR(HEAD_1 NAME IN_A OPT), &q, &rcode));
    cr_expect_eq(rcode, DNS_OK);
    cr_expect(q.has_edns);
}

Test(dns_message, odd_bytes_in_a_label_are_escaped)
{
    struct dns_question q;
    enum dns_rcode rcode = DNS_REFUSED;
    cr_assert(dns_question_read(STR(HEAD "\x05"
                                         "a.\\\x00\xff"
                                         "\x00" IN_A),
                                &q, &rcode));
    cr_expect_str_eq(q.name, "a\\046\\092\\000\\255");
}

Test(dns_message, what_is_not_one_question_is_a_format_error)
{
    const struct {
        const char *why;
        struct str bytes;
    } rows[] = {
        {"no question", {"\x12\x34\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", 12}},
        {"two questions",
         STR("\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00" NAME IN_A NAME IN_A)},
        {"an answer record", STR("\x12\x34\x01\x00\x00\x01\x00\x01\x00\x00\x00\x00" NAME IN_A)},
        {"trailing bytes", STR(HEAD NAME IN_A "x")},
        {"a name without end", STR(HEAD "\x03www")},
        {"a compressed name", STR(HEAD "\xc0\x0c" IN_A)},
        {"no type", STR(HEAD NAME "\x00")},
        {"a cut off option", STR(HEAD_1 NAME IN_A "\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x05")},
        {"another additional record",
         STR(HEAD_1 NAME IN_A "\x00\x00\x01\x04\xd0\x00\x00\x00\x00\x00\x00")},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct dns_question q;
        enum dns_rcode rcode = DNS_OK;
        cr_assert(dns_question_read(rows[i].bytes, &q, &rcode), "%s", rows[i].why);
        cr_expect_eq(rcode, DNS_FORMAT_ERROR, "%s: %d", rows[i].why, (int)rcode);
        cr_expect_eq(q.wire.len, 0, "%s", rows[i].why);
    }
}

Test(dns_message, a_name_beyond_255_bytes_is_refused)
{
    AUTO_BUF struct buf message = {0};
    buf_add_str(&message, STR(HEAD));
    for (int i = 0; i < 5; i++) {
        buf_add_char(&message, 60);
        for (int k = 0; k < 60; k++) {
            buf_add_char(&message, '\xff');
        }
    }
    buf_add_str(&message, STR("\x00" IN_A));
    struct dns_question q;
    enum dns_rcode rcode = DNS_OK;
    cr_assert(dns_question_read(buf_str(&message), &q, &rcode));
    cr_expect_eq(rcode, DNS_FORMAT_ERROR);
}

Test(dns_message, other_operations_and_classes_are_told_so)
{
    struct dns_question q;
    enum dns_rcode rcode = DNS_OK;
    cr_assert(dns_question_read(STR("\x12\x34\x28\x00\x00\x01\x00\x00\x00\x00\x00\x00" NAME IN_A),
                                &q, &rcode));
    cr_expect_eq(rcode, DNS_NOT_IMPLEMENTED);
    cr_assert(dns_question_read(STR(HEAD NAME "\x00\x01\x00\x03"), &q, &rcode));
    cr_expect_eq(rcode, DNS_REFUSED);
}

Test(dns_message, answers_and_scraps_are_not_answered)
{
    struct dns_question q;
    enum dns_rcode rcode;
    cr_expect(!dns_question_read(STR("\x12\x34\x81\x00\x00\x01\x00\x00\x00\x00\x00\x00" NAME IN_A),
                                 &q, &rcode));
    cr_expect(!dns_question_read(STR("\x12\x34\x01"), &q, &rcode));
    cr_expect(!dns_question_read((struct str){NULL, 0}, &q, &rcode));
}

Test(dns_message, an_answer_repeats_the_question_as_it_was_asked)
{
    struct dns_question q;
    enum dns_rcode rcode;
    AUTO_BUF struct buf out = {0};
    cr_assert(dns_question_read(STR(HEAD_1 NAME IN_A OPT), &q, &rcode));
    struct dns_answer answer = {.address = (const unsigned char *)"\x7f\x00\x00\x01",
                                .address_bytes = 4};
    dns_reply_write(&out, &q, &answer);
    struct str expected =
        STR("\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x01" NAME IN_A
            "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x7f\x00\x00\x01" OPT);
    cr_expect(str_eq(buf_str(&out), expected));
}

Test(dns_message, an_error_answer_has_no_address)
{
    struct dns_question q;
    enum dns_rcode rcode;
    AUTO_BUF struct buf out = {0};
    cr_assert(dns_question_read(STR(HEAD NAME), &q, &rcode));
    struct dns_answer answer = {.rcode = rcode};
    dns_reply_write(&out, &q, &answer);
    cr_expect(str_eq(buf_str(&out), STR("\x12\x34\x81\x81\x00\x00\x00\x00\x00\x00\x00\x00")));
}
