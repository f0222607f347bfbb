/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/report/events.h"

#include "base/core/buf.h"
#include "base/core/xalloc.h"
#include "base/json/json.h"
#include "base/sys/fd.h"
#include "harness/report/record_json_priv.h"

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

static struct json *connectors_json(const struct run_connectors *connectors)
{
    struct json *array = json_array();
    VEC_FOREACH(const struct run_connector, c, connectors) {
        struct json *o = record_connector_json(c);
        json_set_string(o, "manifest_path", c->manifest_path);
        json_set_string(o, "manifest_at", c->manifest_at);
        json_set_string(o, "manifest_digest", c->manifest_digest);
        json_set_string(o, "products_reason", c->excuse.reason);
        json_set_string(o, "products_signature", c->excuse.signature);
        json_set_string(o, "products_ended", c->excuse.ended);
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
        record_set_strings(o, "clauses", &c->clauses);
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

int event_write_start(struct event_writer *w, const struct run_record *header, struct err *err)
{
    struct json *e = json_object();
    struct json *world = json_object(), *part = record_part_json(&header->part);
    json_set_string(e, "event", "run-start");
    json_set_int(e, "format", 1);
    json_set_string(e, "run_id", header->run_id);
    json_set_string(e, "started", header->started);
    json_set_string(e, "suite_digest", header->suite_digest);
    json_set_string(e, "requirement_set", header->requirement_set);
    json_set_string(e, "seed", header->seed);
    json_set(e, "gate", record_gate_json(&header->gate));
    json_set_string(part, "source", header->part.source);
    json_set(e, "part", part);
    json_set_string(world, "isolation", header->world.isolation);
    json_set_string(world, "clock", header->world.clock);
    json_set_string(world, "system", header->world.system);
    json_set_string(world, "assay_version", header->world.assay_version);
    record_set_strings(world, "unproven", &header->world.unproven);
    json_set_int(world, "jobs", header->world.jobs);
    json_set(e, "world", world);
    record_set_strings(e, "selection", &header->selection);
    json_set(e, "connectors", connectors_json(&header->connectors));
    json_set(e, "cases", cases_json(&header->cases));
    json_set(e, "clauses", clauses_json(&header->clauses));
    return event_write(w, e, err);
}

int event_write_result(struct event_writer *w, const struct run_result *result, struct err *err)
{
    struct json *e = json_object();
    json_set_string(e, "event", "case-end");
    record_set_result(e, result);
    return event_write(w, e, err);
}

int event_write_end(struct event_writer *w, const struct run_record *run, struct err *err)
{
    struct json *e = json_object();
    json_set_string(e, "event", "run-end");
    json_set_int(e, "results", (int64_t)run->results.count);
    json_set(e, "counts", record_counts_json(run));
    record_set_strings(e, "problems", &run->problems);
    record_set_strings(e, "unmatched", &run->unmatched);
    if (run->proof) {
        json_set_string(e, "proof", run->proof);
    }
    json_set_int(e, "duration_ms", run->duration_ms);
    json_set_int(e, "exit_code", run->exit_code);
    return event_write(w, e, err);
}
