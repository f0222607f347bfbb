/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/browser/browser.h"

#include "base/json/json_read.h"

static int name_of(const char *text, const char *const *names)
{
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

static const char *text_of(struct arena *a, const struct json *o, const char *key)
{
    const char *text = json_get_string(o, key, NULL);
    return text != NULL ? arena_strdup(a, text) : NULL;
}

static int play_read(const struct json *o, struct browser_config *ret, struct err *err)
{
    int engine = name_of(json_get_string(o, "engine", ""), browser_engine_names);
    int act = name_of(json_get_string(o, "act", ""), browser_act_names);
    if (engine < 0 || act < 0) {
        return err_set(err, ERR_INVALID, "the browser is told of an unknown %s",
                       engine < 0 ? "engine" : "act");
    }
    ret->engine = (enum browser_engine)engine;
    ret->play.act = act;
    JSON_FOREACH(item, json_get(o, "stray")) {
        int stray = name_of(json_string_or(item, ""), browser_stray_names);
        if (stray < 0) {
            return err_set(err, ERR_INVALID, "the browser is told of an unknown stray request");
        }
        ret->play.stray |= 1U << (unsigned)stray;
    }
    return 0;
}

int browser_config_read(struct arena *a, struct str line, struct browser_config *ret,
                        struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct browser_config c = {0};
    if (json_read(line, "configuration of the browser", NULL, &doc, err) < 0 ||
        play_read(doc.root, &c, err) < 0) {
        return -1;
    }
    c.requests = text_of(a, doc.root, "requests");
    c.dir = text_of(a, doc.root, "dir");
    c.user = text_of(a, doc.root, "user");
    c.password = text_of(a, doc.root, "password");
    c.chromium = text_of(a, doc.root, "chromium");
    c.chromedriver = text_of(a, doc.root, "chromedriver");
    c.desktop = text_of(a, doc.root, "desktop");
    if (c.requests == NULL || c.dir == NULL || c.user == NULL) {
        return err_set(err, ERR_INVALID, "the browser is not told `requests', `dir' or `user'");
    }
    *ret = c;
    return 0;
}

static void set_text(struct json *o, const char *key, const char *value)
{
    if (value != NULL) {
        json_set_string(o, key, value);
    }
}

struct json *browser_config_write(const struct browser_config *c)
{
    struct json *o = json_object(), *stray = json_array();
    json_set_string(o, "engine", browser_engine_names[c->engine]);
    json_set_string(o, "act", browser_act_names[c->play.act]);
    for (unsigned i = 0; i < BROWSER_STRAY_COUNT; i++) {
        if ((c->play.stray >> i & 1U) != 0) {
            json_push(stray, json_string(browser_stray_names[i]));
        }
    }
    json_set(o, "stray", stray);
    set_text(o, "requests", c->requests);
    set_text(o, "dir", c->dir);
    set_text(o, "user", c->user);
    set_text(o, "password", c->password);
    set_text(o, "chromium", c->chromium);
    set_text(o, "chromedriver", c->chromedriver);
    set_text(o, "desktop", c->desktop);
    return o;
}
