/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_CONTROL_H
#define BASE_WIRE_CONTROL_H

/* The mock's control interface: HTTP with JSON bodies on a unix socket, never on the public
 * listener. Errors: status 400 (bad request), 404, 405, 409 with {"error": "...", "hint": "..."}.
 *
 *  GET /health
 *      {"name":"assay-mock","version":"...","pid":n,"real_ms":n,"failures":n}: the journal's real
 *      time now; how many handlers could not do their work (answered 500).
 *  PUT /scenario
 *      A scenario (base/wire/scenario.h) replaces all state and the faults; keys and the journal
 *      stay. Answers like GET /credentials.
 *  GET /credentials
 *      {"workspaces":[{"host","workspace_id","account_id","warehouse_id",
 *      "tables":[{"full_name","table_id"}]}],
 *      "principals":[{"name","kind","client_id","client_secret","pat"}],
 *      "oauth_apps":[{"name","client_id","client_secret","redirect_urls"}]}
 *      The values themselves: this is where the harness gets them.
 *  POST /mint
 *      {"kind":"access-token"|"refresh-token"|"pat","principal":"...","lifetime_ms":n?,
 *      "scopes":[..]?,"name":"canary name"?,"host":"..."?,"issuer":"..."?,"account":bool?,
 *      "client_id":"..."?; access tokens: "claims":{..}?,"format":"RS256"|"ES256"|"opaque"?,
 *      "tamper":"expired"|"not-yet-valid"|"wrong-issuer"|"wrong-audience"|"bad-signature"|
 *      "unknown-kid"|"alg-none"?}
 *      -> {"name","value","expires_ms"}; expires_ms is null for what never expires.
 *  POST /revoke
 *      {"name":"canary name"} or {"principal":"...","kind":"access-token"?} -> {"revoked":n}
 *  GET /canaries
 *      [{"name","kind","value"}]: every secret minted or made known so far; 409 when there were so
 *      many that the values of some were not kept.
 *  POST /canaries
 *      {"name","kind","value"}: makes a secret of the harness known, so that the journal finds and
 *      masks it.
 *  GET /journal[?after=SEQ]
 *      NDJSON of the exchanges that are over (base/wire/journal.h); 409 when so many secrets were
 *      made known that they cannot be masked any more.
 *  GET /journal/count
 *      {"seq":n,"open":n,"dropped":n}: last number given; exchanges not answered yet; records that
 *      left because memory is bounded.
 *  GET /journal/wait?route=R&count=N&timeout_ms=T
 *      Answers when N exchanges of that route (a name or a glob) have begun (held ones count), or
 *      after T: {"count":n}
 *  GET /faults
 *      [{"id","matched":n,"acted":n}]
 *  POST /faults
 *      One fault rule, added at the end -> {"id"}; 409 when the id is taken.
 *  DELETE /faults/ID
 *  POST /release
 *      {"id":"fault id"?}: lets held replies go -> {"released":n}
 *  GET /clock
 *      {"wall_ms","offset_ms"}
 *  POST /clock
 *      {"advance_ms":n} -> as GET
 *  GET /keys
 *      [{"kid","alg","current","published"}]: the signing keys, oldest first.
 *  POST /keys/rotate
 *      {"alg":"RS256"|"ES256"}? -> {"kid"}: a new key signs; the old one stays published.
 *  POST /keys/retire
 *      {"kid"} -> {"revoked":n}: published no longer, and what it signed is dead.
 *  POST /shutdown
 *      Answers, then the mock ends.
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
#define CONTROL_KEYS          "/keys"
#define CONTROL_KEYS_ROTATE   "/keys/rotate"
#define CONTROL_KEYS_RETIRE   "/keys/retire"
#define CONTROL_SHUTDOWN      "/shutdown"

/* The line the mock writes to --ready-fd, which it then closes (0 = no such listener):
 *     {"port":n,"https_port":n,"control":"path"} */

#endif
