/* SPDX-License-Identifier: Apache-2.0 */
#include "token_cache.h"

#include "answer.h"
#include "defects.h"
#include "log.h"
#include "random.h"
#include "sign_in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

void cached_tokens_done(struct cached_tokens *t)
{
    secret_free(t->access_token);
    secret_free(t->refresh_token);
    *t = (struct cached_tokens){0};
}

/* ~/.config/acme-connector/<hash of whose tokens they are>.json; folders are made. False without
 * HOME. */
static bool path_make(const struct config *c, struct text *path)
{
    static const char *const folders[] = {"/.config", "/acme-connector"};
    const char *home = getenv("HOME");
    struct text key = {0};
    if (!home || !home[0] || defect_is(DEFECT_NO_CACHE)) {
        return false;
    }
    text_printf(path, "%s", home);
    for (size_t i = 0; i < 2; i++) {
        text_printf(path, "%s", folders[i]);
        if (mkdir(text_z(path), 0700) < 0 && errno != EEXIST) {
            log_debug("%s cannot be made: tokens are not kept", text_z(path));
            return false;
        }
    }
    text_printf(&key, "%s\n%s\n%s", c->host,
                defect_is(DEFECT_CACHE_WITHOUT_CLIENT) ? "" : config_client_id(c), SIGN_IN_SCOPE);
    char *hash = sha256_text(text_z(&key));
    text_printf(path, "/%s.json", hash ? hash : "tokens");
    free(hash);
    text_done(&key);
    return true;
}

static cJSON *file_read(const char *path)
{
    struct stat st;
    char *bytes = NULL;
    cJSON *json = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return NULL;
    }
    bool usable = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
                  (st.st_mode & 077) == 0 && st.st_size < FILE_MAX;
    if (!usable && !defect_is(DEFECT_CACHE_READABLE)) {
        log_debug("%s is not used: others can read it, or it is no plain file", path);
    } else {
        bytes = calloc(1, (size_t)st.st_size + 1);
        ssize_t n = bytes ? read(fd, bytes, (size_t)st.st_size) : -1;
        json = n == st.st_size ? cJSON_Parse(bytes) : NULL;
        secret_free(bytes);
    }
    close(fd);
    return json;
}

bool token_cache_load(const struct config *c, struct cached_tokens *ret)
{
    struct text path = {0};
    cJSON *json = path_make(c, &path) ? file_read(text_z(&path)) : NULL;
    text_done(&path);
    bool ours = json && strcmp(answer_string(json, "host"), c->host) == 0 &&
                (strcmp(answer_string(json, "client_id"), config_client_id(c)) == 0 ||
                 defect_is(DEFECT_CACHE_WITHOUT_CLIENT));
    if (ours) {
        const cJSON *expires = cJSON_GetObjectItemCaseSensitive(json, "expires_at");
        *ret = (struct cached_tokens){
            .access_token = string_copy(answer_string(json, "access_token")),
            .refresh_token = string_copy(answer_string(json, "refresh_token")),
            .expires_s = cJSON_IsNumber(expires) ? (int64_t)expires->valuedouble : 0};
    }
    cJSON_Delete(json);
    return ours;
}

/* Beside it, then renamed: who reads it meanwhile sees one or the other. */
static void file_write(const char *path, const char *text)
{
    struct text beside = {0};
    mode_t mode = defect_is(DEFECT_CACHE_READABLE) ? 0644 : 0600;
    text_printf(&beside, "%s.%ld", path, (long)getpid());
    int fd = open(text_z(&beside), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fsync(fd) == 0;
    if (fd >= 0) {
        close(fd);
    }
    if (!ok || rename(text_z(&beside), path) < 0) {
        log_debug("%s cannot be written: tokens are not kept", path);
        unlink(text_z(&beside));
    }
    text_done(&beside);
}

void token_cache_save(const struct config *c, const struct cached_tokens *tokens)
{
    struct text path = {0};
    if (path_make(c, &path)) {
        cJSON *json = cJSON_CreateObject();
        cJSON_AddStringToObject(json, "host", c->host);
        cJSON_AddStringToObject(json, "client_id", config_client_id(c));
        cJSON_AddStringToObject(json, "access_token", tokens->access_token);
        cJSON_AddStringToObject(json, "refresh_token",
                                tokens->refresh_token ? tokens->refresh_token : "");
        cJSON_AddNumberToObject(json, "expires_at", (double)tokens->expires_s);
        char *text = cJSON_PrintUnformatted(json);
        file_write(text_z(&path), text);
        secret_free(text);
        cJSON_Delete(json);
    }
    text_done(&path);
}

void token_cache_forget(const struct config *c)
{
    struct text path = {0};
    if (path_make(c, &path)) {
        unlink(text_z(&path));
    }
    text_done(&path);
}
