/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_REPORT_MARKDOWN_H
#define HARNESS_REPORT_MARKDOWN_H

/* Text from a run put safely into Markdown: it came from connectors and servers. Bad UTF-8 is
 * repaired; NULL counts as "". */

#include "base/core/buf.h"

/* Inline text: HTML and Markdown characters are escaped where they could be markup, `|` among them,
 * so that it may stand in a table; line ends become spaces, control bytes are dropped. */
void markdown_text(struct buf *out, const char *text);
/* `text` as inline code, safe in tables; nothing for "". */
void markdown_code(struct buf *out, const char *text);
/* A link, or the text alone when the target is NULL or cannot be one: only relative paths and https
 * URLs without spaces, brackets and control bytes can. */
void markdown_link(struct buf *out, const char *text, const char *target);
/* A fenced block, indented by `indent` spaces; the fence is longer than any in the text. */
void markdown_block(struct buf *out, const char *text, int indent);

#endif
