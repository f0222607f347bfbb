/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_WIRE_CONTROL_H
#define BASE_WIRE_CONTROL_H

/* The mock's control interface: HTTP with JSON bodies on a unix socket, or on a loopback port with
 * a secret (Authorization: Bearer), never on the public listener. Errors: status 400 (bad request),
 * 401 and 403 (the port only), 404, 405, 409, 413 with {"error": "...", "hint": "..."}.
 *
 * ?space=NAME chooses the space that a call is about (mock/space/space_set.h); what changes
 * something, and GET /credentials, makes it when it is not there.
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
 *  GET /tokens[?kind=K]
 *      [{"name","kind","principal","issued_ms","expires_ms","revoked"}] in the order of their
 *      making; expires_ms is absent for what never expires.
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
 *  GET /ready, GET /version, GET /metrics
 *      {"ready":true} when a scenario is loaded; {"name","version"}; the Prometheus text format.
 *  GET /journal[?after=SEQ][&route=R]
 *      NDJSON of the exchanges that are over (base/wire/journal.h); 409 when so many secrets were
 *      made known that they cannot be masked any more.
 *  GET /journal/last[?route=R][&count=N]
 *      The newest N (1) of that route that are over.
 *  POST /journal/take[?route=R][&count=N][&timeout_ms=T]
 *      NDJSON of those that were not given by a take with the same R before, at most N. With T:
 *      waits until there are N (1) or T has passed.
 *  GET /journal/count[?route=R]
 *      {"seq":n,"open":n,"dropped":n,"count":n}: last number given; exchanges not answered yet;
 *      records that left because memory is bounded; with R, how many of that route have begun.
 *  GET /journal/wait?route=R&count=N&timeout_ms=T
 *      Answers when N exchanges of that route (a name or a glob) have begun (held ones count), or
 *      after T: {"count":n}
 *  GET /faults
 *      [{"id","matched":n,"acted":n}]
 *  POST /faults
 *      One fault rule, added at the end -> {"id"}; 409 when the id is taken.
 *  DELETE /faults/ID, DELETE /faults
 *  POST /release
 *      {"id":"fault id"?}: lets held replies go -> {"released":n}
 *  PUT /rounds
 *      {"table":"full name"?,"statement":"SQL text"?,"hold_after":[n,...]?}: a client performs
 *      rounds without being asked; one has ended when the table and the statement were told
 *      whole once more. The answer that ends a round of those numbers is held but for its last
 *      byte. Answers as GET; counting begins anew. 409 while one is held.
 *  GET /rounds
 *      {"ended":n,"held":n}: rounds that have ended, a held one among them; answers held now.
 *  POST /rounds/release
 *      -> {"released":n}
 *  GET /clock
 *      {"wall_ms","offset_ms","held"}
 *  POST /clock
 *      {"advance_ms":n} or {"set_ms":wall time}, {"held":bool} or both -> as GET. A clock that
 *      is held stands still but for these. 400 when it would go back.
 *  GET /keys
 *      [{"kid","alg","current","published"}]: the signing keys, oldest first.
 *  POST /keys/rotate
 *      {"alg":"RS256"|"ES256"}? -> {"kid"}: a new key signs; the old one stays published.
 *  POST /keys/retire
 *      {"kid"} -> {"revoked":n}: published no longer, and what it signed is dead.
 *  POST /reset
 *      Loads the last scenario again: what was minted since is gone; keys, journal and clock stay.
 *      Answers like GET /credentials.
 *  GET /spaces
 *      [{"name","requests":n,"open":n,"offset_ms":n}]
 *  DELETE /spaces/NAME
 *  POST /shutdown
 *      Answers, then the mock ends.
 */

#define CONTROL_HEALTH        "/health"
#define CONTROL_SCENARIO      "/scenario"
#define CONTROL_CREDENTIALS   "/credentials"
#define CONTROL_TOKENS        "/tokens"
#define CONTROL_MINT          "/mint"
#define CONTROL_REVOKE        "/revoke"
#define CONTROL_CANARIES      "/canaries"
#define CONTROL_JOURNAL       "/journal"
#define CONTROL_JOURNAL_COUNT "/journal/count"
#define CONTROL_JOURNAL_WAIT  "/journal/wait"
#define CONTROL_JOURNAL_LAST  "/journal/last"
#define CONTROL_JOURNAL_TAKE  "/journal/take"
#define CONTROL_RESET         "/reset"
#define CONTROL_SPACES        "/spaces"
#define CONTROL_METRICS       "/metrics"
#define CONTROL_READY         "/ready"
#define CONTROL_VERSION       "/version"
#define CONTROL_FAULTS        "/faults"
#define CONTROL_RELEASE       "/release"
#define CONTROL_ROUNDS        "/rounds"
#define CONTROL_CLOCK         "/clock"
#define CONTROL_KEYS          "/keys"
#define CONTROL_KEYS_ROTATE   "/keys/rotate"
#define CONTROL_KEYS_RETIRE   "/keys/retire"
#define CONTROL_SHUTDOWN      "/shutdown"

#define CONTROL_ROUNDS_RELEASE "/rounds/release"

/* The line the mock writes to --ready-fd, which it then closes (0 = no such listener):
 *     {"port":n,"https_port":n,"control":"path"}
 * and, where they were asked for, "control_port", "web_port" and "tls_faults":{"expired":port}. */

#endif
