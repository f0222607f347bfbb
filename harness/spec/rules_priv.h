/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_RULES_PRIV_H
#define HARNESS_SPEC_RULES_PRIV_H

/* Rules that manifests and cases share, over the nodes of a document, so that a complaint can say
 * where. Each returns 0, or -1 with err set to file:line:column. A NULL node breaks no rule. */

#include "base/core/err.h"
#include "base/json/json_read.h"

#include <stdbool.h>

/* Who writes the strings: manifests do not see the canaries that cases poison the world with. */
enum rule_author { RULE_MANIFEST, RULE_CASE };

/* Every string at or below node: ${...} well formed and known. */
int rule_templates(const struct json_doc *doc, const struct json *node, enum rule_author author,
                   struct err *err) NODISCARD;
/* The member names of node are environment variable names, its values templates without NUL. */
int rule_env(const struct json_doc *doc, const struct json *node, enum rule_author author,
             struct err *err) NODISCARD;
/* The string at node is `grammar`; what says what it should look like. */
int rule_word(const struct json_doc *doc, const struct json *node, bool (*grammar)(struct str),
              const char *what, struct err *err) NODISCARD;
/* err gets inner's message and hint at the place of node. Returns -1. */
int rule_broken(const struct json_doc *doc, const struct json *node, const struct err *inner,
                struct err *err);

/* The name of a file that is planted: below HOME or TMPDIR, and nowhere else. */
int rule_file_name(const struct json_doc *doc, const struct json *file, struct err *err) NODISCARD;
/* The first string at or below node that uses ${name}, or NULL; whether there is one. */
const struct json *rule_use_find(const struct json *node, const char *name);
bool rule_uses(const struct json *node, const char *name);

#endif
