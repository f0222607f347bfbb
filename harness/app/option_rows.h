/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_OPTION_ROWS_H
#define HARNESS_APP_OPTION_ROWS_H

/* Rows of option tables that several commands have. `s' is the struct that the options are parsed
 * into; its member is named as the last argument says, or by the option's own name. */

#include "base/cli/options.h"
#include "harness/spec/mode.h"
#include "harness/world/walls.h"

/* kind: CLI_STRING for one manifest, CLI_STRINGS for several. */
#define OPTION_CONNECTOR(s, kind, member)                                                        \
    {                                                                                            \
        .name = "connector", .letter = 'c', .arg = "FILE", .type = (kind), .required = true,     \
        .offset = offsetof(struct s, member), .doc = "the connector's manifest (connector.yaml)" \
    }

#define OPTION_AUTH(s, kind, is_required, text)                                      \
    {                                                                                \
        .name = "auth", .arg = "MODE", .type = (kind), .names = mode_names,          \
        .required = (is_required), .offset = offsetof(struct s, auth), .doc = (text) \
    }
#define OPTION_AUTH_DOC "this mode, or all of a family: azure, u2m"

#define OPTION_CASE(s, more)                                                                     \
    {                                                                                            \
        .name = "case", .arg = "GLOB", .type = CLI_STRINGS, .offset = offsetof(struct s, cases), \
        .doc = "only cases whose id matches, such as 'secrets/*'" more                           \
    }

#define OPTION_CASES_DIR(s)                                                                   \
    {                                                                                         \
        .name = "cases", .arg = "DIR", .type = CLI_STRING,                                    \
        .offset = offsetof(struct s, cases_dir), .doc = "the suite, if not the program's own" \
    }

#define OPTION_JOBS(s, when_zero)                                                          \
    {                                                                                      \
        .name = "jobs", .letter = 'j', .arg = "N", .type = CLI_INT, .min = 0, .max = 1024, \
        .dflt = "0", .offset = offsetof(struct s, jobs),                                   \
        .doc = "how many cases run at the same time; 0: " when_zero                        \
    }

#define OPTION_OUTPUT(s, folder, text)                                                       \
    {                                                                                        \
        .name = "output", .letter = 'o', .arg = "DIR", .type = CLI_STRING, .dflt = (folder), \
        .offset = offsetof(struct s, output), .doc = (text)                                  \
    }

#define OPTION_ISOLATION(s, text)                                                        \
    {                                                                                    \
        .name = "isolation", .arg = "LEVEL", .type = CLI_ENUM, .dflt = "auto",           \
        .names = isolation_names, .offset = offsetof(struct s, isolation), .doc = (text) \
    }

#define OPTION_SEED(s, text)                                                                  \
    {                                                                                         \
        .name = "seed", .arg = "N", .type = CLI_INT, .min = 0, .max = INT64_MAX, .dflt = "0", \
        .offset = offsetof(struct s, seed), .doc = (text)                                     \
    }

#define OPTION_QUIET(s, text)                                                                  \
    {                                                                                          \
        .name = "quiet", .letter = 'q', .type = CLI_FLAG, .offset = offsetof(struct s, quiet), \
        .doc = (text)                                                                          \
    }

#endif
