/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CORE_ASSERT_H
#define BASE_CORE_ASSERT_H

/* Programmer errors only; on in every build. Prints where, then aborts. What a user or a peer can
 * cause is never asserted: it is a struct err (base/core/err.h). */

#include "base/core/attrs.h"

#define ASSERT(cond)  ((cond) ? (void)0 : assert_failed(__FILE__, __LINE__, #cond))
#define UNREACHABLE() assert_failed(__FILE__, __LINE__, "unreachable")

void assert_failed(const char *file, int line, const char *what) NORETURN;

#endif
