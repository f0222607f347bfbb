/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_APP_BASELINE_RENEW_H
#define HARNESS_APP_BASELINE_RENEW_H

/* A baseline made to fit a run: entries that still excuse something stay with their reason, owner,
 * date and signature; those that nothing answers to any more go, unless the run did not look there;
 * what fails and is not excused gets an entry of its own, one for all modes that fail alike.
 *
 * An entry for run/one-product is measured by the run as a whole. What a manifest excuses already
 * gets no entry.
 *
 * Pure. Ownership: the new baseline lives in the arena and borrows from old and run. */

#include "base/core/arena.h"
#include "harness/report/events.h"
#include "harness/spec/baseline.h"

struct baseline_words { /* of new entries */
    const char *reason, *owner, *expires;
};

struct baseline_change {
    char sign; /* '+' new, '-' gone, '=' kept, '~' kept with fewer modes */
    const struct baseline_entry *entry;
};
struct baseline_changes {
    struct baseline_change *items;
    size_t count, capacity;
};

void baseline_renew(struct arena *a, const struct baseline *old, const struct run_record *run,
                    const struct baseline_words *words, struct baseline *ret,
                    struct baseline_changes *ret_changes);
/* The longest part of a sentence that has no number in it: numbers differ from run to run. NULL
 * when there is none of at least eight bytes. */
const char *baseline_signature(struct arena *a, const char *seen);

#endif
