/* SPDX-License-Identifier: Apache-2.0 */
#include "sign_in.h"

#include "clock.h"
#include "defects.h"
#include "log.h"
#include "loopback.h"
#include "random.h"
#include "sabotage.h"

#include <curl/curl.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void add_param(struct text *url, const char *name, const char *value)
{
    char *escaped = curl_easy_escape(NULL, value, 0);
    text_printf(url, "%c%s=%s", strchr(text_z(url), '?') ? '&' : '?', name, escaped);
    curl_free(escaped);
}

static void authorize_url(const struct config *c, const struct authorization *a, const char *state,
                          struct text *url)
{
    char *challenge = sha256_text(a->verifier);
    text_printf(url, "%s/oidc/v1/authorize", c->host);
    add_param(url, "response_type", "code");
    add_param(url, "client_id", config_client_id(c));
    add_param(url, "redirect_uri", a->redirect_uri);
    add_param(url, "scope", SIGN_IN_SCOPE);
    add_param(url, "state", state);
    add_param(url, "code_challenge", challenge ? challenge : "");
    add_param(url, "code_challenge_method", "S256");
    free(challenge);
}

/* What a program that shows pages has no business with. */
static void forget_settings(void)
{
    static const char *const names[] = {"CONNECTOR_CLIENT_SECRET", "CONNECTOR_TOKEN"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        unsetenv(names[i]);
    }
}

/* The desktop's way to show a page; BROWSER wins, as everywhere. */
static pid_t browser_open(const char *url)
{
    const char *chosen = getenv("BROWSER");
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        forget_settings();
        const char *const programs[] = {chosen && chosen[0] ? chosen : "xdg-open", "xdg-open",
                                        "x-www-browser", "sensible-browser"};
        for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
            execlp(programs[i], programs[i], url, (char *)NULL);
        }
        _exit(127);
    }
    return pid;
}

/* Reaps it if it has ended; one that could not be started ended with 127. */
static void browser_done(pid_t pid)
{
    int status = 0;
    if (pid > 0 && waitpid(pid, &status, WNOHANG) == pid && WIFEXITED(status) &&
        WEXITSTATUS(status) == 127) {
        fputs("no browser could be opened: set BROWSER to the program that shows pages\n", stderr);
    }
}

static int answer_await(const struct config *c, struct loopback *l, const char *state,
                        int64_t deadline_ms, struct authorization *a, struct failure *f)
{
    struct text url = {0}, issuer = {0};
    const struct loopback_wanted wanted = {
        .path = config_redirect_path(c), .state = state, .deadline_ms = deadline_ms};
    text_printf(&issuer, "%s/oidc", c->host);
    struct loopback_wanted full = wanted;
    full.issuer = text_z(&issuer);
    authorize_url(c, a, state, &url);
    if (defects_on()) {
        sabotage_authorize_url(&url, a);
    }
    log_debug("the browser is opened for the user to sign in");
    pid_t browser = browser_open(text_z(&url));
    int result = loopback_await(l, &full, &a->code, f);
    browser_done(browser);
    text_done(&url);
    text_done(&issuer);
    return result;
}

/* The listener is there before the browser, and gone before the code is used. */
int sign_in(const struct config *c, int64_t deadline_ms, struct authorization *ret,
            struct failure *f)
{
    struct authorization a = {.verifier = random_text()};
    struct loopback listener = {{-1, -1}, 0};
    struct text uri = {0};
    char *state = random_text();
    if (defects_on()) {
        sabotage_flow_secrets(&a.verifier, &state);
    }
    text_printf(&uri, "http://localhost:%d%s", c->redirect_port,
                strcmp(config_redirect_path(c), "/") == 0 ? "" : config_redirect_path(c));
    a.redirect_uri = string_copy(text_z(&uri));
    text_done(&uri);
    int result = !a.verifier || !state ? failure_set(f, "the system has no randomness") : 0;
    if (result == 0) {
        result = loopback_open(&listener, c->redirect_port, f);
    }
    if (result == 0) {
        result = answer_await(c, &listener, state, deadline_ms, &a, f);
    }
    if (!defects_on() || !sabotage_keeps_listener()) {
        loopback_close(&listener);
    }
    free(state);
    if (result < 0) {
        authorization_done(&a);
        return -1;
    }
    *ret = a;
    return 0;
}

void authorization_done(struct authorization *a)
{
    secret_free(a->code);
    secret_free(a->verifier);
    free(a->redirect_uri);
    *a = (struct authorization){0};
}
