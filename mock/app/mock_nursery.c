/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/mock_nursery.h"

#include "base/cli/exit_code.h"
#include "base/cli/options.h"
#include "base/cli/term.h"
#include "base/sys/nursery.h"
#include "mock/app/serve.h"

/* In the copy: the arguments are those of a whole command line. */
static int mock_run(void *ctx, int argc, char **argv)
{
    const struct cli_command *serve = ctx;
    AUTO_ARENA struct arena *a = arena_new();
    struct cli_parsed parsed = {0};
    struct err err = {0};
    enum { NAMED = 2 };
    bool fits = argc >= NAMED && strcmp(argv[1], serve->name) == 0;
    int rc = fits ? cli_parse(a, serve, argc - NAMED, argv + NAMED, &parsed, &err)
                  : err_set(&err, ERR_USAGE, "a nursery starts `%s' and nothing else", serve->name);
    if (rc < 0) {
        say_error(&err);
        return (int)exit_code_of(&err);
    }
    return serve->run(NULL, parsed.options, &parsed.args);
}

int nursery_serve_mocks(const struct cli_command *serve, int fd)
{
    struct err err = {0};
    union {
        const struct cli_command *given;
        void *ctx;
    } command = {.given = serve}; /* it is not written through */
    const struct nursery_hooks hooks = {.run = mock_run, .ctx = command.ctx};
    if (serve_warm_up(&err) < 0 || nursery_serve(fd, &hooks, &err) < 0) {
        say_error(&err);
        return (int)exit_code_of(&err);
    }
    return EXIT_OK;
}
