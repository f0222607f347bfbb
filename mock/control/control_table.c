/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/control.h"
#include "mock/control/control_priv.h"

#define CALL(name_, method_, path_, handler_, doc_)                               \
    {                                                                             \
        .name = name_, .method = method_, .pattern = path_, .class = ROUTE_OTHER, \
        .handler = handler_, .doc = doc_, .source = "ours"                        \
    }

static const struct route routes[] = {
    CALL("control.ready", "GET", CONTROL_READY, control_get_ready,
         "`{\"ready\": true}` when a scenario is loaded."),
    CALL(
        "control.health", "GET", CONTROL_HEALTH, control_get_health,
        "Name, version, pid; `real_ms`, the journal's real time now; `failures`, how many handlers "
        "could not do their work (answered 500)."),
    CALL("control.version", "GET", CONTROL_VERSION, control_get_version, "Name and version."),
    CALL("control.metrics", "GET", CONTROL_METRICS, control_get_metrics,
         "Counters and gauges in the text format of Prometheus."),
    CALL(
        "control.scenario", "PUT", CONTROL_SCENARIO, control_put_scenario,
        "A scenario as JSON replaces all state and the faults; keys and journal stay. Answers like "
        "`GET /credentials`."),
    CALL("control.reset", "POST", CONTROL_RESET, control_post_reset,
         "Loads the last scenario again: what was minted since is gone; keys, journal and clock "
         "stay. Answers like `GET /credentials`."),
    CALL("control.credentials", "GET", CONTROL_CREDENTIALS, control_get_credentials,
         "Workspaces, principals and applications with their values: client ids, secrets, personal "
         "access tokens."),
    CALL("control.tokens", "GET", CONTROL_TOKENS, control_get_tokens,
         "Every credential by its name, in the order of making: kind, principal, `issued_ms`, "
         "`expires_ms` (absent: never), `revoked`."),
    CALL(
        "control.mint", "POST", CONTROL_MINT, control_post_mint,
        "Makes a token: `kind` (access-token, refresh-token, pat), `principal`; and if wanted "
        "`lifetime_ms`, `scopes`, `name`, `host`, `issuer`, `account`, `client_id`, and for access "
        "tokens `claims`, `format` and `tamper` (expired, not-yet-valid, wrong-issuer, "
        "wrong-audience, bad-signature, unknown-kid, alg-none). Answers name, value and "
        "`expires_ms`."),
    CALL("control.revoke", "POST", CONTROL_REVOKE, control_post_revoke,
         "Ends credentials: `{\"name\": ...}`, or `{\"principal\": ..., \"kind\": ...}` for all of "
         "somebody's. Answers how many."),
    CALL("control.canaries", "GET", CONTROL_CANARIES, control_get_canaries,
         "Every secret minted or made known, with its value; 409 when some were too many to keep."),
    CALL("control.canaries-add", "POST", CONTROL_CANARIES, control_post_canaries,
         "`{\"name\", \"kind\", \"value\"}`: makes a secret of yours known, so that the journal "
         "finds "
         "and masks it."),
    CALL(
        "control.journal", "GET", CONTROL_JOURNAL, control_get_journal,
        "The exchanges that are over, as NDJSON; a first line `{\"dropped\": n}` when records were "
        "lost."),
    CALL("control.journal-last", "GET", CONTROL_JOURNAL_LAST, control_get_journal_last,
         "The newest `count` (1) of that route."),
    CALL(
        "control.journal-count", "GET", CONTROL_JOURNAL_COUNT, control_get_journal_count,
        "`seq`, the last number given; `open`, exchanges not answered yet; `dropped`, records that "
        "left because memory is bounded; with a route `count`, how many of it have begun."),
    CALL("control.journal-wait", "GET", CONTROL_JOURNAL_WAIT, control_get_journal_wait,
         "Answers when `count` (1) exchanges of that route have begun, or after `timeout_ms` "
         "(30 000): `{\"count\": n}`."),
    CALL("control.journal-take", "POST", CONTROL_JOURNAL_TAKE, control_post_journal_take,
         "Those that no take with the same route was given before; with `timeout_ms` waits until "
         "there are `count` (1)."),
    CALL("control.faults", "GET", CONTROL_FAULTS, control_get_faults,
         "The rules in force: `id`, `matched`, `acted`."),
    CALL(
        "control.faults-add", "POST", CONTROL_FAULTS, control_post_faults,
        "One rule ([faults.md](faults.md)), added at the end. Answers its `id`; 409 when the id is "
        "taken."),
    CALL("control.faults-remove", "DELETE", CONTROL_FAULTS "/{id}", control_delete_fault,
         "Takes one rule away."),
    CALL("control.faults-clear", "DELETE", CONTROL_FAULTS, control_delete_faults,
         "Takes all rules away."),
    CALL("control.release", "POST", CONTROL_RELEASE, control_post_release,
         "Lets held answers go, all or those of the rule `id`. Answers how many."),
    CALL("control.clock", "GET", CONTROL_CLOCK, control_get_clock,
         "`wall_ms`, the mock's time; `offset_ms`, how far it is before the machine's; `held`."),
    CALL("control.clock-advance", "POST", CONTROL_CLOCK, control_post_clock,
         "`{\"advance_ms\": n}` moves it on, `{\"set_ms\": n}` to a wall time, `{\"held\": true}` "
         "holds "
         "it still but for these until `false`; it never goes back. Answers as `GET /clock`."),
    CALL("control.keys", "GET", CONTROL_KEYS, control_get_keys,
         "The signing keys, oldest first: `kid`, `alg`, `current`, `published`."),
    CALL("control.keys-rotate", "POST", CONTROL_KEYS_ROTATE, control_post_keys_rotate,
         "A new key signs, of `alg` RS256 or ES256 if one is named; the old one stays published."),
    CALL("control.keys-retire", "POST", CONTROL_KEYS_RETIRE, control_post_keys_retire,
         "`{\"kid\": ...}`: published no longer, and what it signed is dead. Answers how many."),
    CALL("control.spaces", "GET", CONTROL_SPACES, control_get_spaces,
         "The spaces: `name`, `requests`, `open`, `offset_ms`."),
    CALL("control.spaces-remove", "DELETE", CONTROL_SPACES "/{name}", control_delete_space,
         "Removes a space; requests in it end as they would."),
    CALL("control.rounds", "GET", CONTROL_ROUNDS, control_get_rounds,
         "`ended`, the rounds that have ended, a held one among them; `held`, answers held now."),
    CALL(
        "control.rounds-set", "PUT", CONTROL_ROUNDS, control_put_rounds,
        "`{\"table\", \"statement\", \"hold_after\": [n, ...]}`: a client performs rounds without "
        "being asked; one has ended when both were told whole once more. The answer that ends a "
        "round of those numbers is held but for its last byte. Counting begins anew; 409 while one "
        "is held."),
    CALL("control.rounds-release", "POST", CONTROL_ROUNDS_RELEASE, control_post_rounds_release,
         "Lets them go. Answers how many."),
    CALL("control.shutdown", "POST", CONTROL_SHUTDOWN, control_post_shutdown,
         "Answers, then the mock ends."),
};
const struct route_table control_routes = {"control", routes, ARRAY_LEN(routes)};

static const char intro[] =
    "# Control interface\n\n"
    "The calls that steer a mock: HTTP with JSON bodies on a unix socket, or on a loopback port "
    "with "
    "a secret (`Authorization: Bearer`). Every call takes `space=NAME` besides its own query "
    "parameters; what changes something, and `GET /credentials`, makes a space that is not there. "
    "`route` is a name of [routes.md](routes.md) or a pattern of names. Errors are `{\"error\", "
    "\"hint\"}` with status 400, 401 and 403 (the port only), 404, 405, 409 or 413. Generated from "
    "the table that serves it.\n\n"
    "| Method | Path | Query | What |\n| --- | --- | --- | --- |\n";

void control_reference(struct buf *out)
{
    buf_add_z(out, intro);
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        const char *names[CONTROL_QUERY_MAX];
        size_t count = control_query_names(&routes[i], names);
        buf_printf(out, "| %s | `%s` |", routes[i].method, routes[i].pattern);
        for (size_t n = 1; n < count; n++) { /* the first is `space` */
            buf_printf(out, "%s `%s`", n > 1 ? "," : "", names[n]);
        }
        buf_printf(out, " | %s |\n", routes[i].doc);
    }
}
