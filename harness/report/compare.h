/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_REPORT_COMPARE_H
#define HARNESS_REPORT_COMPARE_H

/* What changed between two runs, check by check. A check is the same in both when connector, mode,
 * case, check name and its place among equal names agree. Where one of the runs has a case's
 * verdict without checks (it could not run), the cases are compared as wholes. What does not apply
 * was not judged: it is neither a fix nor a break. */

#include "base/core/arena.h"
#include "harness/report/events.h"

enum change_kind {
    CHANGE_FIXED,  /* was judged and not green, is judged and green */
    CHANGE_BROKEN, /* was green, is not */
    CHANGE_STILL,  /* was not and is not */
    CHANGE_NEW     /* is not green and was not judged before */
};

struct change {
    enum change_kind kind;
    const char *connector, *mode, *case_id;
    const char *check;        /* "" for the case as a whole */
    enum verdict before, now; /* before is meaningless for CHANGE_NEW */
};
struct changes {
    struct change *items;
    size_t count, capacity;
};

/* What was judged before and is not judged any more, whatever it was: nothing is lost unseen. Its
 * kind is meaningless, and so is `now'. */
void run_compare_gone(struct arena *a, const struct run_record *before,
                      const struct run_record *now, struct changes *ret);

/* In the order of the run; what only the earlier run had is left out. */
void run_compare(struct arena *a, const struct run_record *before, const struct run_record *now,
                 struct changes *ret);

#endif
