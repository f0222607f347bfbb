/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys/env.h"

#include "base/sys/fs.h"

#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

const char *env_get(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

bool env_is_tty(int fd)
{
    return isatty(fd) == 1;
}

int env_cpu_count(void)
{
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0 && CPU_COUNT(&allowed) > 0) {
        return CPU_COUNT(&allowed);
    }
    long online = sysconf(_SC_NPROCESSORS_ONLN); /* more processors than a cpu_set_t can name */
    return online > 0 && online < INT_MAX ? (int)online : 1;
}

const char *env_program_dir(struct arena *a)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
    if (len <= 0) {
        return ".";
    }
    path[len] = '\0';
    return fs_dirname(a, path);
}

const char *env_system_name(struct arena *a)
{
    struct utsname name;
    if (uname(&name) < 0) {
        return "unknown system";
    }
    return arena_printf(a, "%s %s %s", name.sysname, name.release, name.machine);
}
