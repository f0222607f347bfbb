/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_CONTROL_H
#define BASE_WIRE_CONTROL_H

/* The mock's control interface: HTTP with JSON bodies on a unix socket, never on the public
 * listener. Errors: status 400 (bad request), 404, 409 with {"error": "...", "hint": "..."}.
 *
 *  GET    /health                {"name":"assay-mock","version":"...","pid":n}
 *  PUT    /scenario              a scenario (base/wire/scenario.h) replaces all state; keys stay.
 *                                Answers like GET /credentials.
 *  GET    /credentials           {"workspaces":[{"host","workspace_id","account_id","warehouse_id",
 *                                "tables":[{"full_name","table_id"}]}],
 *                                "principals":[{"name","kind","client_id","client_secret","pat"}]}
 *                                (the values themselves: this is where the harness gets them)
 *  POST   /mint                  {"kind":"access-token"|"refresh-token"|"pat","principal":"...",
 *                                "lifetime_ms":n?,"scopes":[..]?,"name":"canary name"?}
 *                                -> {"name","value","expires_ms"}
 *  POST   /revoke                {"name":"canary name"} or {"principal":"...","kind":"access-token"?}
 *                                -> {"revoked":n}
 *  GET    /canaries              [{"name","kind","value"}] every secret minted or made known so far
 *  POST   /canaries              {"name","kind","value"}: makes a secret of the harness known, so that
 *                                the journal finds and masks it
 *  GET    /journal[?after=SEQ]   NDJSON of the exchanges that are over
 *  GET    /journal/count         {"seq":n,"open":n}: last number given; exchanges not answered yet
 *  GET    /journal/wait?route=R&count=N&timeout_ms=T   answers when N exchanges of that route have
 *                                begun (held ones count), or after T: {"count":n}
 *  GET    /faults                [{"id","matched":n,"acted":n}]
 *  POST   /faults                one fault rule (added at the end) -> {"id"}
 *  DELETE /faults/ID
 *  POST   /release               {"id":"fault id"?}: lets held replies go -> {"released":n}
 *  GET    /clock                 {"wall_ms","offset_ms"}
 *  POST   /clock                 {"advance_ms":n} -> as GET
 *  POST   /shutdown              answers, then the mock ends
 */

#define CONTROL_HEALTH        "/health"
#define CONTROL_SCENARIO      "/scenario"
#define CONTROL_CREDENTIALS   "/credentials"
#define CONTROL_MINT          "/mint"
#define CONTROL_REVOKE        "/revoke"
#define CONTROL_CANARIES      "/canaries"
#define CONTROL_JOURNAL       "/journal"
#define CONTROL_JOURNAL_COUNT "/journal/count"
#define CONTROL_JOURNAL_WAIT  "/journal/wait"
#define CONTROL_FAULTS        "/faults"
#define CONTROL_RELEASE       "/release"
#define CONTROL_CLOCK         "/clock"
#define CONTROL_SHUTDOWN      "/shutdown"

/* The line the mock writes to --ready-fd, then closes it: {"port":n,"https_port":n,"control":"path"} */

#endif
