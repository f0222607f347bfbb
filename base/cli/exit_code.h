/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLI_EXIT_CODE_H
#define BASE_CLI_EXIT_CODE_H

/* Exit codes of both programs; the table is the single source for --help, man pages and docs. */

#include "base/core/err.h"

#define EXIT_CODE_TABLE(X)                                                             \
    X(EXIT_OK, 0, "everything that was asked for passed")                              \
    X(EXIT_FAILED, 1, "a must failed")                                                 \
    X(EXIT_INCOMPLETE, 2,                                                              \
      "incomplete: something could not run, was inconclusive, or a shard is missing")  \
    X(EXIT_BAD_USAGE, 64, "the command line is wrong")                                 \
    X(EXIT_BAD_FILE, 65, "a manifest, case or other input file is wrong")              \
    X(EXIT_CANNOT_START, 69, "something needed from the system is missing or refused") \
    X(EXIT_BUG, 70, "a bug in assay")                                                  \
    X(EXIT_REPORT_NOT_WRITTEN, 73, "a report could not be written")                    \
    X(EXIT_INTERRUPTED, 130, "interrupted (SIGINT)")                                   \
    X(EXIT_TERMINATED, 143, "terminated (SIGTERM)")

#define EXIT_CODE_ENUM(name, value, doc) name = value,
enum exit_code { EXIT_CODE_TABLE(EXIT_CODE_ENUM) };
#undef EXIT_CODE_ENUM

int exit_code_of(const struct err *err); /* by err->code */

#endif
