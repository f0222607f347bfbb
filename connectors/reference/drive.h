/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DRIVE_H
#define REFERENCE_DRIVE_H

/* How the connector is asked to work. This is the part that an existing connector has to add to be
 * tested; one of the three is enough.
 *
 * lines: a JSON line on stdin, a JSON line on stdout, until stdin ends.
 *     {"seq":1,"do":"validate"} -> {"seq":1,"ok":true,"table_id":"..."}
 *                               or {"seq":1,"ok":false,"error":"..."}
 *     {"seq":2,"do":"dump"}     -> {"seq":2,"ok":true,"text":"..."}
 *     any other word            -> {"seq":3,"unsupported":true}
 * count: performs that many validations, then ends.
 * exec: performs one validation, then ends. Both: 0 when all went well, 1 and a line on stderr
 *     otherwise. */

#include "workspace.h"

struct drive {
    struct config config;
    struct workspace workspace;
    bool ready;             /* else refused says why there is no workspace */
    struct failure refused; /* the configuration was not accepted */
    int64_t limit_ms;       /* for one operation */
};

/* A configuration that is not accepted is told to whoever asks for an operation. */
void drive_init(struct drive *d, const char *auth_name, int64_t limit_ms);
void drive_done(struct drive *d);
int drive_lines(struct drive *d);              /* exit status */
int drive_count(struct drive *d, long rounds); /* exit status */

#endif
