/* SPDX-License-Identifier: Apache-2.0 */
/* Each operation is one or more commands, started anew; HOME is what they have in common. */
#include "base/sys/clock.h"
#include "harness/run/drive_priv.h"

static const struct manifest_operation *operation_find(const struct manifest *m, const char *verb)
{
    for (size_t i = 0; i < m->operations.count; i++) {
        const struct manifest_operation *o =
            SHAPE_LIST_AT(const struct manifest_operation, m->operations, i);
        if (str_eq_z(str_of(o->name), verb)) {
            return o;
        }
    }
    return NULL;
}

static int exec_begin(struct session *s, struct err *err)
{
    (void)s;
    (void)err;
    return 0;
}

static void command_result(struct session *s, struct raw_operation *op, enum wait_end end)
{
    const struct process_status *status = &s->child.status;
    op->out.end = s->output.out.text.len;
    op->err_out.end = s->output.err_out.text.len;
    op->record.exit_code = status->end == PROCESS_SIGNALED ? 128 + status->code : status->code;
    if (end == WAIT_TIME) {
        op->record.answer = ANSWER_TIMEOUT;
        op->record.error = "the command did not end within the time allowed";
    } else if (end == WAIT_OUTPUT || status->end == PROCESS_SIGNALED) {
        op->record.answer = ANSWER_ENDED;
        op->record.error = session_end_text(s);
    } else if (status->code != 0) {
        op->record.answer = ANSWER_ERROR;
        op->source = RAW_OUTPUT;
    } else {
        op->record.answer = ANSWER_OK;
    }
}

/* Returns 1 when the next command may run, 0 when the operation is over. */
static int command_run(struct session *s, const struct str_list *command, int64_t deadline_ms,
                       struct raw_operation *op, struct err *err)
{
    const char *const *argv = NULL;
    if (world_command(s->world, command, &argv, err) < 0 ||
        session_start(s, argv, false, err) < 0) {
        return -1;
    }
    if (!s->child.started) {
        op->record.answer = ANSWER_NOT_ASKED;
        return 0;
    }
    op->out.begin = s->output.out.text.len;
    op->err_out.begin = s->output.err_out.text.len;
    enum wait_end end = session_wait(s, NULL, NULL, deadline_ms, err);
    if (end == WAIT_HARNESS) {
        return -1;
    }
    child_drain(&s->child);
    command_result(s, op, end);
    if (session_finish(s, err) < 0) {
        return -1;
    }
    s->lost = s->lost || end == WAIT_OUTPUT;
    return op->record.answer == ANSWER_OK ? 1 : 0;
}

static int exec_operate(struct session *s, struct raw_operation *op, struct err *err)
{
    const struct manifest_operation *o = operation_find(s->job->manifest, op->record.verb);
    if (o == NULL) {
        op->record.answer = ANSWER_UNSUPPORTED;
        return 0;
    }
    int64_t deadline = session_deadline(s, s->job->manifest->limits.operation_ms);
    for (size_t i = 0; i < o->commands.count; i++) {
        const struct str_list *command = SHAPE_LIST_AT(const struct str_list, o->commands, i);
        int more = command_run(s, command, deadline, op, err);
        if (more <= 0) {
            return more;
        }
    }
    return 0;
}

static int exec_end(struct session *s, struct err *err)
{
    (void)s;
    (void)err;
    return 0;
}

const struct driver drive_exec = {exec_begin, exec_operate, exec_end};
