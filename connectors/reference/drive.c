/* SPDX-License-Identifier: Apache-2.0 */
#include "drive.h"

#include "answer.h"
#include "clock.h"
#include "defects.h"
#include "sabotage.h"
#include "verbs.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_AT_ONCE = 64 };

/* One of several validations at a time. */
struct beside {
    struct workspace workspace;
    struct failure failure;
    int64_t deadline_ms;
    pthread_t thread;
    bool ready, started, ok;
};

void drive_init(struct drive *d, const char *auth_name, int64_t limit_ms)
{
    *d = (struct drive){.limit_ms = limit_ms};
    if (config_load(&d->config, auth_name, &d->refused) == 0) {
        d->ready = workspace_init(&d->workspace, &d->config, &d->refused) == 0;
    }
}

void drive_done(struct drive *d)
{
    if (d->ready) {
        workspace_done(&d->workspace);
    }
    config_done(&d->config);
}

static int validate(struct drive *d, char **ret_table_id, struct failure *f)
{
    if (!d->ready) {
        *f = d->refused;
        return -1;
    }
    int64_t deadline_ms = clock_now_ms() + d->limit_ms;
    return defects_on() ? sabotage_validate(&d->workspace, deadline_ms, ret_table_id, f)
                        : workspace_validate(&d->workspace, deadline_ms, ret_table_id, f);
}

static void answer_validate(struct drive *d, cJSON *answer)
{
    struct failure f = {""};
    char *table_id = NULL;
    bool ok = validate(d, &table_id, &f) == 0;
    cJSON_AddBoolToObject(answer, "ok", ok);
    if (ok) {
        cJSON_AddStringToObject(answer, "table_id", table_id);
        cJSON_AddNumberToObject(answer, "rows", (double)d->workspace.rows);
    } else {
        cJSON_AddStringToObject(answer, "error", f.text);
    }
    free(table_id);
}

/* One of the two: what is counted, or an answer of its own. */
struct verb {
    const char *word;
    int (*count)(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows, struct failure *f);
    int (*tell)(struct workspace *w, int64_t deadline_ms, cJSON *answer, struct failure *f);
};
static const struct verb verbs[] = {{.word = "list", .count = verb_list},
                                    {.word = "fetch", .count = verb_fetch},
                                    {.word = "call-app", .count = verb_call_app},
                                    {.word = "kbase-token", .count = verb_kbase_token},
                                    {.word = "spark-url", .tell = verb_spark_url},
                                    {.word = "read-secret", .tell = verb_read_secret}};

static int verb_run(struct drive *d, const struct verb *verb, cJSON *answer, struct failure *f)
{
    int64_t rows = 0, deadline_ms = clock_now_ms() + d->limit_ms;
    if (verb->tell) {
        return verb->tell(&d->workspace, deadline_ms, answer, f);
    }
    int result = verb->count(&d->workspace, deadline_ms, &rows, f);
    if (result == 0) {
        cJSON_AddNumberToObject(answer, "rows", (double)rows);
    }
    return result;
}

static bool answer_verb(struct drive *d, const char *word, cJSON *answer)
{
    const struct verb *verb = NULL;
    struct failure f = d->refused;
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        verb = strcmp(word, verbs[i].word) == 0 ? &verbs[i] : verb;
    }
    if (!verb) {
        return false;
    }
    bool ok = d->ready && verb_run(d, verb, answer, &f) == 0;
    cJSON_AddBoolToObject(answer, "ok", ok);
    if (!ok) {
        cJSON_AddStringToObject(answer, "error", f.text);
    }
    return true;
}

/* As an application with threads does it: one identity, one token, connections of their own. */
static void *validate_beside(void *context)
{
    struct beside *b = context;
    char *table_id = NULL;
    b->ok = workspace_validate(&b->workspace, b->deadline_ms, &table_id, &b->failure) == 0;
    free(table_id);
    return NULL;
}

/* How many were started; the others' failures are theirs. */
static int start_beside(struct drive *d, struct beside *all, int count)
{
    int started = 0;
    for (int i = 0; i < count; i++) {
        struct beside *b = &all[i];
        b->deadline_ms = clock_now_ms() + d->limit_ms;
        if (workspace_init_beside(&b->workspace, &d->workspace, &b->failure) < 0) {
            continue;
        }
        b->ready = true;
        if (defects_on()) {
            sabotage_beside(&b->workspace, i);
        }
        if (pthread_create(&b->thread, NULL, validate_beside, b) == 0) {
            b->started = true;
            started++;
            if (defects_on() && sabotage_one_by_one()) {
                pthread_join(b->thread, NULL);
                b->started = false;
            }
        } else {
            failure_set(&b->failure, "a thread could not be started");
        }
    }
    return started;
}

static void answer_parallel(struct drive *d, int count, cJSON *answer)
{
    struct beside *all = calloc((size_t)count, sizeof(*all));
    struct failure f = d->refused;
    bool ok = d->ready && all && start_beside(d, all, count) > 0;
    for (int i = 0; all && i < count; i++) {
        if (all[i].started) {
            pthread_join(all[i].thread, NULL);
        }
        if (d->ready && !all[i].ok && !(defects_on() && sabotage_loses(i))) {
            ok = false;
            f = all[i].failure;
        }
        if (all[i].ready) {
            workspace_done(&all[i].workspace);
        }
    }
    free(all);
    cJSON_AddBoolToObject(answer, "ok", ok);
    if (!ok) {
        cJSON_AddStringToObject(answer, "error", f.text);
    }
}

static void answer_dump(struct drive *d, cJSON *answer)
{
    struct text text = {0};
    if (d->ready) {
        workspace_text(&d->workspace, &text);
    } else {
        config_text(&d->config, &text);
    }
    if (defects_on()) {
        sabotage_dump(&d->config, &text);
    }
    cJSON_AddBoolToObject(answer, "ok", true);
    cJSON_AddStringToObject(answer, "text", text_z(&text));
    text_done(&text);
}

static cJSON *answer_line(struct drive *d, const char *line)
{
    cJSON *question = cJSON_Parse(line);
    const cJSON *seq = cJSON_GetObjectItemCaseSensitive(question, "seq");
    const char *verb = answer_string(question, "do");
    const cJSON *wanted = cJSON_GetObjectItemCaseSensitive(question, "times");
    int times = cJSON_IsNumber(wanted) ? wanted->valueint : 0;
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddItemToObject(answer, "seq",
                          cJSON_IsNumber(seq) ? cJSON_Duplicate(seq, true) : cJSON_CreateNull());
    if (strcmp(verb, "validate") == 0) {
        answer_validate(d, answer);
    } else if (strcmp(verb, "parallel") == 0 && times >= 1 && times <= MOST_AT_ONCE) {
        answer_parallel(d, times, answer);
    } else if (strcmp(verb, "dump") == 0) {
        answer_dump(d, answer);
    } else if (!answer_verb(d, verb, answer)) {
        cJSON_AddBoolToObject(answer, defect_is(DEFECT_ANSWERS_ANYTHING) ? "ok" : "unsupported",
                              true);
    }
    cJSON_Delete(question);
    return answer;
}

int drive_lines(struct drive *d)
{
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) >= 0) {
        cJSON *answer = answer_line(d, line);
        char *text = cJSON_PrintUnformatted(answer);
        puts(text);
        fflush(stdout);
        free(text);
        cJSON_Delete(answer);
    }
    free(line);
    return 0;
}

int drive_count(struct drive *d, long rounds)
{
    for (long i = 0; i < rounds; i++) {
        struct failure f = {""};
        char *table_id = NULL;
        if (validate(d, &table_id, &f) < 0) {
            fprintf(stderr, "error: %s\n", f.text);
            return 1;
        }
        printf("ok: table %s\n", table_id);
        free(table_id);
    }
    return 0;
}
