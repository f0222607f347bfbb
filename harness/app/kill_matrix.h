/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_KILL_MATRIX_H
#define HARNESS_APP_KILL_MATRIX_H

/* Which check saw which mutant, and whether that is what was meant. The gate:
 *   - every check of the suite has a mutant that it must see and does see;
 *   - every case has one as well;
 *   - every mutant is seen by all the checks that must see it, and by no other but its collateral;
 *   - the clean connectors are green throughout. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "harness/app/mutants.h"
#include "harness/report/events.h"
#include "harness/spec/case.h"

struct kill_matrix {
    struct str_list problems; /* empty = the gate is open */
    size_t checks, checks_killed, cases, cases_killed, mutants, mutants_killed, false_alarms;
    struct buf table; /* Markdown: a row per mutant */
};

void kill_matrix_done(struct kill_matrix *m);
/* The whole of it as Markdown, problems and table included; level: how many # its title has. */
void kill_matrix_write(struct buf *out, const struct kill_matrix *m, int level);
/* Mutants seen as meant, of a hundred; 100 only when all are. */
int kill_matrix_rate(const struct kill_matrix *m);

struct kill_request {
    const struct case_set *cases;
    const struct mutants *mutants;
    const struct run_record *run;
    struct str_list case_globs; /* what was run of the suite; empty = all of it */
    bool some_mutants;          /* not all of them: then who has none is not asked */
};

/* Mutants' results are found under the connector name "<connector>+<mutant>", the clean ones under
 * the connector's own. */
void kill_matrix_make(struct arena *a, const struct kill_request *request, struct kill_matrix *ret);
/* The name under which a mutant is run. */
const char *mutant_connector_name(struct arena *a, const struct mutant *m);

#endif
