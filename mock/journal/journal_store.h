/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_JOURNAL_JOURNAL_STORE_H
#define MOCK_JOURNAL_JOURNAL_STORE_H

/* The record of all exchanges, in the order in which they began.
 *
 * An exchange gets its number when it begins and its record when it is over; records are packed raw
 * and become redacted NDJSON (base/wire/journal.h) when somebody asks. The newest are in memory
 * (about a MiB); the others go to files without a name under $TMPDIR, mode 0600. Both together are
 * bounded: beyond max_bytes the oldest records leave and are counted as dropped, and so are those
 * that no disk took (journal_store_spill_error).
 *
 * Redaction uses the set of canaries at the time of export. A set about to be replaced has to be
 * handed in first: journal_store_freeze() keeps a copy for the records that were made under it. A
 * record that ends under another set than it began with is dropped (and counted), not shown.
 *
 * Ownership: the store copies; routes must outlive it. Threads: one at a time, but for
 * journal_store_pack() and journal_store_real_ms(). */

#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/secret/secret.h"
#include "mock/http/request.h"
#include "mock/http/route.h"

#include <stdint.h>

#define JOURNAL_DEFAULT_MAX_BYTES ((size_t)4 * 1024 * 1024 * 1024)
/* Looking for a secret in all its encodings takes about 50 kB of automaton. The state keeps the
 * values of far fewer (MOCK_STATE_MAX_LISTED); this bounds what POST /canaries may add. */
#define JOURNAL_MAX_CANARIES     ((size_t)20000)
#define JOURNAL_BODY_SHOWN_BYTES ((size_t)16 * 1024)
/* What journal_store_export_some() writes at a time, or a record more. */
#define JOURNAL_CHUNK_BYTES ((size_t)256 * 1024)

struct clock;
struct credential_store;
struct journal_store;

/* What is known when the request was taken up. */
struct journal_begun {
    int64_t seq, time_ms, real_ms;
};

/* What is known when it is over. */
struct journal_ended {
    struct journal_begun begun;
    const struct http_req *req;
    const struct http_reply *reply; /* NULL = nothing was sent */
    const struct http_notes *notes;
    const struct route *route; /* NULL = unknown */
    const char *nearest;       /* or NULL */
    const char *fault;         /* or "" */
    const char *end;           /* "sent", ... */
    int64_t answered_ms; /* after it began the answer was given to be sent; JOURNAL_NOT_ANSWERED */
    int64_t moved_ms;    /* the clock was moved by so much while the answer was held */
};

/* The canaries as they are now; generation moves when the set was replaced. */
struct journal_canaries {
    const struct secret_set *set;
    uint64_t generation;
    size_t unlisted; /* tokens that are not in the set: found by their shape */
    const struct credential_store *tokens; /* tells their names; may be NULL */
};

/* How far an export has come. */
struct journal_cursor {
    int64_t after, until; /* numbers */
    int64_t dropped_told;
    bool at_end;
};

struct journal_store *journal_store_new(const struct clock *clock, size_t max_bytes) NODISCARD;
void journal_store_free(struct journal_store *s);

struct journal_begun journal_store_begin(struct journal_store *s, const struct route *route);
void journal_store_end(struct journal_store *s, const struct journal_ended *e,
                       uint64_t canary_generation);
/* The same in two steps: the first may be done by any thread, as it only reads what never changes.
 */
struct str journal_store_pack(const struct journal_store *s, const struct journal_ended *e,
                              struct arena *a);
void journal_store_put(struct journal_store *s, int64_t seq, struct str packed,
                       uint64_t canary_generation);

/* Records of replies that are copies of this one will not repeat it. To be called before any of
 * them is packed. */
void journal_store_learn(struct journal_store *s, struct kept_reply *kept);
/* The same for requests with these headers. */
void journal_store_learn_head(struct journal_store *s, struct http_head *head);

/* Milliseconds since the store was made: the zero of real_ms. */
int64_t journal_store_real_ms(const struct journal_store *s);
int64_t journal_store_seq(const struct journal_store *s);  /* the last number given */
int64_t journal_store_open(const struct journal_store *s); /* not over yet */
int64_t journal_store_dropped(const struct journal_store *s);
/* Why the older records are not on disk; NULL = they are. */
const struct err *journal_store_spill_error(const struct journal_store *s);
/* Exchanges begun whose route's name the pattern (base/text/glob.h) matches. */
int64_t journal_store_begun(const struct journal_store *s, const char *pattern);

/* Appends the records with a number above `after` that are over, as NDJSON. ERR_LIMIT when there
 * are more than JOURNAL_MAX_CANARIES secrets to look for. */
int journal_store_export(struct journal_store *s, const struct journal_canaries *canaries,
                         int64_t after, struct buf *out, struct err *err) NODISCARD;
/* The same in pieces of JOURNAL_CHUNK_BYTES, up to the last number given when the cursor was made;
 * other calls may come between. */
struct journal_cursor journal_store_cursor(const struct journal_store *s, int64_t after);
int journal_store_export_some(struct journal_store *s, const struct journal_canaries *canaries,
                              struct journal_cursor *cursor, struct buf *out,
                              struct err *err) NODISCARD;
/* Keeps a copy of the set, which is about to be replaced, for the records made under it; drops them
 * when it is too large. */
void journal_store_freeze(struct journal_store *s, const struct journal_canaries *canaries);

#endif
