/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cli/exit_code.h"

int exit_code_of(const struct err *err)
{
    switch (err->code) {
    case ERR_NONE:
        return EXIT_OK;
    case ERR_USAGE:
        return EXIT_BAD_USAGE;
    case ERR_INVALID:
    case ERR_NOT_FOUND:
    case ERR_LIMIT:
        return EXIT_BAD_FILE;
    case ERR_IO:
    case ERR_PROTOCOL:
    case ERR_TIMEOUT:
    case ERR_UNAVAILABLE:
        return EXIT_CANNOT_START;
    case ERR_INTERNAL:
        break;
    }
    return EXIT_BUG;
}
