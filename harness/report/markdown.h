/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_REPORT_MARKDOWN_H
#define HARNESS_REPORT_MARKDOWN_H

/* Text from a run put safely into Markdown: it came from connectors and servers. */

#include "base/core/buf.h"

/* Inline text: HTML and Markdown characters are escaped, line ends become spaces, control bytes are
 * dropped; `|` too, so that it may stand in a table. NULL gives "". */
void markdown_text(struct buf *out, const char *text);
/* `text` as inline code, safe in tables. */
void markdown_code(struct buf *out, const char *text);
/* A fenced block, indented by `indent` spaces; the fence is longer than any in the text. */
void markdown_block(struct buf *out, const char *text, int indent);

#endif
