/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_BROWSER_LISTENERS_H
#define HARNESS_BROWSER_LISTENERS_H

/* Who listens on a TCP port of this network, as the kernel tells: nothing is connected to, since
 * some connectors take the very first connection for the answer. */

#include "base/core/arena.h"
#include "base/core/str.h"

#include <stdbool.h>

/* The addresses, IPv4 before IPv6, such as "127.0.0.1 ::1 0.0.0.0", separated by blanks; "" when
 * nobody listens. */
const char *listeners_of(struct arena *a, int port);

/* The two ways to ask. By sock_diag(7); false: this kernel does not answer that, and ret may hold
 * some of them. */
bool listeners_ask(struct arena *a, int port, struct str_list *ret) NODISCARD;
/* One table in the form of /proc/net/tcp or tcp6. */
void listeners_read(struct arena *a, struct str table, int port, struct str_list *ret);

#endif
