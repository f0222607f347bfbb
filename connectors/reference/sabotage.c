/* SPDX-License-Identifier: Apache-2.0 */
/* Lets each family of defects have its way. */
#include "sabotage/family.h"

static const struct sabotage_family *const families[] = {
    &sabotage_azure,         &sabotage_certificates, &sabotage_concurrency, &sabotage_connect,
    &sabotage_discovery,     &sabotage_errors,       &sabotage_federation,  &sabotage_google,
    &sabotage_isolation,     &sabotage_leaks,        &sabotage_probe,       &sabotage_redirects,
    &sabotage_refresh,       &sabotage_resilience,   &sabotage_secrets,     &sabotage_sql,
    &sabotage_token_answers, &sabotage_tokens,       &sabotage_u2m,         &sabotage_user_agent,
};

#define EACH_WITH(hook, f)                                                                  \
    for (size_t i_ = 0; i_ < sizeof(families) / sizeof(families[0]); i_++)                  \
        for (const struct sabotage_family *f = families[i_]->hook ? families[i_] : NULL; f; \
             f = NULL)

const char *sabotage_config(struct config *c, const char *auth_name)
{
    EACH_WITH(config, family)
    {
        auth_name = family->config(c, auth_name);
    }
    return auth_name;
}

struct curl_slist *sabotage_request(CURL *curl, const struct http_request *r,
                                    struct curl_slist *headers)
{
    EACH_WITH(request, family)
    {
        headers = family->request(curl, r, headers);
    }
    return headers;
}

int sabotage_code(int code, struct http_response *response)
{
    EACH_WITH(code, family)
    {
        code = family->code(code, response);
    }
    return code;
}

void sabotage_answer(CURL *curl, const struct http_request *r, struct http_response *response)
{
    EACH_WITH(answer, family)
    {
        family->answer(curl, r, response);
    }
}

int64_t sabotage_pause(const struct http_request *r, long status, int tried, int64_t pause_ms)
{
    EACH_WITH(pause, family)
    {
        pause_ms = family->pause(r, status, tried, pause_ms);
    }
    return pause_ms;
}

bool sabotage_token_request(struct http *h, const struct config *c, const struct http_request *r,
                            struct http_response *ret)
{
    bool granted = false;
    EACH_WITH(token_request, family)
    {
        granted = granted || family->token_request(h, c, r, ret);
    }
    return granted;
}

bool sabotage_token_is_over(bool is_over)
{
    EACH_WITH(token_is_over, family)
    {
        is_over = family->token_is_over(is_over);
    }
    return is_over;
}

bool sabotage_is_token_error(const struct http_response *r, bool is_error)
{
    EACH_WITH(is_token_error, family)
    {
        is_error = family->is_token_error(r, is_error);
    }
    return is_error;
}

static bool goes_again(const struct failure *f)
{
    bool again = false;
    EACH_WITH(again, family)
    {
        again = again || family->again(f);
    }
    return again;
}

int sabotage_validate(struct workspace *w, int64_t deadline_ms, char **ret_table_id,
                      struct failure *f)
{
    struct operation o = {.deadline_ms = deadline_ms, .ret_table_id = ret_table_id, .failure = f};
    EACH_WITH(before, family)
    {
        int done = family->before(w, &o);
        if (done != 0) {
            return done > 0 ? 0 : -1;
        }
    }
    int result = workspace_validate(w, deadline_ms, ret_table_id, f);
    for (int i = 0; result < 0 && goes_again(f) && i < SABOTAGE_STORM; i++) {
        result = workspace_validate(w, deadline_ms, ret_table_id, f);
    }
    if (result < 0) {
        EACH_WITH(failed, family)
        {
            result = result < 0 ? family->failed(w, &o) : result;
        }
        return result;
    }
    EACH_WITH(succeeded, family)
    {
        result = result == 0 ? family->succeeded(w, &o) : result;
    }
    return result;
}

void sabotage_dump(const struct config *c, struct text *text)
{
    EACH_WITH(dump, family)
    {
        family->dump(c, text);
    }
}

int sabotage_end(int status)
{
    EACH_WITH(end, family)
    {
        status = family->end(status);
    }
    return status;
}
