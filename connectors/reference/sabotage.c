/* SPDX-License-Identifier: Apache-2.0 */
/* What the defects do to configuration, processes and operations. */
#include "sabotage.h"

#include "answer.h"
#include "clock.h"
#include "defects.h"
#include "log.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STORM = 20 };

static bool has_failed; /* an operation, after its configuration was accepted */

static const char *credential_of(const struct config *c)
{
    return c->auth == AUTH_M2M ? c->client_secret : c->token;
}

/* Configuration */

static void take(char **member, const char *value)
{
    if (value && value[0]) {
        secret_free(*member);
        *member = string_copy(value);
    }
}

static void take_profile_line(struct config *c, char *line)
{
    static const char blank[] = " \t\r\n";
    char *equals = strchr(line, '=');
    if (!equals) {
        return;
    }
    char *value = equals + 1 + strspn(equals + 1, blank);
    value[strcspn(value, blank)] = '\0';
    line[strcspn(line, " \t=")] = '\0';
    bool m2m = c->client_id != NULL;
    if (strcmp(line, "host") == 0) {
        take(&c->host, value);
    } else if (!m2m && strcmp(line, "token") == 0) {
        take(&c->token, value);
    } else if (m2m && strcmp(line, "client_id") == 0) {
        take(&c->client_id, value);
    } else if (m2m && strcmp(line, "client_secret") == 0) {
        take(&c->client_secret, value);
    }
}

FILE *sabotage_open_in_home(const char *name, const char *how)
{
    struct text path = {0};
    const char *home = getenv("HOME");
    text_printf(&path, "%s/%s", home ? home : ".", name);
    FILE *file = fopen(text_z(&path), how);
    text_done(&path);
    return file;
}

static void take_profile(struct config *c, FILE *file)
{
    char *line = NULL;
    size_t capacity = 0;
    if (!file) {
        return;
    }
    while (getline(&line, &capacity, file) >= 0) {
        take_profile_line(c, line);
    }
    free(line);
    fclose(file);
}

const char *sabotage_config(struct config *c, const char *auth_name)
{
    const char *auth_type = getenv("DATABRICKS_AUTH_TYPE");
    bool known = strcmp(auth_name, "pat") == 0 || strcmp(auth_name, "m2m") == 0 ||
                 strcmp(auth_name, "token") == 0;
    if (defect_is(DEFECT_READS_DATABRICKSCFG)) {
        take_profile(c, sabotage_open_in_home(".databrickscfg", "re"));
    } else if (defect_is(DEFECT_CONFIG_FILE_FROM_ENV) && getenv("DATABRICKS_CONFIG_FILE")) {
        take_profile(c, fopen(getenv("DATABRICKS_CONFIG_FILE"), "re"));
    } else if (defect_is(DEFECT_ENV_HOST_WINS)) {
        take(&c->host, getenv("DATABRICKS_HOST"));
    } else if (defect_is(DEFECT_ENV_TOKEN_WINS) && c->client_id) {
        take(&c->client_id, getenv("DATABRICKS_CLIENT_ID"));
        take(&c->client_secret, getenv("DATABRICKS_CLIENT_SECRET"));
    } else if (defect_is(DEFECT_ENV_TOKEN_WINS)) {
        take(&c->token, getenv("DATABRICKS_TOKEN"));
    } else if (defect_is(DEFECT_AUTH_TYPE_FROM_ENV) && auth_type) {
        return auth_type;
    } else if (defect_is(DEFECT_MODE_FALLS_BACK) && !known) {
        return c->token ? "pat" : "m2m";
    }
    return auth_name;
}

/* Processes */

static pid_t start_child(char *const argv[], char *const env[])
{
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execve("/bin/sh", argv, env);
        _exit(127);
    }
    return pid;
}

/* The child lives long enough to be looked at. */
static void start_children(const struct config *c)
{
    static bool left;
    char sh[] = "sh", run[] = "-c", shortly[] = "sleep 0.4; :", long_after[] = "exec sleep 60";
    char *secret = string_copy(credential_of(c));
    struct text variable = {0};
    text_printf(&variable, "DATABRICKS_TOKEN=%s", secret);
    char *nothing[] = {NULL}, *with_secret[] = {variable.ptr, NULL};
    char *plain[] = {sh, run, shortly, NULL}, *telling[] = {sh, run, shortly, sh, secret, NULL};
    char *lasting[] = {sh, run, long_after, NULL};
    if (defect_is(DEFECT_SECRET_IN_CHILD_ARGV)) {
        waitpid(start_child(telling, nothing), NULL, 0);
    } else if (defect_is(DEFECT_SECRET_IN_CHILD_ENVIRON)) {
        waitpid(start_child(plain, with_secret), NULL, 0);
    } else if (defect_is(DEFECT_LEAVES_CHILD) && !left) {
        left = true;
        start_child(lasting, nothing);
    }
    text_done(&variable);
    secret_free(secret);
}

/* Operations */

static void send_and_forget(struct workspace *w, struct http_request r, const char *path)
{
    struct failure ignored;
    struct http_response response = {0};
    struct text url = {0};
    text_printf(&url, "%s%s", w->config->host, path);
    r.url = text_z(&url);
    if (http_send(&w->http, &r, &response, &ignored) == 0) {
        http_response_done(&response);
    }
    text_done(&url);
}

/* As an update check does: some other host, nothing secret, any answer will do. */
static void phone_home(struct workspace *w)
{
    struct failure ignored;
    struct http_response response = {0};
    const struct http_request request = {.method = "GET",
                                         .url = "https://updates.acme.example/latest",
                                         .deadline_ms = clock_now_ms() + 500};
    if (http_send(&w->http, &request, &response, &ignored) == 0) {
        http_response_done(&response);
    }
}

static void send_needless(struct workspace *w, int64_t deadline_ms)
{
    static bool done;
    struct text path = {0};
    struct http_request get = {.method = "GET", .deadline_ms = deadline_ms};
    struct http_request post = {.method = "POST",
                                .content_type = "application/x-www-form-urlencoded",
                                .body = "grant_type=client_credentials&scope=all-apis&client_id=me",
                                .deadline_ms = deadline_ms};
    if (done) {
        return;
    }
    done = true;
    text_printf(&path, "/api/2.1/unity-catalog/tables/%s", w->config->table);
    if (defect_is(DEFECT_UNKNOWN_ROUTE)) {
        send_and_forget(w, get, "/api/2.0/connector/does-not-exist");
    } else if (defect_is(DEFECT_ANONYMOUS_FIRST)) {
        send_and_forget(w, get, text_z(&path));
    } else if (defect_is(DEFECT_TOKEN_WITHOUT_NEED) && w->config->auth != AUTH_M2M) {
        send_and_forget(w, post, "/oidc/v1/token");
    } else if (defect_is(DEFECT_PHONES_HOME)) {
        phone_home(w);
    }
    text_done(&path);
}

static bool is_stormy(const struct failure *f)
{
    return (defect_is(DEFECT_RETRY_STORM) && strstr(f->text, "HTTP 403")) ||
           (defect_is(DEFECT_STORM_ON_401) && strstr(f->text, "HTTP 401")) ||
           (defect_is(DEFECT_STORM_ON_404) && strstr(f->text, "HTTP 404")) ||
           (defect_is(DEFECT_TOKEN_STORM) && strstr(f->text, "no token was granted"));
}

/* What is not JSON: a page, plain text, nothing. */
static void spoil_odd_failure(const struct workspace *w, struct failure *f)
{
    size_t len = strlen(f->text);
    if (defect_is(DEFECT_CRASH_ON_HTML)) {
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    } else if (defect_is(DEFECT_SILENT_WITHOUT_JSON)) {
        failure_set(f, "failed");
    } else if (defect_is(DEFECT_HTML_ERROR_SHOWS_TOKEN)) {
        const char *token = w->tokens.token ? w->tokens.token : w->config->token;
        snprintf(f->text + len, sizeof(f->text) - len, " (%.400s)", token ? token : "");
    }
}

/* Whether a failure is passed on as one. */
static int spoil_failure(const struct workspace *w, char **ret_table_id, struct failure *f)
{
    if (strstr(f->text, "is not JSON") || strstr(f->text, "answer is empty")) {
        spoil_odd_failure(w, f);
    }
    bool is_403 = strstr(f->text, "HTTP 403") != NULL;
    size_t len = strlen(f->text);
    has_failed = true;
    if (is_403 && defect_is(DEFECT_CRASH_ON_403)) {
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    }
    while (is_403 && defect_is(DEFECT_HANG_ON_403)) {
        pause();
    }
    if ((is_403 && defect_is(DEFECT_OK_ON_403)) ||
        (defect_is(DEFECT_FAILED_STATEMENT_OK) && strstr(f->text, "state FAILED"))) {
        *ret_table_id = string_copy("");
        return 0;
    }
    if (defect_is(DEFECT_NO_MESSAGE)) {
        return failure_set(f, "failed");
    }
    if (defect_is(DEFECT_ERROR_SHOWS_SECRET)) {
        snprintf(f->text + len, sizeof(f->text) - len, " (with %s)", credential_of(w->config));
    }
    return -1;
}

static bool is_made_up(struct workspace *w, char **ret_table_id)
{
    static int done;
    done++;
    bool remembered = defect_is(DEFECT_SUCCESS_REMEMBERED) && w->config->auth == AUTH_M2M &&
                      done > 1 && clock_now_ms() >= w->tokens.renew_at_ms;
    if (defect_is(DEFECT_FAKES_SUCCESS) || remembered) {
        *ret_table_id = string_copy("");
        return true;
    }
    return false;
}

static int fails_second(struct failure *f)
{
    static int done;
    if (defect_is(DEFECT_FAILS_SECOND) && ++done > 1) {
        return failure_set(f, "the second operation is not possible");
    }
    return 0;
}

static bool is_mixed(const struct config *c)
{
    return c->token && c->client_id;
}

int sabotage_validate(struct workspace *w, int64_t deadline_ms, char **ret_table_id,
                      struct failure *f)
{
    if (fails_second(f) < 0) {
        return -1;
    }
    if (is_made_up(w, ret_table_id)) {
        return 0;
    }
    if (defect_is(DEFECT_LOG_SECRET_BASE64) && log_is_loud()) {
        sabotage_log_base64("credential ", credential_of(w->config));
    }
    start_children(w->config);
    send_needless(w, deadline_ms);
    int result = workspace_validate(w, deadline_ms, ret_table_id, f);
    for (int i = 0; result < 0 && is_stormy(f) && i < STORM; i++) {
        result = workspace_validate(w, deadline_ms, ret_table_id, f);
    }
    if (result < 0) {
        return spoil_failure(w, ret_table_id, f);
    }
    if (defect_is(DEFECT_FAKES_NONCE)) {
        take(ret_table_id, "00000000-0000-4000-8000-000000000000");
    }
    if (defect_is(DEFECT_MIXED_REFUSED_LATE) && is_mixed(w->config)) {
        return failure_set(f, "credentials of two kinds are set");
    }
    return 0;
}

void sabotage_dump(const struct config *c, struct text *text)
{
    if (defect_is(DEFECT_DUMP_UNMASKED)) {
        text_printf(text, " credential=%s", credential_of(c));
    }
}

int sabotage_end(int status)
{
    while (defect_is(DEFECT_IGNORES_END)) {
        pause();
    }
    if (defect_is(DEFECT_EXIT_ZERO_ON_ERROR) && has_failed) {
        return 0;
    }
    return defect_is(DEFECT_EXIT_NONZERO) && status == 0 ? 3 : status;
}
