/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_BROWSER_DESKTOP_H
#define HARNESS_BROWSER_DESKTOP_H

/* A desktop without a screen, for connectors that show an address to their user through the desktop
 * and not by a command: java.awt.Desktop asks GTK, GTK asks GIO, and GIO looks up who opens https.
 * It is what such programs find on Debian: an X server (Xvfb), a session bus (dbus-daemon) with
 * GNOME's file systems on it (gvfsd, without which Java holds that nothing opens http), and an
 * application that is everybody's choice for http and https: the opener of this world.
 *
 *     desktop_write(a, dir, seen_at, opener, err)     before, by the harness: the files
 *     ... desktop_environment(a, seen_at) ...         for the connector
 *     desktop_open(seen_at, mark, &desktop, err)      inside: returns when programs can use it
 *     desktop_close(desktop)                          ends all programs below this one
 *
 * The display is :0, reached by an abstract socket of the cell's own network namespace, so that
 * nothing of it lies in the connector's TMPDIR; nobody listens on TCP. Threads: one, which forks.
 */

#include "base/core/arena.h"
#include "base/core/err.h"

#include <stdbool.h>

/* What of it is not installed on this machine, with the name of its Debian package; NULL = all is
 * there. */
const char *desktop_missing(struct arena *a);

/* dir is a folder of its own, seen by the programs as seen_at; opener is the command, as seen by
 * them, that takes an address as its last argument. */
int desktop_write(struct arena *a, const char *dir, const char *seen_at, const char *opener,
                  struct err *err) NODISCARD;

struct desktop_variable {
    const char *name, *value;
};
enum { DESKTOP_VARIABLES = 4 };
void desktop_environment(struct arena *a, const char *seen_at,
                         struct desktop_variable ret[DESKTOP_VARIABLES]);

struct desktop;
/* mark: "K=V", in the environment of all of it. The calling process becomes a subreaper. */
int desktop_open(const char *seen_at, const char *mark, struct desktop **ret,
                 struct err *err) NODISCARD;
bool desktop_has_ended(const struct desktop *d); /* a part of it has, by itself */
void desktop_close(struct desktop *d);           /* accepts NULL */

/* Where the parts are: shared by the two files. */
#define DESKTOP_X_SERVER    "/usr/bin/Xvfb"
#define DESKTOP_BUS         "/usr/bin/dbus-daemon"
#define DESKTOP_BUS_CONFIG  "bus.conf"
#define DESKTOP_FILE_KINDS  "mounts"
#define DESKTOP_RUNTIME_DIR "runtime"

#endif
