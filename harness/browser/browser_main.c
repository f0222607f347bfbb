/* SPDX-License-Identifier: Apache-2.0 */
/* assay-browser: see browser.h. Nothing is printed for people; what goes wrong before the first
 * visit ends the program, which the world notices. */
#include "harness/browser/browser.h"
#include "harness/browser/desktop.h"

#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/sys/poller.h"

#include <unistd.h>

enum { CONFIG_MAX = 64 * 1024, REQUESTS_MAX = 16 * 1024 * 1024, LOOK_MS = 5, EXIT_BAD = 70 };

void browser_close(struct browser *b)
{
    engine_fake_close(b);
    engine_chromium_close(b);
    desktop_close(b->desktop); /* the last: all that is below this program */
    b->desktop = NULL;
}

/* Byte by byte: what follows the line is left in the pipe. */
static bool line_take(struct buf *line)
{
    char c = '\0';
    buf_init(line, CONFIG_MAX);
    while (read(STDIN_FILENO, &c, 1) == 1 && !line->truncated) {
        if (c == '\n') {
            return true;
        }
        buf_add_char(line, c);
    }
    return false;
}

/* Whole lines that came since the last look. */
static void requests_take(struct browser *b, size_t *seen, int64_t *visits)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf text = {0};
    struct err ignored = {0};
    if (fs_read_file(b->config->requests, REQUESTS_MAX, &text, &ignored) < 0) {
        return;
    }
    struct str rest = str_slice(buf_str(&text), *seen, text.len), line;
    while (str_find(rest, STR("\n"), 0) >= 0 && str_split(&rest, '\n', &line)) {
        *seen += line.len + 1;
        visit_carry_out(a, b, (*visits)++, line);
    }
}

int main(void)
{
    AUTO_ARENA struct arena *a = arena_new();
    AUTO_BUF struct buf line = {0};
    struct browser_config config;
    struct browser browser = {.config = &config};
    struct err err = {0};
    size_t seen = 0;
    int64_t visits = 0;
    signals_ignore_pipe();
    if (!line_take(&line) || browser_config_read(a, buf_str(&line), &config, &err) < 0) {
        return EXIT_BAD;
    }
    if ((config.engine == BROWSER_CHROMIUM && engine_chromium_open(&browser, &err) < 0) ||
        (config.desktop != NULL &&
         desktop_open(config.desktop, BROWSER_MARK, &browser.desktop, &err) < 0)) {
        browser_tell_ready(err.msg);
        browser_close(&browser);
        return EXIT_BAD;
    }
    browser_tell_ready(NULL);
    bool whole = true;
    while (whole && !browser_should_end()) {
        whole = browser.desktop == NULL || !desktop_has_ended(browser.desktop);
        requests_take(&browser, &seen, &visits);
        browser_pause(LOOK_MS);
    }
    browser_close(&browser);
    return whole ? 0 : EXIT_BAD;
}
