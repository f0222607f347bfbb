/* SPDX-License-Identifier: Apache-2.0 */
#include "drive.h"

#include "answer.h"
#include "clock.h"
#include "defects.h"
#include "sabotage.h"
#include "verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

struct verb {
    const char *word;
    int (*run)(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows, struct failure *f);
};
static const struct verb verbs[] = {
    {"list", verb_list}, {"fetch", verb_fetch}, {"call-app", verb_call_app}};

static bool answer_verb(struct drive *d, const char *word, cJSON *answer)
{
    const struct verb *verb = NULL;
    struct failure f = d->refused;
    int64_t rows = 0;
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        verb = strcmp(word, verbs[i].word) == 0 ? &verbs[i] : verb;
    }
    if (!verb) {
        return false;
    }
    bool ok = d->ready && verb->run(&d->workspace, clock_now_ms() + d->limit_ms, &rows, &f) == 0;
    cJSON_AddBoolToObject(answer, "ok", ok);
    if (ok) {
        cJSON_AddNumberToObject(answer, "rows", (double)rows);
    } else {
        cJSON_AddStringToObject(answer, "error", f.text);
    }
    return true;
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
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddItemToObject(answer, "seq",
                          cJSON_IsNumber(seq) ? cJSON_Duplicate(seq, true) : cJSON_CreateNull());
    if (strcmp(verb, "validate") == 0) {
        answer_validate(d, answer);
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
