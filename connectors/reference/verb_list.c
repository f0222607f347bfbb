/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"
#include "api.h"
#include "defects.h"
#include "verbs.h"

#include <curl/curl.h>

#include <string.h>

enum { MOST_PAGES = 10000 };

/* max_results=0: as many on a page as the service thinks right, instead of all at once. */
static void make_path(const struct config *c, const char *page_token, struct text *ret)
{
    const char *first = strchr(c->table, '.'), *last = strrchr(c->table, '.');
    char *catalog = curl_easy_escape(NULL, c->table, (int)(first - c->table));
    char *schema = curl_easy_escape(NULL, first + 1, (int)(last - first - 1));
    char *page = curl_easy_escape(NULL, page_token, 0);
    text_printf(ret, "/api/2.1/unity-catalog/tables?catalog_name=%s&schema_name=%s&max_results=0",
                catalog, schema);
    if (page_token[0]) {
        text_printf(ret, "&page_token=%s", page);
    }
    curl_free(catalog);
    curl_free(schema);
    curl_free(page);
}

/* One page; page_token becomes that of the next, or "". */
static int add_page(struct workspace *w, int64_t deadline_ms, struct text *page_token,
                    int64_t *count, struct failure *f)
{
    struct text path = {0};
    cJSON *page = NULL;
    make_path(w->config, text_z(page_token), &path);
    struct api_call call = {
        .what = "list tables", .method = "GET", .path = text_z(&path), .deadline_ms = deadline_ms};
    int result = api_send(w, &call, &page, f);
    text_done(&path);
    if (result == 0) {
        int tables = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(page, "tables"));
        bool stop = defect_is(DEFECT_EMPTY_PAGE_ENDS) && tables == 0;
        struct text next = {0};
        text_printf(&next, "%s", stop ? "" : answer_string(page, "next_page_token"));
        text_done(page_token);
        *page_token = next;
        *count += tables;
        cJSON_Delete(page);
    }
    return result;
}

/* A page may be empty and not be the last: only the absence of a next page ends a list. */
int verb_list(struct workspace *w, int64_t deadline_ms, int64_t *ret_rows, struct failure *f)
{
    struct text page_token = {0};
    int result = 0;
    *ret_rows = 0;
    for (int page = 0; result == 0 && (page == 0 || page_token.len > 0); page++) {
        result = page < MOST_PAGES ? add_page(w, deadline_ms, &page_token, ret_rows, f)
                                   : failure_set(f, "list tables: there is no end of pages");
        if (defect_is(DEFECT_FIRST_PAGE_ONLY)) {
            break;
        }
    }
    text_done(&page_token);
    return result;
}
