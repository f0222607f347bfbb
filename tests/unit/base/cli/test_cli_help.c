/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cli/options.h"

#include "sample_program.h"

#include <criterion/criterion.h>

#include <string.h>

Test(cli_help, a_command_is_described_completely_and_aligned)
{
    AUTO_BUF struct buf out = {0};
    cli_help_command(&out, &sample_program, &sample_program.commands[0], 72);
    cr_assert_str_eq(buf_z(&out),
                     "Usage: assay run [options] --connector FILE FIRST [CASE...]\n"
                     "\n"
                     "judge connectors\n"
                     "\n"
                     "Runs the cases; back\\slashes, -dashes, 'quotes' and `more' are kept. The\n"
                     "same paragraph.\n"
                     "\n"
                     "  kept as it is:\n"
                     "    a  b\n"
                     "\n"
                     ".The last paragraph.\n"
                     "\n"
                     "Arguments:\n"
                     "  FIRST    the first\n"
                     "  CASE...  more of them\n"
                     "\n"
                     "Options:\n"
                     "  -c, --connector FILE  manifest of the connector to judge, which this\n"
                     "                        long sentence describes at length so that it has\n"
                     "                        to be wrapped (required; may be repeated)\n"
                     "      --auth MODE       only this mode; it's [the] default: all (one of\n"
                     "                        pat, m2m)\n"
                     "  -j, --jobs N          how many at once (1 to 64; default 4)\n"
                     "      --seed N          any number\n"
                     "  -t, --timeout TIME    per case (default 30s)\n"
                     "      --color WHEN      use colour (one of auto, always, never; default\n"
                     "                        never)\n"
                     "  -q, --quiet           say less\n"
                     "  -v, --verbose         say more\n"
                     "  -h, --help            show this help and exit\n"
                     "\n"
                     "Examples:\n"
                     "  assay run -c x.yaml\n"
                     "      runs every case there is\n"
                     "  assay run -c 'a b.yaml' --auth m2m\n"
                     "      .only one mode\n"
                     "\n"
                     "Exit status:\n"
                     "  0    everything that was asked for passed\n"
                     "  1    a must failed\n"
                     "  2    incomplete: something could not run, was inconclusive, or a shard\n"
                     "       is missing\n"
                     "  64   the command line is wrong\n"
                     "  65   a manifest, case or other input file is wrong\n"
                     "  69   something needed from the system is missing or refused\n"
                     "  70   a bug in assay\n"
                     "  73   a report could not be written\n"
                     "  130  interrupted (SIGINT)\n"
                     "  143  terminated (SIGTERM)\n");
}

Test(cli_help, no_line_is_longer_than_the_screen_or_ends_in_a_space)
{
    for (int columns = 40; columns <= 120; columns++) {
        AUTO_BUF struct buf out = {0};
        cli_help_command(&out, &sample_program, &sample_program.commands[0], columns);
        cli_help_program(&out, &sample_program, columns);
        for (struct str rest = buf_str(&out), line; str_split(&rest, '\n', &line);) {
            cr_assert(line.len <= (size_t)columns, "%d: %.*s", columns, STR_ARG(line));
            cr_assert_not(str_ends(line, STR(" ")), "%d: '%.*s'", columns, STR_ARG(line));
        }
    }
}

Test(cli_help, a_program_lists_its_commands)
{
    AUTO_BUF struct buf out = {0};
    cli_help_program(&out, &sample_program, 80);
    cr_assert_eq(strncmp(buf_z(&out), "Usage: assay COMMAND [options]\n\njudge how", 41), 0);
    cr_assert_not_null(strstr(buf_z(&out), "\n  run           judge connectors\n"
                                           "  list          list the cases\n"
                                           "  help COMMAND  show the options of a command\n"));
    cr_assert_not_null(strstr(buf_z(&out), "--version"));
    cr_assert_not_null(strstr(buf_z(&out), "Exit status:\n"));
}

Test(cli_help, a_program_without_commands_shows_its_options)
{
    AUTO_BUF struct buf out = {0};
    cli_help_program(&out, &single_program, 80);
    cr_assert_eq(
        strncmp(buf_z(&out), "Usage: assay-mock [options] --connector FILE\n\nserve\n", 52), 0,
        "%s", buf_z(&out));
    cr_assert_not_null(strstr(buf_z(&out), "--version"));
    cr_assert_not_null(strstr(buf_z(&out), "-j, --jobs N"));
    cr_assert_null(strstr(buf_z(&out), "not shown"));
}
