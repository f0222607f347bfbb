/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/progress.h"

#include "base/cli/term.h"
#include "base/core/buf.h"
#include "base/core/str.h"
#include "base/core/xalloc.h"
#include "base/sys/clock.h"
#include "base/text/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct running {
    char *name;
    int64_t began_ms;
};

struct progress {
    size_t total, done, not_green;
    int64_t began_ms;
    struct running *running; /* in order of start */
    size_t running_count, running_capacity;
    bool quiet, live;
};

struct progress *progress_new(size_t total, bool quiet)
{
    struct progress *p = xcalloc(1, sizeof(*p));
    p->total = total;
    p->began_ms = monotonic_ms();
    p->quiet = quiet || term_verbosity() < 0;
    p->live = !p->quiet && term_is_drawable(STDERR_FILENO);
    return p;
}

static void line_clear(const struct progress *p)
{
    if (p->live) {
        fputs("\r\033[K", stderr);
    }
}

/* A guess needs a few that are done; the first ones are probes, which are short. */
enum { DONE_FOR_A_GUESS = 5 };

static void add_rest(const struct progress *p, struct buf *line)
{
    char text[32] = "";
    if (p->done >= DONE_FOR_A_GUESS && p->done < p->total) {
        int64_t took_ms = monotonic_ms() - p->began_ms;
        int64_t rest_ms = took_ms * (int64_t)(p->total - p->done) / (int64_t)p->done;
        buf_printf(line, ", about %s left",
                   format_duration_ms((rest_ms + 999) / 1000 * 1000, text, (int)sizeof(text)));
    }
}

static void line_draw(const struct progress *p)
{
    if (!p->live) {
        return;
    }
    char age[32] = "";
    AUTO_BUF struct buf line = {0};
    buf_printf(&line, "%zu/%zu", p->done, p->total);
    if (p->not_green > 0) {
        buf_printf(&line, ", %zu not green", p->not_green);
    }
    add_rest(p, &line);
    if (p->running_count > 0) {
        const struct running *oldest = &p->running[0];
        buf_printf(&line, ", %zu running, oldest %s %s", p->running_count, oldest->name,
                   format_duration_ms(monotonic_ms() - oldest->began_ms, age, (int)sizeof(age)));
    }
    int columns = term_columns(STDERR_FILENO) - 1;
    fprintf(stderr, "\r\033[K%.*s", columns > 0 ? columns : 1, buf_z(&line));
    fflush(stderr);
}

void progress_free(struct progress *p)
{
    if (!p) {
        return;
    }
    line_clear(p);
    for (size_t i = 0; i < p->running_count; i++) {
        free(p->running[i].name);
    }
    free(p->running);
    free(p);
}

void progress_start(struct progress *p, const char *connector, const char *mode,
                    const char *case_id)
{
    if (p->running_count == p->running_capacity) {
        p->running_capacity = p->running_capacity ? p->running_capacity * 2 : 16;
        p->running = xrealloc(p->running, p->running_capacity, sizeof(*p->running));
    }
    p->running[p->running_count++] = (struct running){
        .name = xasprintf("%s %s %s", connector, mode, case_id), .began_ms = monotonic_ms()};
    line_draw(p);
}

static void running_remove(struct progress *p, const struct run_result *r)
{
    AUTO_FREE char *name = xasprintf("%s %s %s", r->connector, r->mode, r->case_id);
    for (size_t i = 0; i < p->running_count; i++) {
        if (str_eq_z(str_of(p->running[i].name), name)) {
            free(p->running[i].name);
            for (size_t k = i + 1; k < p->running_count; k++) {
                p->running[k - 1] = p->running[k];
            }
            p->running_count--;
            return;
        }
    }
}

static enum term_color color_of(enum verdict v)
{
    if (v == VERDICT_PASS) {
        return TERM_GREEN;
    }
    if (v == VERDICT_NOT_APPLICABLE) {
        return TERM_DIM;
    }
    return verdict_is_green(v) ? TERM_YELLOW : TERM_RED;
}

void progress_again(struct progress *p, const struct run_result *r)
{
    running_remove(p, r);
    if (!p->quiet) {
        line_clear(p);
        say_info("%s %s %s: %s, will be run again", r->connector, r->mode, r->case_id,
                 verdict_name(r->verdict));
    }
    line_draw(p);
}

void progress_dump(const struct progress *p)
{
    AUTO_BUF struct buf head = {0};
    char age[32] = "";
    int64_t now = monotonic_ms();
    buf_printf(&head, "%zu of %zu done, %zu not green", p->done, p->total, p->not_green);
    add_rest(p, &head);
    line_clear(p);
    fprintf(stderr, "%s; running, oldest first:\n", buf_z(&head));
    for (size_t i = 0; i < p->running_count; i++) {
        fprintf(stderr, "  %8s  %s\n",
                format_duration_ms(now - p->running[i].began_ms, age, (int)sizeof(age)),
                p->running[i].name);
    }
    line_draw(p);
}

void progress_end(struct progress *p, const struct run_result *r)
{
    bool told = !p->live || (r->verdict != VERDICT_PASS && r->verdict != VERDICT_NOT_APPLICABLE);
    p->done++;
    p->not_green += !verdict_is_green(r->verdict);
    running_remove(p, r);
    if (p->quiet) {
        return;
    }
    if (told) {
        line_clear(p);
        say_info("[%zu/%zu] %s%-14s%s %s %s %s (%lld ms)", p->done, p->total,
                 term_code(STDERR_FILENO, color_of(r->verdict)), verdict_name(r->verdict),
                 term_code(STDERR_FILENO, TERM_PLAIN), r->connector, r->mode, r->case_id,
                 (long long)r->duration_ms);
    }
    line_draw(p);
}
