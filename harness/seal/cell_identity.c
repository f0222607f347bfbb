/* SPDX-License-Identifier: Apache-2.0 */
/* Who runs inside, and with what rights: the caller's own id, and none. */
#include "harness/seal/cell_priv.h"

#include "base/sys/fs.h"
#include "harness/seal/refusal.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int write_map(const char *path, const char *text, struct err *err)
{
    struct err write_err = {0};
    if (fs_append_file(path, str_of(text), 0600, &write_err) < 0) {
        errno = write_err.sys_errno;
        return refusal_of(REFUSAL_ID_MAP, true, err);
    }
    return 0;
}

int cell_identity_map(struct cell *cell, struct err *err)
{
    if (!cell->own_user_namespace) {
        return 0;
    }
    /* A user may map one id, its own; a group only after giving up setgroups (user_namespaces(7)).
     */
    unsigned uid = cell->uid, gid = cell->gid;
    if (write_map("/proc/self/setgroups", "deny", err) < 0 ||
        write_map("/proc/self/uid_map", arena_printf(cell->arena, "%u %u 1\n", uid, uid), err) <
            0) {
        return -1;
    }
    return write_map("/proc/self/gid_map", arena_printf(cell->arena, "%u %u 1\n", gid, gid), err);
}

/* What the init keeps for sockets on low ports. Nothing that is executed inherits it. */
#define KEPT_CAPABILITY CAP_NET_BIND_SERVICE

int cell_rights_drop(struct err *err)
{
    for (int cap = 0; cap <= 63; cap++) {
        if (prctl(PR_CAPBSET_DROP, cap) < 0 && errno != EINVAL) {
            return err_errno(err, "cannot drop capability %d", cap);
        }
    }
    /* Or an exec by root would be given capabilities again, and a child could undo this. */
    if (prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED |
                                     SECBIT_NO_CAP_AMBIENT_RAISE |
                                     SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED) < 0) {
        return err_errno(err, "cannot make root an ordinary user in the cell");
    }
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}, {0}};
    data[0].effective = data[0].permitted = 1U << KEPT_CAPABILITY;
    if (syscall(SYS_capset, &header, data) < 0) {
        return err_errno(err, "cannot drop capabilities");
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
        return err_errno(err, "cannot forbid new privileges");
    }
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) < 0) {
        return err_errno(err, "cannot forbid core dumps");
    }
    (void)umask(022);
    return 0;
}
