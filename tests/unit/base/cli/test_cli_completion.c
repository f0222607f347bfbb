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
    cr_assert_eq(fs_make_temp_dir(arena, NULL, "assay-completion-", &dir, &err), 0);
    cr_assert_eq(fs_write_file(fs_join(arena, dir, "one.yaml"), STR(""), 0600, &err), 0);
}

static void tear_down(void)
{
    struct err err = {0};
    cr_expect_eq(fs_remove_tree(dir, &err), 0, "%s", err.msg);
    arena_free(arena);
}

TestSuite(cli_completion, .init = set_up, .fini = tear_down, .timeout = 60);

static const char *make(const struct cli_program *program, const char *shell)
{
    struct err err = {0};
    AUTO_BUF struct buf out = {0};
    const char *path = fs_join(arena, dir, ".completion");
    cr_assert_eq(cli_completion(&out, program, shell, &err), 0);
    cr_assert_eq(fs_write_file(path, buf_str(&out), 0600, &err), 0);
    return path;
}

/* Runs a shell in the folder, which must be content; -1 = not installed. */
static int run_shell(const char *const *argv, struct buf *ret)
{
    struct err err = {0};
    struct process p;
    struct process_status status;
    const char *const envp[] = {"PATH=/usr/bin:/bin", NULL};
    const char *path = fs_join(arena, dir, ".said");
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    struct process_options o = {.argv = argv,
                                .envp = envp,
                                .search_path = "/usr/local/bin:/usr/bin:/bin",
                                .cwd = dir,
                                .stdin_fd = -1,
                                .stdout_fd = fd,
                                .stderr_fd = fd};
    if (process_start(&o, &p, &err) < 0) {
        close(fd);
        return -1;
    }
    cr_assert_eq(process_wait(&p, 30000, &status, &err), 0);
    close(fd);
    cr_assert_eq(fs_read_file(path, 100000, ret, &err), 0);
    cr_assert_eq(status.code, 0, "%s", buf_z(ret));
    return 0;
}

Test(cli_completion, each_script_is_valid_for_its_shell)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    for (size_t i = 0; i < ARRAY_LEN(shells); i++) {
        AUTO_BUF struct buf said = {0};
        const char *const sample[] = {shells[i], "-n", make(&sample_program, shells[i]), NULL};
        int rc = run_shell(sample, &said);
        cr_expect_str_eq(buf_z(&said), "");
        if (rc == 0) {
            const char *const single[] = {shells[i], "-n", make(&single_program, shells[i]), NULL};
            cr_expect_eq(run_shell(single, &said), 0);
            cr_expect_str_eq(buf_z(&said), "");
        }
        cr_expect(rc == 0 || i > 0, "bash is needed");
    }
}

Test(cli_completion, bash_offers_what_can_follow)
{
    static const struct {
        const struct cli_program *program;
        const char *words; /* as bash parts them, the last one is to be completed */
        const char *offers;
    } rows[] = {
        {&sample_program, "assay ''", "run list help --help --version"},
        {&sample_program, "assay r", "run"},
        {&sample_program, "assay --v", "--version"},
        {&sample_program, "assay help l", "list"},
        {&sample_program, "assay run --co", "--connector --color"},
        {&sample_program, "assay run --j", "--jobs"},
        {&sample_program, "assay list --", "--help"},
        {&sample_program, "assay run --color ''", "auto always never"},
        {&sample_program, "assay run --color al", "always"},
        {&sample_program, "assay run --color =", "auto always never"},
        {&sample_program, "assay run --color = n", "never"},
        {&sample_program, "assay run --auth p", "pat"},
        {&sample_program, "assay run -c o", "one.yaml"},
        {&sample_program, "assay run --connector = o", "one.yaml"},
        {&sample_program, "assay run --jobs o", ""},
        {&sample_program, "assay run o", "one.yaml"},
        {&sample_program, "assay nonsense --", ""},
        {&single_program, "assay-mock --v", "--verbose --version"},
        {&single_program, "assay-mock --color a", "auto always"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_BUF struct buf said = {0};
        const char *path = make(rows[i].program, "bash");
        const char *function = rows[i].program == &sample_program ? "_assay" : "_assay_mock";
        const char *script = arena_printf(arena,
                                          "source %s; COMP_WORDS=(%s); "
                                          "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); %s; "
                                          "echo \"${COMPREPLY[*]}\"",
                                          path, rows[i].words, function);
        const char *const argv[] = {"bash", "--norc", "-u", "-c", script, NULL};
        cr_assert_eq(run_shell(argv, &said), 0);
        cr_expect_str_eq(buf_z(&said), arena_printf(arena, "%s\n", rows[i].offers), "%s: %s",
                         rows[i].words, buf_z(&said));
    }
}

Test(cli_completion, zsh_and_fish_know_every_option)
{
    AUTO_BUF struct buf zsh = {0}, fish = {0};
    struct err err = {0};
    cr_assert_eq(cli_completion(&zsh, &sample_program, "zsh", &err), 0);
    cr_assert_eq(cli_completion(&fish, &sample_program, "fish", &err), 0);
    const struct cli_command *c = &sample_program.commands[0];
    for (size_t i = 0; i < c->option_count; i++) {
        const char *name = c->options[i].name;
        cr_expect_not_null(strstr(buf_z(&zsh), arena_printf(arena, "--%s", name)), "%s", name);
        cr_expect_not_null(strstr(buf_z(&fish), arena_printf(arena, " -l %s ", name)), "%s", name);
    }
    cr_expect_not_null(strstr(buf_z(&zsh), "it'\\''s \\[the\\] default\\: all]"));
    cr_expect_not_null(strstr(buf_z(&fish), "'only this mode; it\\'s [the] default: all'"));
    cr_expect_not_null(strstr(buf_z(&fish), "-x -a 'auto always never'"));
}

Test(cli_completion, an_unknown_shell_is_a_usage_error)
{
    AUTO_BUF struct buf out = {0};
    struct err err = {0};
    cr_assert_eq(cli_completion(&out, &sample_program, "zhs", &err), -1);
    cr_assert_eq(err.code, ERR_USAGE);
    cr_assert_not_null(strstr(err.hint, "zsh"));
    cr_assert_eq(out.len, 0u);
}
