/* SPDX-License-Identifier: Apache-2.0 */
/* What a desktop is made of, as files: who opens http and https, the bus's rules, the kinds of
 * addresses that the file systems know. docs/decisions/0060 tells why each is needed. */
#include "harness/browser/desktop.h"

#include "base/sys/fs.h"

enum { PLACES = 4 };

struct part {
    const char *name, *package;
    bool is_loaded;             /* by the connector's process; else it is a program */
    const char *places[PLACES]; /* any of them will do */
};

/* A connector that cannot load GTK or GIO's module is told that nothing opens http, which would
 * look like a fault of its own. */
static const struct part parts[] = {
    {"Xvfb", "xvfb", false, {DESKTOP_X_SERVER}},
    {"dbus-daemon", "dbus-daemon", false, {DESKTOP_BUS}},
    {"gvfsd", "gvfs", false, {"/usr/libexec/gvfsd", "/usr/lib/gvfs/gvfsd", "/usr/lib/gvfsd"}},
    {"GIO's module libgvfsdbus.so",
     "gvfs",
     true,
     {"/usr/lib/x86_64-linux-gnu/gio/modules/libgvfsdbus.so",
      "/usr/lib/aarch64-linux-gnu/gio/modules/libgvfsdbus.so",
      "/usr/lib64/gio/modules/libgvfsdbus.so", "/usr/lib/gio/modules/libgvfsdbus.so"}},
    {"libgtk-3.so.0",
     "libgtk-3-0",
     true,
     {"/usr/lib/x86_64-linux-gnu/libgtk-3.so.0", "/usr/lib/aarch64-linux-gnu/libgtk-3.so.0",
      "/usr/lib64/libgtk-3.so.0", "/usr/lib/libgtk-3.so.0"}},
};
enum { PART_GVFSD = 2 };

static const char *place_of(const struct part *part)
{
    for (size_t i = 0; i < PLACES && part->places[i] != NULL; i++) {
        const char *path = part->places[i];
        if (part->is_loaded ? fs_exists(path) : fs_is_executable(path)) {
            return path;
        }
    }
    return NULL;
}

const char *desktop_missing(struct arena *a)
{
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (place_of(&parts[i]) == NULL) {
            return arena_printf(a, "%s (Debian: %s)", parts[i].name, parts[i].package);
        }
    }
    return NULL;
}

static const char bus_config[] =
    "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"\n"
    " \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n"
    "<busconfig>\n"
    "  <type>session</type>\n"
    "  <listen>unix:path=%s/bus</listen>\n"
    "  <auth>EXTERNAL</auth>\n"
    "  <servicedir>%s/services</servicedir>\n"
    "  <policy context=\"default\">\n"
    "    <allow send_destination=\"*\" eavesdrop=\"true\"/>\n"
    "    <allow eavesdrop=\"true\"/>\n"
    "    <allow own=\"*\"/>\n"
    "  </policy>\n"
    "</busconfig>\n";

/* Started when it is first asked for. Of the kinds of addresses it needs to know http alone, and
 * that only by name: an address is handed to the opener, not read. */
static const char service[] = "[D-BUS Service]\n"
                              "Name=org.gtk.vfs.Daemon\n"
                              "Exec=%s --no-fuse\n";
static const char http_kind[] = "[Mount]\n"
                                "Type=http\n"
                                "Exec=/bin/false\n"
                                "AutoMount=false\n";

static const char application[] = "[Desktop Entry]\n"
                                  "Type=Application\n"
                                  "Name=Browser\n"
                                  "Exec=%s %%u\n"
                                  "NoDisplay=true\n";
static const char choice[] = "[Default Applications]\n"
                             "x-scheme-handler/http=assay-browser.desktop\n"
                             "x-scheme-handler/https=assay-browser.desktop\n";

int desktop_write(struct arena *a, const char *dir, const char *seen_at, const char *opener,
                  struct err *err)
{
    const char *gvfsd = place_of(&parts[PART_GVFSD]);
    if (gvfsd == NULL) {
        return err_set(err, ERR_NOT_FOUND, "there is no gvfsd");
    }
    const struct desktop_variable files[] = {
        {DESKTOP_BUS_CONFIG, arena_printf(a, bus_config, seen_at, seen_at)},
        {"services/org.gtk.vfs.Daemon.service", arena_printf(a, service, gvfsd)},
        {DESKTOP_FILE_KINDS "/http.mount", http_kind},
        {"share/applications/assay-browser.desktop", arena_printf(a, application, opener)},
        {"config/mimeapps.list", choice}};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const char *path = fs_join(a, dir, files[i].name);
        if (fs_make_dirs(fs_dirname(a, path), 0755, err) < 0 ||
            fs_write_file(path, str_of(files[i].value), 0644, err) < 0) {
            return -1;
        }
    }
    return fs_make_dirs(fs_join(a, dir, DESKTOP_RUNTIME_DIR), 0700, err);
}

void desktop_environment(struct arena *a, const char *seen_at,
                         struct desktop_variable ret[DESKTOP_VARIABLES])
{
    const struct desktop_variable all[DESKTOP_VARIABLES] = {
        {"DISPLAY", ":0"},
        {"DBUS_SESSION_BUS_ADDRESS", arena_printf(a, "unix:path=%s/bus", seen_at)},
        {"XDG_CONFIG_DIRS", arena_printf(a, "%s/config:/etc/xdg", seen_at)},
        {"XDG_DATA_DIRS", arena_printf(a, "%s/share:/usr/local/share:/usr/share", seen_at)}};
    for (size_t i = 0; i < DESKTOP_VARIABLES; i++) {
        ret[i] = all[i];
    }
}
