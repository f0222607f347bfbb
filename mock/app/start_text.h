/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_START_TEXT_H
#define MOCK_APP_START_TEXT_H

/* What `serve` says when it is ready: for a person, and for the program that started it. */

#include "base/core/arena.h"
#include "base/core/buf.h"

struct listeners;
struct serve_options;

/* Base URLs, the test credentials, and exports to paste. */
void start_text(struct arena *a, const struct serve_options *o, const struct listeners *l,
                struct buf *out);
/* The ready line of base/wire/control.h. */
void start_ready_line(const struct serve_options *o, const struct listeners *l, struct buf *out);

#endif
