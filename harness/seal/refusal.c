/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/refusal.h"

#include "base/core/buf.h"
#include "base/sys/fs.h"
#include "base/text/number.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const step_names[] = {
    [REFUSAL_CLONE] = "making namespaces",          [REFUSAL_ID_MAP] = "mapping the user's id",
    [REFUSAL_NETWORK] = "bringing up its loopback", [REFUSAL_MOUNT] = "arranging its file system",
    [REFUSAL_PROC] = "mounting its /proc",
};

static bool is_permission(int sys_errno)
{
    return sys_errno == EPERM || sys_errno == EACCES;
}

static int say(const struct refusal_facts *f, struct err *err, const char *why)
{
    (void)err_set(err, ERR_UNAVAILABLE, "a sealed cell is refused: %s failed (%s): %s",
                  step_names[f->step], strerror(f->sys_errno), why);
    err->sys_errno = f->sys_errno;
    return -1;
}

/* What stands in the way of user namespaces, most specific first. */
static int explain_user_namespace(const struct refusal_facts *f, struct err *err)
{
    if (f->userns_clone == 0) {
        (void)say(f, err, "this kernel reserves user namespaces for root");
        err_hint(err, "run `sysctl -w kernel.unprivileged_userns_clone=1' as root, or run as root");
        return -1;
    }
    if (f->max_user_namespaces == 0 || f->sys_errno == ENOSPC || f->sys_errno == EUSERS) {
        (void)say(f, err, "no more user namespaces are allowed");
        err_hint(err, "raise it: `sysctl -w user.max_user_namespaces=15000' as root");
        return -1;
    }
    if (f->apparmor_restrict == 1 && is_permission(f->sys_errno)) {
        (void)say(f, err, "AppArmor takes the rights away from unprivileged user namespaces");
        err_hint(err, "run `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0' as root, or "
                      "give assay an AppArmor profile with `userns,', or run as root");
        return -1;
    }
    return 0;
}

static int explain_container(const struct refusal_facts *f, struct err *err)
{
    if (f->step == REFUSAL_PROC) {
        (void)say(f, err, "the container hides parts of /proc, so none may be mounted anew");
        err_hint(err, "start it with `--security-opt systempaths=unconfined' or `--privileged'");
        return -1;
    }
    if (f->user_namespace) {
        (void)say(f, err, "the container's seccomp filter or profile forbids namespaces");
        err_hint(err, "start it with `--security-opt seccomp=unconfined --security-opt "
                      "apparmor=unconfined --security-opt systempaths=unconfined'");
        return -1;
    }
    (void)say(f, err, "root in this container lacks CAP_SYS_ADMIN");
    err_hint(err, "start it with `--cap-add SYS_ADMIN --cap-add NET_ADMIN --security-opt "
                  "seccomp=unconfined --security-opt apparmor=unconfined --security-opt "
                  "systempaths=unconfined'");
    return -1;
}

int refusal_explain(const struct refusal_facts *f, struct err *err)
{
    if (f->user_namespace && (f->step != REFUSAL_PROC || !is_permission(f->sys_errno)) &&
        explain_user_namespace(f, err) < 0) {
        return -1;
    }
    if (is_permission(f->sys_errno)) {
        if (f->in_container) {
            return explain_container(f, err);
        }
        if (f->seccomp) {
            (void)say(f, err, "a seccomp filter around this process forbids it");
            err_hint(err,
                     "run outside the sandbox, or allow clone, mount and unshare in its filter");
            return -1;
        }
        if (f->step == REFUSAL_PROC) {
            (void)say(f, err, "something is mounted over parts of /proc");
            err_hint(err, "run where /proc is whole, or as root of the machine");
            return -1;
        }
        if (!f->user_namespace && !f->has_admin) {
            (void)say(f, err, "root lacks CAP_SYS_ADMIN here");
            err_hint(err, "give the service CAP_SYS_ADMIN and CAP_NET_ADMIN, or run as a user");
            return -1;
        }
    }
    if (f->sys_errno == EINVAL || f->sys_errno == ENOSYS) {
        (void)say(f, err, "this kernel was built without it");
        err_hint(err,
                 "Linux 5.3 or later with user, network, pid, ipc and uts namespaces is needed");
        return -1;
    }
    if (f->sys_errno == ENOSPC) {
        (void)say(f, err, "the system's limit of namespaces or mounts is reached");
        err_hint(err, "see `sysctl user' (max_*_namespaces) and fs.mount-max, or use fewer jobs");
        return -1;
    }
    (void)say(f, err, "the system gives no further reason");
    err_hint(err, "`--isolation env' runs without a cell, and proves less");
    return -1;
}

static int64_t read_number(const char *path)
{
    AUTO_BUF struct buf text = {0};
    struct err err = {0};
    int64_t n = -1;
    if (fs_read_file(path, 64, &text, &err) < 0 ||
        parse_int64(str_trim(buf_str(&text)), 0, INT64_MAX, &n, &err) < 0) {
        return -1;
    }
    return n;
}

static bool seccomp_is_on(void)
{
    AUTO_BUF struct buf text = {0};
    struct err err = {0};
    if (fs_read_file("/proc/self/status", 65536, &text, &err) < 0) {
        return false;
    }
    return str_find(buf_str(&text), STR("\nSeccomp:\t2"), 0) >= 0;
}

static bool has_admin(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    return syscall(SYS_capget, &header, data) == 0 &&
           (data[0].effective & (1U << CAP_SYS_ADMIN)) != 0;
}

int refusal_of(enum refusal_step step, bool user_namespace, struct err *err)
{
    struct refusal_facts facts = {.step = step, .sys_errno = errno};
    facts.user_namespace = user_namespace;
    facts.has_admin = has_admin();
    facts.in_container = fs_exists("/.dockerenv") || fs_exists("/run/.containerenv");
    facts.seccomp = seccomp_is_on();
    facts.apparmor_restrict = read_number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
    facts.userns_clone = read_number("/proc/sys/kernel/unprivileged_userns_clone");
    facts.max_user_namespaces = read_number("/proc/sys/user/max_user_namespaces");
    return refusal_explain(&facts, err);
}
