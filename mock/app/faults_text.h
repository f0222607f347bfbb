/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_FAULTS_TEXT_H
#define MOCK_APP_FAULTS_TEXT_H

/* The reference of fault rules, made from the tables that implement them. */

#include "base/core/buf.h"

void faults_text(struct buf *out); /* Markdown */

#endif
