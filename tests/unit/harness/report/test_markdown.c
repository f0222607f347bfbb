/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/markdown.h"

#include "sample_run.h"

#include <criterion/criterion.h>

struct row {
    const char *text, *wanted;
};

Test(markdown, text)
{
    static const struct row rows[] = {
        {"plain words, 1.5 - 2", "plain words, 1.5 - 2"},
        {NULL, ""},
        {"a|b", "a\\|b"},
        {"*b* `c` ~d~ [e] \\ $f$", "\\*b\\* \\`c\\` \\~d\\~ \\[e\\] \\\\ \\$f\\$"},
        {"client_secret _x_ _", "client_secret \\_x\\_ \\_"},
        {"# heading #3", "\\# heading #3"},
        {"one\ntwo\r\n\tthree", "one two   three"},
        {"<b> & </details>", "&lt;b&gt; &amp; &lt;/details&gt;"},
        {"\x01\x1b[31m\x7f", "\\[31m"},
        {"«pat» 🔥", "«pat» 🔥"},
        {"bad \xff utf-8", "bad \xef\xbf\xbd utf-8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_BUF struct buf out = {0};
        markdown_text(&out, rows[i].text);
        cr_expect_str_eq(buf_z(&out), rows[i].wanted, "row %zu: %s", i, buf_z(&out));
    }
}

Test(markdown, code)
{
    static const struct row rows[] = {
        {"a.b", "`a.b`"},
        {"a`b", "``a`b``"},
        {"`a", "`` `a ``"},
        {"a``b`c", "```a``b`c```"},
        {"a|b", "`a\\|b`"},
        {"", ""},
        {NULL, ""},
        {"a\nb\x1b", "`a b `"},
        {"\xff", "`\xef\xbf\xbd`"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_BUF struct buf out = {0};
        markdown_code(&out, rows[i].text);
        cr_expect_str_eq(buf_z(&out), rows[i].wanted, "row %zu: %s", i, buf_z(&out));
    }
}

Test(markdown, link)
{
    static const struct row rows[] = {
        {"evidence/a/b", "[t](evidence/a/b)"},
        {"https://example.org/x#y?z=1", "[t](https://example.org/x#y?z=1)"},
        {"http://example.org", "t"},
        {"javascript:alert", "t"},
        {"a b", "t"},
        {"a)b", "t"},
        {"a\nb", "t"},
        {"a|b", "t"},
        {"", "t"},
        {NULL, "t"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_BUF struct buf out = {0};
        markdown_link(&out, "t", rows[i].text);
        cr_expect_str_eq(buf_z(&out), rows[i].wanted, "row %zu: %s", i, buf_z(&out));
    }
}

Test(markdown, block)
{
    static const struct row rows[] = {
        {"a\nb\n", "```text\na\nb\n```\n"},
        {"\n\n a\n", "```text\na\n```\n"},
        {"a\n```\nb", "````text\na\n```\nb\n````\n"},
        {"`````", "``````text\n`````\n``````\n"},
        {"a\r\n\x1b[0m\tb\x7f", "```text\na\n[0m\tb\n```\n"},
        {NULL, "```text\n```\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_BUF struct buf out = {0};
        markdown_block(&out, rows[i].text, 0);
        cr_expect_str_eq(buf_z(&out), rows[i].wanted, "row %zu: %s", i, buf_z(&out));
    }
}

Test(markdown, block_is_indented_line_by_line)
{
    AUTO_BUF struct buf out = {0};
    markdown_block(&out, "a\n</details>", 2);
    cr_expect_str_eq(buf_z(&out), "  ```text\n  a\n  </details>\n  ```\n");
}
