/* SPDX-License-Identifier: Apache-2.0 */
/* What the user's browser saw: read, redacted, searched for credentials that a page showed. */
#include "harness/run/collect_priv.h"

#include "base/sys/fs.h"

enum { SCREENSHOT_MAX = 16 * 1024 * 1024 };

static const char *clean(struct capture *c, const char *text)
{
    return text != NULL ? capture_redact(c, str_of(text)) : NULL;
}

static void visit_redact(struct capture *c, struct browser_visit_record *visit)
{
    visit->opener = clean(c, visit->opener);
    visit->url = clean(c, visit->url);
    visit->detail = clean(c, visit->detail);
}

/* The page goes to a browser's history, cache and, when it loads something, to others. */
static void callback_redact(struct capture *c, struct browser_callback_record *callback)
{
    struct output_record page = {0};
    callback->url = clean(c, callback->url);
    callback->loads = clean(c, callback->loads);
    callback->problem = clean(c, callback->problem);
    callback->content_type = clean(c, callback->content_type);
    callback->referrer_policy = clean(c, callback->referrer_policy);
    if (callback->body != NULL) {
        capture_output(c, "page", str_of(callback->body), NULL, &page);
        callback->body = page.text;
    }
}

/* Beside the evidence. A picture cannot be searched; the browser takes it of pages of the mock, or
 * of the connector's own page when that is what failed. */
static int screenshot_keep(struct session *s, const char *dir,
                           const struct browser_visit_record *visit, struct err *err)
{
    AUTO_BUF struct buf picture = {0};
    const char *to = s->job->evidence_dir;
    if (visit->screenshot == NULL) {
        return 0;
    }
    if (fs_read_file(fs_join(s->arena, dir, visit->screenshot), SCREENSHOT_MAX, &picture, err) <
            0 ||
        fs_make_dirs(to, 0755, err) < 0) {
        return -1;
    }
    return fs_write_file(fs_join(s->arena, to, visit->screenshot), buf_str(&picture), 0644, err);
}

int collect_browser(struct session *s, struct capture *c, struct err *err)
{
    struct evidence *e = s->evidence;
    if (browser_log_read(s->arena, buf_str(&s->browser_log), s->world->mock.zero_ms, e, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < e->visit_count; i++) {
        if (screenshot_keep(s, s->browser_dir, &e->visits[i], err) < 0) {
            return -1;
        }
        visit_redact(c, &e->visits[i]);
    }
    for (size_t i = 0; i < e->callback_count; i++) {
        callback_redact(c, &e->callbacks[i]);
    }
    return 0;
}
