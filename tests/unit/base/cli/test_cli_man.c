/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cli/options.h"

#include "base/sys/fs.h"
#include "base/sys/process.h"
#include "sample_program.h"

#include <criterion/criterion.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static struct arena *arena;
static const char *dir;

static void set_up(void)
{
    struct err err = {0};
    arena = arena_new();
    cr_assert_eq(fs_make_temp_dir(arena, NULL, "assay-man-", &dir, &err), 0);
}

static void tear_down(void)
{
    struct err err = {0};
    cr_expect_eq(fs_remove_tree(dir, &err), 0, "%s", err.msg);
    arena_free(arena);
}

TestSuite(cli_man, .init = set_up, .fini = tear_down, .timeout = 60);

/* Formats the page; everything groff says, on stdout and stderr, is in *ret. */
static void format_page(const struct cli_program *program, const char *discard, struct buf *ret)
{
    struct err err = {0};
    struct process p;
    struct process_status status;
    AUTO_BUF struct buf page = {0};
    const char *source = fs_join(arena, dir, "page.1"), *target = fs_join(arena, dir, "text");
    cli_man(&page, program);
    cr_assert_eq(fs_write_file(source, buf_str(&page), 0600, &err), 0);
    int fd = open(target, O_RDWR | O_CREAT | O_TRUNC, 0600);
    const char *const argv[] = {"groff", "-man", "-ww", "-Tutf8", "-P-cbou", discard, source, NULL};
    const char *const envp[] = {"PATH=/usr/bin:/bin", NULL};
    struct process_options o = {.argv = argv,
                                .envp = envp,
                                .search_path = "/usr/bin:/bin",
                                .stdin_fd = -1,
                                .stdout_fd = fd,
                                .stderr_fd = fd};
    if (process_start(&o, &p, &err) < 0) {
        cr_skip_test("needs groff");
    }
    cr_assert_eq(process_wait(&p, 30000, &status, &err), 0);
    cr_assert_eq(status.code, 0);
    close(fd);
    cr_assert_eq(fs_read_file(target, 1000000, ret, &err), 0);
}

Test(cli_man, groff_has_nothing_to_complain_about)
{
    AUTO_BUF struct buf said = {0};
    format_page(&sample_program, "-z", &said);
    cr_expect_str_eq(buf_z(&said), "");
    format_page(&single_program, "-z", &said);
    cr_expect_str_eq(buf_z(&said), "");
}

Test(cli_man, the_formatted_page_says_everything)
{
    static const char *const expected[] = {
        "assay - judge how connectors authenticate",
        "assay run [options] --connector FILE FIRST [CASE...]",
        "A paragraph about the program.",
        "judge connectors",
        "back\\slashes, -dashes, 'quotes' and `more' are kept.",
        "\n         kept as it is:\n           a  b\n",
        ".The last paragraph.",
        "-c, --connector FILE",
        "(1 to 64; default 4)",
        "it's [the] default",
        "CASE...",
        "-h, --help",
        "assay run -c 'a b.yaml' --auth m2m",
        ".only one mode",
        "EXIT STATUS",
        "130",
        "interrupted (SIGINT)",
        "assay 1.2.3",
    };
    AUTO_BUF struct buf text = {0};
    format_page(&sample_program, "-E", &text);
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        cr_expect_not_null(strstr(buf_z(&text), expected[i]), "%s not in:\n%s", expected[i],
                           buf_z(&text));
    }
}
