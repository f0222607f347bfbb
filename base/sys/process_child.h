/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SYS_PROCESS_CHILD_H
#define BASE_SYS_PROCESS_CHILD_H

/* The steps of process_start() one by one, for who starts programs in another way (under a tracer):
 *
 *     program = process_find(a, options, err);              before the fork
 *     stage = process_child_prepare(options, &report_fd);   in the child
 *     process_child_exec(program, options);                 returns only if it failed
 *     process_start_refused(a, options, program, stage, errno, err);    in the parent */

#include "base/core/arena.h"
#include "base/sys/process.h"

enum process_stage {
    PROCESS_STAGE_FDS,
    PROCESS_STAGE_CWD,
    PROCESS_STAGE_LIMITS,
    PROCESS_STAGE_EXEC
};

/* argv[0]: as it is with a '/', else in search_path, where empty parts are skipped rather than
 * meaning the working directory. NULL when nowhere. */
const char *process_find(struct arena *a, const struct process_options *o, struct err *err);

/* Between fork and exec, async-signal-safe: gives the calling process the dispositions, folder,
 * descriptors and limits of the options. *report_fd is moved out of the way of stdin, stdout and
 * stderr, and closed by an exec. Returns the stage to come, PROCESS_STAGE_EXEC, or the one that
 * failed, with errno. */
enum process_stage process_child_prepare(const struct process_options *o, int *report_fd);
void process_child_exec(const char *program, const struct process_options *o);

/* Says what a child could not do; returns -1. */
int process_start_refused(struct arena *a, const struct process_options *o, const char *program,
                          enum process_stage stage, int sys_errno, struct err *err);

#endif
