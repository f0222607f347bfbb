/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/tls_fault.h"

#include "base/text/number.h"
#include "base/text/suggest.h"

#define NAME_OF(id, text, doc) text,
static const char *const names[] = {TLS_FAULT_TABLE(NAME_OF)};

const char *tls_fault_name(int fault)
{
    return names[fault];
}

const char *tls_fault_priorities(int fault)
{
    return fault == TLS_FAULT_OLD_PROTOCOL ? "NORMAL:-VERS-ALL:+VERS-TLS1.1" : NULL;
}

int tls_fault_parse(struct arena *a, const char *text, struct scenario_tls_fault *ret,
                    struct err *err)
{
    const char *colon = strchr(text, ':');
    const char *name = colon != NULL ? arena_strndup(a, text, (size_t)(colon - text)) : text;
    struct scenario_tls_fault found = {0};
    if (colon != NULL && parse_int64(str_of(colon + 1), 0, 65535, &found.port, err) < 0) {
        err->code = ERR_USAGE;
        return err_wrap(err, "--tls-fault %s", text);
    }
    for (int i = TLS_FAULT_NONE + 1; i < TLS_FAULT_COUNT; i++) {
        if (strcmp(name, names[i]) == 0) {
            found.fault = i;
            *ret = found;
            return 0;
        }
    }
    (void)err_set(err, ERR_USAGE, "--tls-fault %s: unknown fault", text);
    suggest_hint(err, str_of(name), names + 1, ARRAY_LEN(names) - 1);
    return -1;
}
