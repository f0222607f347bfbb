/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/events.h"

#include "base/core/buf.h"
#include "base/core/xalloc.h"
#include "base/json/json.h"
#include "base/sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_EVENT_BYTES ((size_t)256 * 1024 * 1024)

struct event_writer {
    int fd;
    char *path;
    bool broken; /* a line was not written whole: nothing may follow it */
};

struct event_writer *event_writer_open(const char *path, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) {
        err_errno(err, "cannot write the event stream %s", path);
        return NULL;
    }
    struct event_writer *w = xcalloc(1, sizeof(*w));
    w->fd = fd;
    w->path = xstrdup(path);
    return w;
}

int event_writer_close(struct event_writer *w, struct err *err)
{
    int result = 0;
    if (!w) {
        return 0;
    }
    if (fsync(w->fd) < 0 && errno != EINVAL) {
        result = err_errno(err, "cannot sync the event stream %s", w->path);
    }
    if (close(w->fd) < 0 && result == 0) {
        result = err_errno(err, "cannot close the event stream %s", w->path);
    }
    free(w->path);
    free(w);
    return result;
}

/* One line per event, in one write, so that a reader never sees half of one that was finished. */
static int event_write(struct event_writer *w, struct json *event_take, struct err *err)
{
    AUTO_BUF struct buf line = {0};
    buf_init(&line, MAX_EVENT_BYTES);
    json_write(&line, event_take);
    json_free(event_take);
    buf_add_char(&line, '\n');
    if (w->broken) {
        return err_set(err, ERR_IO, "the event stream %s broke off earlier", w->path);
    }
    if (line.truncated) {
        return err_set(err, ERR_LIMIT, "an event is too large for the event stream %s", w->path);
    }
    w->broken = true;
    if (fd_write_all(w->fd, buf_str(&line), err) < 0) {
        return err_wrap(err, "writing the event stream %s", w->path);
    }
    w->broken = false;
    return 0;
}

static void set_strings(struct json *object, const char *key, const struct str_list *list)
{
    struct json *array = json_array();
    for (size_t i = 0; i < list->count; i++) {
        json_push(array, json_string(list->items[i]));
    }
    json_set(object, key, array);
}

static struct json *connectors_json(const struct run_connectors *connectors)
{
    struct json *array = json_array();
    VEC_FOREACH(const struct run_connector, c, connectors) {
        struct json *o = json_object();
        json_set_string(o, "name", c->name);
        json_set_string(o, "title", c->title);
        json_set_string(o, "version", c->version);
        json_set_string(o, "language", c->language);
        json_set_string(o, "product", c->product);
        json_set_string(o, "drive", c->drive);
        json_set_string(o, "manifest_path", c->manifest_path);
        json_set_string(o, "manifest_digest", c->manifest_digest);
        set_strings(o, "modes", &c->modes);
        set_strings(o, "skipped_modes", &c->skipped_modes);
        json_push(array, o);
    }
    return array;
}

static struct json *cases_json(const struct run_cases *cases)
{
    struct json *array = json_array();
    VEC_FOREACH(const struct run_case, c, cases) {
        struct json *o = json_object();
        json_set_string(o, "id", c->id);
        json_set_string(o, "family", c->family);
        json_set_string(o, "title", c->title);
        json_set_string(o, "why", c->why);
        json_set_string(o, "level", c->level);
        json_set_bool(o, "probe", c->is_probe);
        set_strings(o, "clauses", &c->clauses);
        json_push(array, o);
    }
    return array;
}

static struct json *clauses_json(const struct run_clauses *clauses)
{
    struct json *array = json_array();
    VEC_FOREACH(const struct run_clause, c, clauses) {
        struct json *o = json_object();
        json_set_string(o, "id", c->id);
        json_set_string(o, "level", c->level);
        json_set_string(o, "text", c->text);
        json_set_string(o, "source", c->source);
        json_set_string(o, "url", c->url);
        json_set_string(o, "excluded", c->excluded);
        json_push(array, o);
    }
    return array;
}

static struct json *gate_json(const struct run_gate *gate)
{
    struct json *o = json_object();
    json_set_string(o, "level", gate->level);
    json_set_string(o, "requirements_digest", gate->requirements_digest);
    json_set_string(o, "baseline_digest", gate->baseline_digest);
    json_set_bool(o, "strict", gate->strict);
    json_set_int(o, "repeat", gate->repeat);
    return o;
}

static struct json *part_json(const struct run_part *part)
{
    struct json *o = json_object();
    json_set_string(o, "plan_digest", part->plan_digest);
    json_set_int(o, "plan_jobs", part->plan_jobs);
    json_set_int(o, "index", part->index);
    json_set_int(o, "total", part->total);
    json_set_string(o, "source", part->source);
    return o;
}

int event_write_start(struct event_writer *w, const struct run_record *header, struct err *err)
{
    struct json *e = json_object();
    struct json *world = json_object();
    json_set_string(e, "event", "run-start");
    json_set_int(e, "format", 1);
    json_set_string(e, "run_id", header->run_id);
    json_set_string(e, "started", header->started);
    json_set_string(e, "suite_digest", header->suite_digest);
    json_set_string(e, "requirement_set", header->requirement_set);
    json_set_string(e, "seed", header->seed);
    json_set(e, "gate", gate_json(&header->gate));
    json_set(e, "part", part_json(&header->part));
    json_set_string(world, "isolation", header->world.isolation);
    json_set_string(world, "clock", header->world.clock);
    json_set_string(world, "system", header->world.system);
    json_set_string(world, "assay_version", header->world.assay_version);
    set_strings(world, "unproven", &header->world.unproven);
    json_set_int(world, "jobs", header->world.jobs);
    json_set(e, "world", world);
    set_strings(e, "selection", &header->selection);
    json_set(e, "connectors", connectors_json(&header->connectors));
    json_set(e, "cases", cases_json(&header->cases));
    json_set(e, "clauses", clauses_json(&header->clauses));
    return event_write(w, e, err);
}

static struct json *check_json(const struct check_result *c)
{
    struct json *o = json_object();
    json_set_string(o, "check", c->check);
    json_set_string(o, "level", level_names[c->level]);
    json_set_string(o, "verdict", verdict_name(c->verdict));
    set_strings(o, "clauses", &c->clauses);
    json_set_string(o, "because", c->because);
    json_set_string(o, "expected", c->expected);
    json_set_string(o, "seen", c->seen);
    json_set_string(o, "excerpt", c->excerpt);
    json_set_string(o, "cause", c->cause);
    json_set_string(o, "fix", c->fix);
    json_set_string(o, "xfail_reason", c->xfail_reason);
    json_set_int(o, "line", c->line);
    json_set_bool(o, "outside", c->outside);
    return o;
}

int event_write_result(struct event_writer *w, const struct run_result *result, struct err *err)
{
    struct json *e = json_object();
    struct json *checks = json_array();
    json_set_string(e, "event", "case-end");
    json_set_string(e, "connector", result->connector);
    json_set_string(e, "mode", result->mode);
    json_set_string(e, "case", result->case_id);
    json_set_string(e, "verdict", verdict_name(result->verdict));
    json_set_string(e, "reason", result->reason);
    json_set_int(e, "duration_ms", result->duration_ms);
    json_set_string(e, "evidence", result->evidence);
    json_set_int(e, "attempts", result->attempts);
    json_set_bool(e, "outside", result->outside);
    for (size_t i = 0; i < result->check_count; i++) {
        json_push(checks, check_json(&result->checks[i]));
    }
    json_set(e, "checks", checks);
    return event_write(w, e, err);
}

int event_write_end(struct event_writer *w, const struct run_record *run, struct err *err)
{
    struct json *e = json_object();
    struct json *counts = json_object();
    int64_t by_verdict[VERDICT_COUNT] = {0};
    VEC_FOREACH(const struct run_result, r, &run->results) {
        by_verdict[r->verdict]++;
    }
    for (int v = 0; v < VERDICT_COUNT; v++) {
        json_set_int(counts, verdict_name((enum verdict)v), by_verdict[v]);
    }
    json_set_string(e, "event", "run-end");
    json_set_int(e, "results", (int64_t)run->results.count);
    json_set(e, "counts", counts);
    set_strings(e, "problems", &run->problems);
    set_strings(e, "unmatched", &run->unmatched);
    json_set_int(e, "duration_ms", run->duration_ms);
    json_set_int(e, "exit_code", run->exit_code);
    return event_write(w, e, err);
}
