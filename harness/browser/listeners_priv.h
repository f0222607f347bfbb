/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_BROWSER_LISTENERS_PRIV_H
#define HARNESS_BROWSER_LISTENERS_PRIV_H

/* What both ways of listeners.h find ends here. */

#include "harness/browser/listeners.h"

#include <stdint.h>

/* One listening socket's address, in network order: one word for IPv4, four for IPv6; added once.
 */
void listeners_add(struct arena *a, bool is_v6, const uint32_t words[4], struct str_list *ret);

#endif
