/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_REFERENCE_H
#define HARNESS_SPEC_REFERENCE_H

/* The reference pages of connector.yaml and of case files as Markdown, made from the tables that
 * decode them, so that page and program cannot disagree. */

#include "base/core/buf.h"

struct check_catalog;

void spec_manifest_markdown(struct buf *out);
void spec_case_markdown(struct buf *out, const struct check_catalog *checks);

#endif
