/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_SPACE_SPACE_H
#define MOCK_SPACE_SPACE_H

/* One space: a mock of its own within the process, so that parallel tests do not see each other.
 *
 * Ownership: counted by reference: an exchange holds its space until it is over, even when the
 * space was removed meanwhile. Threads: one at a time. */

#include "base/core/attrs.h"
#include "base/core/err.h"
#include "base/core/map.h"
#include "base/sys/clock.h"
#include "mock/http/route_count.h"
#include "mock/space/rounds.h"

#include <stdbool.h>
#include <stdint.h>

struct fault_rules;
struct journal_canaries;
struct journal_store;
struct json_doc;
struct mock_state;
struct router;
struct scenario;

struct space_options {
    const struct router *routes; /* those that fault rules may name; NULL: any */
    bool seeded;
    uint64_t seed;
    size_t journal_max_bytes; /* 0 = JOURNAL_DEFAULT_MAX_BYTES */
    size_t max_listed;        /* canaries, as in mock_state.h; 0 = MOCK_STATE_MAX_LISTED */
};

/* What POST /journal/take has given with one pattern. */
struct taken {
    int64_t after;  /* everything up to this number was given or never will be */
    int64_t *given; /* numbers beyond it that were given already */
    size_t given_count, given_capacity;
    int64_t total;
};

struct space {
    char *name; /* "" = the one that is there without asking */
    struct clock clock;
    struct mock_state *state;
    struct journal_store *journal;
    struct fault_rules *faults;
    struct rounds rounds;
    struct route_counts tally; /* exchanges that ended, by status; 0 = nothing was sent */
    uint64_t id_base;          /* makes request ids differ */
    int64_t date_s;            /* of the text, which is what the Date header says */
    char date[32];
    int64_t refs;
    int64_t loads;  /* scenarios loaded so far */
    char *scenario; /* the last one loaded, as JSON; for POST /reset */
    const struct router *routes;
    struct map taken; /* POST /journal/take: pattern -> struct taken * */
};

struct space *space_new(const char *name, const struct space_options *options,
                        struct err *err) NODISCARD;
void space_ref(struct space *s);
void space_unref(struct space *s); /* accepts NULL */
/* What the Date header says now; valid until the next call. */
const char *space_date(struct space *s);
const char *space_date_at(struct space *s, int64_t now_ms); /* for who has just looked */
/* What the journal has to look for now. */
void space_canaries(const struct space *s, struct journal_canaries *ret);
/* Replaces state and faults; journal, clock and keys stay. doc is the scenario as it was read. */
int space_load(struct space *s, const struct json_doc *doc, const struct scenario *scenario,
               struct err *err) NODISCARD;
/* The last scenario again: everything minted since is gone; keys, journal and clock stay. */
int space_reset(struct space *s, struct err *err) NODISCARD;

#endif
