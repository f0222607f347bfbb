/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_APP_CONFIG_WATCH_H
#define MOCK_APP_CONFIG_WATCH_H

/* The scenario file after the start: read again when it was written or replaced (editors do both),
 * and on SIGHUP. A file that cannot be used changes nothing: one message says why. */

#include "base/core/attrs.h"
#include "base/core/err.h"

#include <stdbool.h>

struct config_watch;
struct engine;

struct config_watch *config_watch_new(const char *path, struct err *err) NODISCARD;
void config_watch_free(struct config_watch *w);    /* accepts NULL */
int config_watch_fd(const struct config_watch *w); /* readable: something happened near the file */
/* It was the file itself that changed. */
bool config_watch_changed(struct config_watch *w);
void config_watch_reload(const struct config_watch *w, struct engine *engine);

#endif
