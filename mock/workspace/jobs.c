/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"
#include "mock/access/api.h"
#include "mock/state/mock_state.h"
#include "mock/state/object_store.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"
#include "mock/workspace/handlers_priv.h"

/* databricks-sdk-py service/jobs.py. Nothing runs: a run succeeds at once. What is missing is a 400
 * here: libs/testserver of databricks/cli. */

#define JOBS "jobs"
#define RUNS "runs"

static const char *key_of(struct exchange *x, int64_t id)
{
    return arena_printf(x->req->arena, "%lld", (long long)id);
}

static int64_t id_new(const struct access *a)
{
    return object_store_number(workspace_store_objects(a->state->workspaces));
}

static struct json *wanted(struct exchange *x, const struct access *a, const char *kind,
                           const char *what, int64_t id)
{
    struct json *o = object_get(api_objects(a, kind), str_of(key_of(x, id)));
    if (o == NULL) {
        (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE", "%s %lld does not exist.", what,
                         (long long)id);
    }
    return o;
}

/* A whole number in a query parameter, or -1 and a refusal. */
static int64_t id_param(struct exchange *x, const struct access *a, const char *name)
{
    struct err bad = {0};
    const char *text = api_required_param(x, a, name);
    int64_t id = -1;
    if (text != NULL && parse_int64(str_of(text), 1, INT64_MAX, &id, &bad) < 0) {
        (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE", "Invalid value for %s: %s", name,
                         text);
        id = -1;
    }
    return id;
}

static int64_t id_member(struct exchange *x, const struct access *a, const struct json *body)
{
    int64_t id = json_get_int(body, "job_id", -1);
    if (id < 1) {
        (void)api_refuse(x, a, 400, "INVALID_PARAMETER_VALUE", "Missing required field: job_id");
        return -1;
    }
    return id;
}

/* Absent, not empty, when there are none; has_more and a token when there are more. */
int jobs_list(struct exchange *x, struct err *err UNUSED)
{
    static const struct api_page_rule rule = {
        .size_param = "limit", .min = 1, .max = 100, .ordinary = 20, .most = 100};
    struct access a;
    struct api_page page;
    if (!api_enter(x, API_JOBS, &a) || !api_page_read(x, &a, &rule, &page)) {
        return 0;
    }
    const struct object_list *list = api_objects(&a, JOBS);
    struct json *o = json_object(), *jobs = api_page_take(x, list, &page, NULL, NULL);
    const char *next = api_page_next(x, list, &page, NULL, NULL);
    if (json_count(jobs) > 0) {
        json_set(o, JOBS, jobs);
    } else {
        json_free(jobs);
    }
    json_set_bool(o, "has_more", next != NULL);
    if (next != NULL) {
        json_set_string(o, "next_page_token", next);
    }
    return api_reply(x, &a, o);
}

int job_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    int64_t id;
    if (!api_enter(x, API_JOBS, &a) || (id = id_param(x, &a, "job_id")) < 0) {
        return 0;
    }
    const struct json *job = wanted(x, &a, JOBS, "Job", id);
    return job != NULL ? api_reply(x, &a, object_view(job)) : 0;
}

int job_create(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    if (!api_enter(x, API_JOBS, &a) || !api_body(x, &a, &body)) {
        return 0;
    }
    int64_t id = id_new(&a);
    struct json *job = json_object(), *settings = json_object();
    json_set_string(settings, "name", json_get_string(body.root, "name", "Untitled"));
    json_set_string(settings, "format", "MULTI_TASK");
    json_set_int(settings, "max_concurrent_runs", 1);
    if (json_get(body.root, "tasks") != NULL) {
        json_set(settings, "tasks", json_copy(json_get(body.root, "tasks")));
    }
    json_set_int(job, "job_id", id);
    json_set_int(job, "created_time", mock_state_now_ms(a.state));
    json_set_string(job, "creator_user_name", principal_user_name(a.principal));
    json_set(job, "settings", settings);
    return api_put(x, &a, JOBS, key_of(x, id), job)
               ? api_reply(x, &a, json_set_int(json_object(), "job_id", id))
               : 0;
}

int job_delete(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    int64_t id;
    if (!api_enter(x, API_JOBS, &a) || !api_body(x, &a, &body) ||
        (id = id_member(x, &a, body.root)) < 0 || wanted(x, &a, JOBS, "Job", id) == NULL) {
        return 0;
    }
    (void)object_remove(api_objects(&a, JOBS), str_of(key_of(x, id)));
    return api_done(x, &a);
}

int job_run_now(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    AUTO_JSON_DOC struct json_doc body = {0};
    int64_t job_id;
    if (!api_enter(x, API_JOBS, &a) || !api_body(x, &a, &body) ||
        (job_id = id_member(x, &a, body.root)) < 0) {
        return 0;
    }
    const struct json *job = wanted(x, &a, JOBS, "Job", job_id);
    if (job == NULL) {
        return 0;
    }
    int64_t run_id = id_new(&a), now_ms = mock_state_now_ms(a.state);
    struct json *run = json_object(), *state = json_object(), *o = json_object();
    json_set_string(state, "life_cycle_state", "TERMINATED");
    json_set_string(state, "result_state", "SUCCESS");
    json_set_string(state, "state_message", "");
    json_set_int(run, "run_id", run_id);
    json_set_int(run, "job_id", job_id);
    json_set_int(run, "number_in_job", run_id);
    json_set_string(run, "run_name", json_get_string(json_get(job, "settings"), "name", ""));
    json_set_string(run, "creator_user_name", principal_user_name(a.principal));
    json_set_int(run, "start_time", now_ms);
    json_set_int(run, "end_time", now_ms);
    json_set(run, "state", state);
    json_set_int(o, "run_id", run_id);
    json_set_int(o, "number_in_job", run_id);
    if (!api_put(x, &a, RUNS, key_of(x, run_id), run)) {
        json_free(o);
        return 0;
    }
    return api_reply(x, &a, o);
}

int run_get(struct exchange *x, struct err *err UNUSED)
{
    struct access a;
    int64_t id;
    if (!api_enter(x, API_JOBS, &a) || (id = id_param(x, &a, "run_id")) < 0) {
        return 0;
    }
    const struct json *run = wanted(x, &a, RUNS, "Run", id);
    return run != NULL ? api_reply(x, &a, object_view(run)) : 0;
}
