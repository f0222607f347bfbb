/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/refusal.h"

#include "base/core/attrs.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#define UNKNOWN .apparmor_restrict = -1, .userns_clone = -1, .max_user_namespaces = 1000

static const struct {
    struct refusal_facts facts;
    const char *msg, *hint;
} rows[] = {
    {{.step = REFUSAL_CLONE,
      .sys_errno = EPERM,
      .user_namespace = true,
      .userns_clone = 0,
      .apparmor_restrict = -1,
      .max_user_namespaces = 1000},
     "making namespaces failed",
     "kernel.unprivileged_userns_clone=1"},
    {{.step = REFUSAL_CLONE,
      .sys_errno = EPERM,
      .user_namespace = true,
      .userns_clone = -1,
      .apparmor_restrict = 1,
      .max_user_namespaces = 1000},
     "AppArmor",
     "apparmor_restrict_unprivileged_userns=0"},
    {{.step = REFUSAL_ID_MAP,
      .sys_errno = EACCES,
      .user_namespace = true,
      .userns_clone = -1,
      .apparmor_restrict = 1,
      .max_user_namespaces = 1000,
      .in_container = true},
     "mapping the user's id failed",
     "apparmor_restrict_unprivileged_userns=0"},
    {{.step = REFUSAL_CLONE, .sys_errno = ENOSPC, .user_namespace = true, UNKNOWN},
     "no more user namespaces",
     "user.max_user_namespaces"},
    {{.step = REFUSAL_CLONE, .sys_errno = ENOSPC, UNKNOWN}, "limit of namespaces", "sysctl user"},
    {{.step = REFUSAL_CLONE,
      .sys_errno = EPERM,
      .user_namespace = true,
      .in_container = true,
      .seccomp = true,
      UNKNOWN},
     "container's seccomp",
     "seccomp=unconfined"},
    {{.step = REFUSAL_CLONE, .sys_errno = EPERM, .in_container = true, .seccomp = true, UNKNOWN},
     "root in this container lacks CAP_SYS_ADMIN",
     "--cap-add SYS_ADMIN"},
    {{.step = REFUSAL_PROC,
      .sys_errno = EPERM,
      .user_namespace = true,
      .in_container = true,
      UNKNOWN},
     "hides parts of /proc",
     "systempaths=unconfined"},
    {{.step = REFUSAL_PROC, .sys_errno = EPERM, .user_namespace = true, UNKNOWN},
     "mounted over parts of /proc",
     "/proc is whole"},
    {{.step = REFUSAL_CLONE, .sys_errno = EPERM, .seccomp = true, UNKNOWN},
     "seccomp filter",
     "sandbox"},
    {{.step = REFUSAL_CLONE, .sys_errno = EPERM, UNKNOWN},
     "root lacks CAP_SYS_ADMIN",
     "CAP_NET_ADMIN"},
    {{.step = REFUSAL_CLONE, .sys_errno = EINVAL, UNKNOWN},
     "kernel was built without it",
     "Linux 5.3"},
    {{.step = REFUSAL_MOUNT, .sys_errno = EIO, UNKNOWN}, "no further reason", "--isolation env"},
};

Test(refusal, each_cause_is_named_with_its_remedy)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err err = {0};
        cr_expect_eq(refusal_explain(&rows[i].facts, &err), -1);
        cr_expect_eq(err.code, ERR_UNAVAILABLE, "row %zu", i);
        cr_expect_eq(err.sys_errno, rows[i].facts.sys_errno);
        cr_expect_not_null(strstr(err.msg, rows[i].msg), "row %zu: %s", i, err.msg);
        cr_expect_not_null(strstr(err.hint, rows[i].hint), "row %zu: %s", i, err.hint);
        cr_expect_lt(strlen(err.hint), ERR_HINT_SIZE - 1, "row %zu is cut off", i);
    }
}
