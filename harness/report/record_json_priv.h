/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_REPORT_RECORD_JSON_PRIV_H
#define HARNESS_REPORT_RECORD_JSON_PRIV_H

/* What the event stream and results.json say in the same words. A text that is not there (NULL) is
 * left out, or empty where results.schema.json requires it. */

#include "base/json/json.h"
#include "harness/report/events.h"

void record_set_strings(struct json *object, const char *key, const struct str_list *list);
struct json *record_connector_json(const struct run_connector *c);
struct json *record_gate_json(const struct run_gate *gate);
struct json *record_part_json(const struct run_part *part);
/* How many results came to each verdict. */
struct json *record_counts_json(const struct run_record *run);
/* Sets the keys of one case run, with its checks. */
void record_set_result(struct json *object, const struct run_result *r);

#endif
