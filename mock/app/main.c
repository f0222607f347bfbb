/* SPDX-License-Identifier: Apache-2.0 */

/* The program assay-mock: its commands and their options. */

#include "base/cli/exit_code.h"
#include "base/cli/options.h"
#include "base/cli/term.h"
#include "base/json/shape.h"
#include "base/wire/scenario.h"
#include "mock/app/faults_text.h"
#include "mock/app/mock_nursery.h"
#include "mock/app/routes.h"
#include "mock/app/serve.h"
#include "mock/control/control.h"

#define OPT(member) offsetof(struct serve_options, member)

static const struct cli_option serve_table[] = {
    {.name = "port",
     .letter = 'p',
     .arg = "N",
     .type = CLI_INT,
     .offset = OPT(listen.port),
     .dflt = "8080",
     .min = 0,
     .max = 65535,
     .doc = "port for HTTP; 0 = any free one"},
    {.name = "address",
     .arg = "A",
     .type = CLI_STRING,
     .offset = OPT(listen.address),
     .dflt = "127.0.0.1",
     .doc = "address to listen on"},
    {.name = "https",
     .type = CLI_FLAG,
     .offset = OPT(listen.https),
     .doc = "serve HTTPS as well, with a certificate made for this run"},
    {.name = "https-port",
     .arg = "N",
     .type = CLI_INT,
     .offset = OPT(listen.https_port),
     .dflt = "8443",
     .min = 0,
     .max = 65535,
     .doc = "port for HTTPS; 0 = any free one"},
    {.name = "tls-name",
     .arg = "HOST",
     .type = CLI_STRINGS,
     .offset = OPT(listen.tls_names),
     .doc = "one more host name for the certificate; may be repeated"},
    {.name = "tls-from",
     .arg = "FILE",
     .type = CLI_STRING,
     .offset = OPT(listen.tls_from),
     .doc = "serve HTTPS with the certificate chain and the key in this file (PEM) instead of ones "
            "made for this run"},
    {.name = "ca-out",
     .arg = "FILE",
     .type = CLI_STRING,
     .offset = OPT(listen.ca_out),
     .doc = "write the certificate authority clients have to trust there (PEM)"},
    {.name = "config",
     .letter = 'c',
     .arg = "FILE",
     .type = CLI_STRING,
     .offset = OPT(config),
     .doc = "the scenario to serve (YAML or JSON); `assay-mock scenario-schema` describes it"},
    {.name = "control",
     .arg = "PATH",
     .type = CLI_STRING,
     .offset = OPT(control),
     .doc = "make the control interface's unix socket there"},
    {.name = "control-port",
     .arg = "N",
     .type = CLI_INT,
     .offset = OPT(steer.control_port),
     .dflt = "-1",
     .min = -1,
     .max = 65535,
     .doc = "serve the control interface on this port of 127.0.0.1 as well, to who knows the "
            "secret; 0 = any free one"},
    {.name = "control-secret-file",
     .arg = "FILE",
     .type = CLI_STRING,
     .offset = OPT(steer.secret_file),
     .doc = "read that secret from the file's first line instead of having one made and told"},
    {.name = "web",
     .arg = "PORT",
     .type = CLI_INT,
     .offset = OPT(steer.web_port),
     .dflt = "-1",
     .min = -1,
     .max = 65535,
     .doc =
         "serve a page on 127.0.0.1 to watch exchanges and tokens and to move the clock; 0 = any "
         "free port"},
    {.name = "tls-fault",
     .arg = "FAULT[:PORT]",
     .type = CLI_STRINGS,
     .offset = OPT(steer.tls_faults),
     .doc = "one more HTTPS listener with a flaw: expired, not-yet-valid, wrong-host, unknown-ca, "
            "self-signed, old-protocol; may be repeated"},
    {.name = "print-config",
     .type = CLI_FLAG,
     .offset = OPT(print_config),
     .doc = "print the scenario as it was understood, defaults included and secrets masked, and "
            "end"},
    {.name = "threads",
     .letter = 't',
     .arg = "N",
     .type = CLI_STRING,
     .offset = OPT(listen.threads_wanted),
     .dflt = "auto",
     .doc = "serve from a pool of N threads; 0 = one thread, and the journal has the order in "
            "which requests came; auto = 0 with --control, else one per processor"},
    {.name = "seed",
     .arg = "N",
     .type = CLI_INT,
     .offset = OPT(seed),
     .dflt = "-1",
     .min = -1,
     .max = INT64_MAX,
     .doc = "make the same ids and tokens each time; -1 = random ones"},
    {.name = "journal-mib",
     .arg = "N",
     .type = CLI_INT,
     .offset = OPT(journal_mib),
     .dflt = "4096",
     .min = 1,
     .max = 1 << 20,
     .doc = "keep the newest N MiB of the journal, in memory and in a file without a name under "
            "$TMPDIR; what is older is counted as dropped"},
    {.name = "ready-fd",
     .arg = "N",
     .type = CLI_INT,
     .offset = OPT(ready_fd),
     .dflt = "-1",
     .min = -1,
     .max = 1 << 20,
     .doc = "when ready, write a line of JSON with the ports to this descriptor and close it"},
    {.name = "listen-fd",
     .arg = "N",
     .type = CLI_STRINGS,
     .offset = OPT(listen.listen_fds),
     .doc = "serve HTTP on this descriptor, which listens already; may be repeated"},
    {.name = "https-listen-fd",
     .arg = "N",
     .type = CLI_STRINGS,
     .offset = OPT(listen.https_listen_fds),
     .doc = "serve HTTPS on this descriptor, which listens already; may be repeated"},
    {.name = "watch-parent",
     .type = CLI_FLAG,
     .offset = OPT(watch_parent),
     .doc = "end when the process that started this one ends"},
    {.name = "watch-fd",
     .arg = "N",
     .type = CLI_INT,
     .offset = OPT(watch_fd),
     .dflt = "-1",
     .min = -1,
     .max = 1 << 20,
     .doc = "end when this descriptor can be read or is hung up: a pidfd, or one end of a pipe"},
    {.name = "quiet",
     .letter = 'q',
     .type = CLI_FLAG,
     .offset = OPT(quiet),
     .doc = "print nothing but errors"},
    {.name = "verbose",
     .letter = 'v',
     .type = CLI_FLAG,
     .offset = OPT(verbose),
     .doc = "print what the HTTP library complains about"},
};

static const char *const serve_examples[] = {
    "assay-mock serve\0a workspace at http://127.0.0.1:8080, with credentials to paste",
    "assay-mock serve --https --ca-out ca.pem\0the same over TLS",
    "assay-mock serve -c scenario.yaml --port 0 --control /tmp/mock.sock\0a scenario of your own, "
    "steered over a socket",
    NULL};

struct routes_options {
    bool json, markdown, openapi;
};

static const struct cli_option routes_table[] = {
    {.name = "json",
     .type = CLI_FLAG,
     .offset = offsetof(struct routes_options, json),
     .doc = "as a JSON array"},
    {.name = "markdown",
     .type = CLI_FLAG,
     .offset = offsetof(struct routes_options, markdown),
     .doc = "as Markdown tables, with what each route does and where that is documented"},
    {.name = "openapi",
     .type = CLI_FLAG,
     .offset = offsetof(struct routes_options, openapi),
     .doc = "as an OpenAPI 3.1 document of what a workspace serves"},
};

static int routes_run(void *program, const void *options, const struct str_list *args)
{
    (void)program;
    (void)args;
    const struct routes_options *o = options;
    AUTO_BUF struct buf out = {0};
    routes_write(&out, o->openapi    ? ROUTES_OPENAPI
                       : o->json     ? ROUTES_JSON
                       : o->markdown ? ROUTES_MARKDOWN
                                     : ROUTES_TABLE);
    say_result("%s", buf_z(&out));
    return EXIT_OK;
}

struct schema_options {
    bool markdown;
};

static const struct cli_option schema_table[] = {
    {.name = "markdown",
     .type = CLI_FLAG,
     .offset = offsetof(struct schema_options, markdown),
     .doc = "as a Markdown reference instead of a JSON Schema"},
};

static int schema_run(void *program, const void *options, const struct str_list *args)
{
    (void)program;
    (void)args;
    const struct schema_options *o = options;
    AUTO_BUF struct buf out = {0};
    if (o->markdown) {
        shape_markdown(&out, &scenario_shape);
    } else {
        AUTO_JSON struct json *schema = shape_schema(&scenario_shape);
        json_write_pretty(&out, schema);
        buf_add_char(&out, '\n');
    }
    say_result("%s", buf_z(&out));
    return EXIT_OK;
}

static int faults_run(void *program, const void *options, const struct str_list *args)
{
    (void)program;
    (void)options;
    (void)args;
    AUTO_BUF struct buf out = {0};
    faults_text(&out);
    say_result("%s", buf_z(&out));
    return EXIT_OK;
}

static int control_run(void *program, const void *options, const struct str_list *args)
{
    (void)program;
    (void)options;
    (void)args;
    AUTO_BUF struct buf out = {0};
    control_reference(&out);
    say_result("%s", buf_z(&out));
    return EXIT_OK;
}

static const struct cli_option nursery_table[] = {
    {.name = "fd",
     .arg = "N",
     .type = CLI_INT,
     .offset = offsetof(struct nursery_options, fd),
     .required = true,
     .min = 0,
     .max = 1 << 20,
     .doc = "the socket at which it is asked (SOCK_SEQPACKET, unix)"},
};

static int nursery_run(void *program, const void *options, const struct str_list *args);

static const struct cli_command commands[] = {
    {.name = "serve",
     .summary = "serve a mock Databricks workspace and its identity provider",
     .details = "Prints the address and the credentials it made for this run: they are test "
                "credentials, and printing them is the purpose. Serves until it is interrupted.",
     .options = serve_table,
     .option_count = ARRAY_LEN(serve_table),
     .options_size = sizeof(struct serve_options),
     .examples = serve_examples,
     .run = serve_run},
    {.name = "routes",
     .summary = "list every route that is served",
     .options = routes_table,
     .option_count = ARRAY_LEN(routes_table),
     .options_size = sizeof(struct routes_options),
     .run = routes_run},
    {.name = "faults",
     .summary = "print what a rule for faults can say, as Markdown",
     .run = faults_run},
    {.name = "control",
     .summary = "print the calls of the control interface, as Markdown",
     .run = control_run},
    {.name = "scenario-schema",
     .summary = "print the JSON Schema of scenario files",
     .options = schema_table,
     .option_count = ARRAY_LEN(schema_table),
     .options_size = sizeof(struct schema_options),
     .run = schema_run},
    {.name = "nursery",
     .summary = "wait, loaded, and fork a serving mock each time it is asked; for assay itself",
     .details = "Loading takes longer than what a test does with a mock. `assay run' therefore "
                "loads one and has the mocks of its worlds forked from it, each as if it had been "
                "started alone.",
     .options = nursery_table,
     .option_count = ARRAY_LEN(nursery_table),
     .options_size = sizeof(struct nursery_options),
     .run = nursery_run},
};

static int nursery_run(void *program, const void *options, const struct str_list *args)
{
    const struct nursery_options *o = options;
    (void)program;
    (void)args;
    return nursery_serve_mocks(&commands[0], (int)o->fd);
}

int main(int argc, char **argv)
{
    static const struct cli_program program = {
        .name = "assay-mock",
        .version = ASSAY_VERSION,
        .summary = "a mock Databricks workspace and identity provider for local development",
        .commands = commands,
        .command_count = ARRAY_LEN(commands),
    };
    return cli_main(&program, NULL, argc, argv);
}
