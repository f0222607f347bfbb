/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/init_template.h"

#include "base/core/attrs.h"
#include "base/core/str.h"

const char *const init_languages[INIT_LANGUAGES + 1] = {"python", "go",  "java",
                                                        "node",   "cli", NULL};

static const char head[] =
    "# What assay must know about a connector. Check this file with: assay lint connector.yaml\n"
    "# Every key is explained in docs/manifest.md.\n"
    "assay: 1\n"
    "\n"
    "name: my-connector            # short: lower-case letters, digits and '-'\n"
    "title: My connector\n"
    "version: \"1.0.0\"              # the version that its User-Agent carries\n"
    "language: %s\n"
    "product: MyCompany_MyProduct  # expected in the User-Agent: <isv>_<product>, no version\n"
    "\n"
    "# What one operation does: get a Unity Catalog table, run a SQL statement.\n"
    "speaks: [unity-catalog, statements]\n"
    "\n";

static const char drive_lines[] =
    "# lines: a process that reads orders from stdin, one JSON object per line, and answers each:\n"
    "#   {\"seq\":1,\"do\":\"validate\"}  ->  {\"seq\":1,\"ok\":true}\n"
    "#                               or  {\"seq\":1,\"ok\":false,\"error\":\"what went wrong\"}\n"
    "# An order that it does not know is answered with ok false and the error \"unsupported\"; the "
    "end\n"
    "# of stdin ends it. The other drives: count (performs ${operations} rounds and exits, for\n"
    "# existing test scripts) and exec (a command per operation).\n"
    "drive: lines\n"
    "# parallel: true              # it performs several validations at once when asked\n"
    "# dump: true                  # it answers \"dump\" with the text form of its configuration\n"
    "\n"
    "# Nothing of your own environment reaches the connector: list all that it needs.\n"
    "run:\n"
    "  argv: [%s, --auth, \"${mode}\"]\n";

static const char drive_exec[] =
    "# exec: a command per operation, started anew each time; HOME is kept between them.\n"
    "drive: exec\n"
    "\n"
    "# The commands of each operation, run in order; all must succeed.\n"
    "operations:\n"
    "  validate:\n"
    "    - [%s, tables, get, \"${table}\"]\n"
    "    - [%s, sql, \"${statement}\", --warehouse, \"${warehouse_id}\"]\n"
    "  # dump:                     # prints its configuration\n"
    "  #   - [%s, config, show]\n"
    "\n"
    "# Nothing of your own environment reaches the commands: list all that they need.\n"
    "run:\n";

static const char tail[] =
    "  env:\n"
    "    CONNECTOR_HOST: \"${host}\"\n"
    "    CONNECTOR_HTTP_PATH: \"${http_path}\"\n"
    "    CONNECTOR_TABLE: \"${table}\"\n"
    "    CONNECTOR_AUTH: \"${mode}\"\n"
    "\n"
    "# The ways to authenticate that it has, and what each adds to `run`. Take out the others.\n"
    "modes:\n"
    "  pat:\n"
    "    env: {CONNECTOR_TOKEN: \"${token}\"}\n"
    "  m2m:\n"
    "    env: {CONNECTOR_CLIENT_ID: \"${client_id}\", CONNECTOR_CLIENT_SECRET: "
    "\"${client_secret}\"}\n"
    "  u2m:\n"
    "    env: {CONNECTOR_CLIENT_ID: \"${client_id}\", CONNECTOR_REDIRECT_PORT: "
    "\"${redirect_port}\"}\n"
    "  u2m-built-in: {}\n"
    "  token:\n"
    "    env: {CONNECTOR_TOKEN: \"${token}\"}\n"
    "\n"
    "# What must be there before it can be started.\n"
    "%s"
    "\n"
    "# How to make it log all it can, and where to: assay looks for secrets there.\n"
    "logging:\n"
    "  env: {CONNECTOR_LOG_LEVEL: debug}\n"
    "  # files: [\"${home}/connector.log\"]\n"
    "\n"
    "# What its users may set to any text, one by one: none of it may become its User-Agent.\n"
    "# options:\n"
    "#   - {name: client_name, env: {CONNECTOR_CLIENT_NAME: \"${option_value}\"}}\n"
    "\n"
    "# limits: {start: 10s, operation: 30s, stop: 5s, case: 60s}\n"
    "\n"
    "# What is known to fail, for how long that is excused, and who mends it.\n"
    "# expected_failures:\n"
    "#   - {case: m2m/some-case, check: some.check, reason: \"why\", owner: \"who\", expires: "
    "\"2027-06-30\"}\n";

static const struct {
    const char *name, *language, *program, *requires;
} languages[INIT_LANGUAGES] = {
    {"python", "python", ".venv/bin/python, adapter.py",
     "requires:\n"
     "  - {path: .venv/bin/python, hint: \"run: python3 -m venv .venv && .venv/bin/pip install "
     "-r requirements.txt\"}\n"},
    {"go", "go", "./bin/adapter",
     "requires:\n"
     "  - {path: bin/adapter, hint: \"run: go build -o bin/adapter ./cmd/adapter\"}\n"},
    {"java", "java", "java, -jar, target/adapter.jar",
     "requires:\n"
     "  - {path: target/adapter.jar, hint: \"run: mvn package\"}\n"},
    {"node", "javascript", "node, adapter.js",
     "requires:\n"
     "  - {path: node_modules, hint: \"run: npm ci\"}\n"},
    {"cli", "shell", "./connector",
     "requires:\n"
     "  - {path: connector, hint: \"build the program first\"}\n"},
};

const char *init_template(struct arena *a, const char *language)
{
    for (size_t i = 0; i < ARRAY_LEN(languages); i++) {
        if (!str_eq_z(str_of(language), languages[i].name)) {
            continue;
        }
        const char *program = languages[i].program;
        bool is_cli = str_eq_z(STR("cli"), languages[i].name);
        const char *drive = is_cli ? arena_printf(a, drive_exec, program, program, program)
                                   : arena_printf(a, drive_lines, program);
        return arena_printf(a, "%s%s%s", arena_printf(a, head, languages[i].language), drive,
                            arena_printf(a, tail, languages[i].requires));
    }
    return NULL;
}
