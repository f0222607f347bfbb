/* SPDX-License-Identifier: Apache-2.0 */
/* One long-running process; a line on stdin asks, a line on stdout answers. */
#include "base/sys/clock.h"
#include "harness/run/drive_priv.h"
#include "harness/run/lines_answer.h"

struct lines_state {
    size_t read_at; /* stdout is read up to here */
    int64_t seq;    /* of the last question */
};

static struct str unread(const struct session *s)
{
    const struct lines_state *l = s->drive_state;
    struct str all = buf_str(&s->output.out.text);
    return str_slice(all, l->read_at, all.len);
}

static bool has_line(void *ctx)
{
    struct str text = unread(ctx);
    return text.len > LINES_MAX_BYTES || str_find(text, STR("\n"), 0) >= 0;
}

static int lines_begin(struct session *s, struct err *err)
{
    struct lines_state *l = ARENA_NEW(s->arena, struct lines_state);
    l->read_at = s->output.out.text.len; /* of an earlier process of the same case */
    s->drive_state = l;
    return session_start(s, s->world->start.argv, true, err);
}

static void ask(struct session *s, const struct raw_operation *op)
{
    struct lines_state *l = s->drive_state;
    AUTO_BUF struct buf line = {0};
    buf_printf(&line, "{\"seq\":%lld,\"do\":", (long long)++l->seq);
    json_write_string(&line, str_of(op->record.verb));
    if (op->at_once > 0) {
        buf_printf(&line, ",\"times\":%lld", (long long)op->at_once);
    }
    buf_add_z(&line, "}\n");
    child_send(&s->child, buf_str(&line));
}

static void fail(struct session *s, struct raw_operation *op, enum answer answer,
                 const char *problem)
{
    op->record.answer = answer;
    op->record.error = problem;
    s->lost = true;
}

static void line_invalid(struct session *s, struct raw_operation *op, const char *problem)
{
    fail(s, op, ANSWER_INVALID, problem);
    op->source = RAW_LINE;
}

static void answer_place(struct session *s, const struct raw_operation *op)
{
    bool dump = str_eq_z(str_of(op->record.verb), "dump");
    *VEC_PUSH(s->arena, &s->output.answers) = (struct capture_range){
        .begin = op->out.begin,
        .end = op->out.end,
        .place = dump ? "dump" : "answer",
        .detail = arena_printf(s->arena, "%lld", (long long)op->record.index)};
}

/* There is a line, or more than a line may be. */
static void line_take(struct session *s, struct raw_operation *op)
{
    struct lines_state *l = s->drive_state;
    struct str text = unread(s);
    long end = str_find(text, STR("\n"), 0);
    size_t len = end < 0 ? text.len : (size_t)end;
    struct str line = str_slice(text, 0, len);
    if (str_ends(line, STR("\r"))) {
        line.len--;
    }
    op->out = (struct raw_span){l->read_at, l->read_at + line.len};
    l->read_at += end < 0 ? len : len + 1;
    struct lines_answer a = lines_answer_read(line, l->seq);
    if (a.answer == ANSWER_INVALID) {
        line_invalid(s, op, a.problem);
        return;
    }
    op->record.answer = a.answer;
    op->source = RAW_ANSWER;
    answer_place(s, op);
    child_drain(&s->child);
    if (unread(s).len > 0) {
        size_t begin = l->read_at;
        op->out = (struct raw_span){begin, begin + unread(s).len};
        line_invalid(s, op, "more than one line was written as the answer");
    }
}

static int lines_operate(struct session *s, struct raw_operation *op, struct err *err)
{
    const struct manifest_limits *limits = &s->job->manifest->limits;
    const struct lines_state *l = s->drive_state;
    int64_t allowed_ms = limits->operation_ms + (l->seq == 0 ? limits->start_ms : 0);
    child_drain(&s->child);
    if (unread(s).len > 0) {
        op->out = (struct raw_span){l->read_at, l->read_at + unread(s).len};
        line_invalid(s, op, "something was written without having been asked");
        return 0;
    }
    ask(s, op);
    switch (session_wait(s, has_line, s, session_deadline(s, allowed_ms), err)) {
    case WAIT_READY:
        line_take(s, op);
        return 0;
    case WAIT_ENDED:
    case WAIT_OUTPUT:
        fail(s, op, ANSWER_ENDED, session_end_text(s));
        return 0;
    case WAIT_TIME:
        fail(s, op, ANSWER_TIMEOUT,
             arena_printf(s->arena, "no answer within %lld ms", (long long)allowed_ms));
        return 0;
    case WAIT_CLOSED:
        fail(s, op, ANSWER_INVALID, "it closed its stdout instead of answering");
        return 0;
    case WAIT_HARNESS:
        break;
    }
    return -1;
}

/* A second answer to the last question may come late: it belongs to that operation. */
static void late_answer_look(struct session *s)
{
    const struct lines_state *l = s->drive_state;
    struct str text = unread(s), line = {0};
    if (s->operations.count == 0 || !str_split(&text, '\n', &line)) {
        return;
    }
    struct raw_operation *last = &s->operations.items[s->operations.count - 1];
    if (!s->lost && lines_answer_read(str_trim(line), l->seq).has_seq) {
        last->out = (struct raw_span){l->read_at, l->read_at + line.len};
        line_invalid(s, last, "a second answer was written");
    }
}

static int lines_end(struct session *s, struct err *err)
{
    if (!s->child.started) {
        return 0;
    }
    if (session_stop(s, err) < 0 || session_finish(s, err) < 0) {
        return -1;
    }
    late_answer_look(s);
    return 0;
}

const struct driver drive_lines = {lines_begin, lines_operate, lines_end};
