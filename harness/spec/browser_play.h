/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_BROWSER_PLAY_H
#define HARNESS_SPEC_BROWSER_PLAY_H

/* What the user, and whoever else can reach the connector's listener, do in a browser flow. One
 * table each: cases, their documentation, the browser. */

#define BROWSER_ACT_TABLE(X)                                                         \
    X(BROWSER_APPROVES, "approves", "signs in and allows what the application asks") \
    X(BROWSER_DENIES, "denies", "signs in and denies it")                            \
    X(BROWSER_LEAVES, "leaves", "closes the page without signing in")
#define BROWSER_STRAY_TABLE(X)                                                                \
    X(BROWSER_STRAY_FAVICON, "favicon", "a request for /favicon.ico comes before the answer") \
    X(BROWSER_STRAY_EARLY, "early",                                                           \
      "an answer with a code and state of another request comes "                             \
      "before the user's page was even opened")                                               \
    X(BROWSER_STRAY_OTHER_HOST, "other-host", "the same, with a Host that is not loopback")   \
    X(BROWSER_STRAY_REPLAY, "replay", "the answer comes once more after the user's")
#define BROWSER_ENGINE_TABLE(X)                                                    \
    X(BROWSER_FAKE, "fake", "a small one of ours, which fills in forms over HTTP") \
    X(BROWSER_CHROMIUM, "chromium", "Chromium without a window, through chromedriver")
#define BROWSER_ENUM(name, text, doc) name,
enum browser_act { BROWSER_ACT_TABLE(BROWSER_ENUM) BROWSER_ACT_COUNT };
enum browser_stray { BROWSER_STRAY_TABLE(BROWSER_ENUM) BROWSER_STRAY_COUNT };
enum browser_engine { BROWSER_ENGINE_TABLE(BROWSER_ENUM) BROWSER_ENGINE_COUNT };
#undef BROWSER_ENUM

extern const char *const browser_act_names[BROWSER_ACT_COUNT + 1];       /* NULL-terminated */
extern const char *const browser_stray_names[BROWSER_STRAY_COUNT + 1];   /* NULL-terminated */
extern const char *const browser_engine_names[BROWSER_ENGINE_COUNT + 1]; /* NULL-terminated */

/* In the User-Agent of whichever browser. */
#define BROWSER_AGENT_TOKEN "assay-browser/1.0"

struct browser_play {
    int act;        /* enum browser_act */
    unsigned stray; /* bits of enum browser_stray */
};

#endif
