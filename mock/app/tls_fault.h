/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_TLS_FAULT_H
#define MOCK_APP_TLS_FAULT_H

/* What can be wrong with a TLS listener. A client that speaks to one of these has a hole: RFC 9110
 * section 4.3.4, RFC 8996 (TLS 1.1). */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/wire/scenario_tls.h"

#include <stdint.h>

struct scenario;

/* One listener: "expired" or "expired:8444" (port 0 = any free one). */
int tls_fault_parse(struct arena *a, const char *text, struct scenario_tls_fault *ret,
                    struct err *err) NODISCARD;
const char *tls_fault_name(int fault);
/* For GnuTLS; NULL = as usual. */
const char *tls_fault_priorities(int fault);

#endif
