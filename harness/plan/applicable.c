/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/plan/plan.h"

static const char *capability_missing(const struct manifest *m, enum capability c)
{
    switch (c) {
    case CAN_SESSION:
        return m->drive == DRIVE_EXEC ? "this connector is started anew for each operation"
                                      : "this connector performs its rounds without being asked";
    case CAN_ROUNDS:
        return m->drive == DRIVE_EXEC ? "this connector is started anew for each operation"
                                      : "where a round of this connector ends is not seen";
    case CAN_OPERATIONS:
        return "this connector performs one operation in a process";
    case CAN_RESTART:
        return "this connector performs all its rounds in one process";
    case CAN_DUMP:
        return "this connector does not print its configuration";
    case CAN_PARALLEL:
        return "this connector does one thing at a time";
    case CAN_ROWS:
        return "this connector does not say how many rows it got";
    case CAN_OPTIONS:
        return "this connector's manifest lists no options";
    case CAN_UNITY_CATALOG:
    case CAN_STATEMENTS:
    case CAN_THRIFT:
    case CAN_SQL:
    case CAN_DISCOVERY:
    case CAN_LISTS:
    case CAN_LINKS:
    case CAN_APPS:
    case CAN_KBASE:
    case CAN_SPARK:
    case CAN_SECRETS:
    case CAN_MANAGEMENT:
    case CAN_GOOGLE_ACCESS:
    case CAN_SQL_SESSIONS:
        return "this connector does not speak it";
    case CAPABILITY_COUNT:
        break;
    }
    return "this connector cannot";
}

/* Without a table and without statements there is nothing to validate: such a connector speaks to
 * services beside the workspace. */
static bool asks_in_vain(const struct manifest *m, const struct case_spec *spec)
{
    unsigned calls = 1u << CAN_UNITY_CATALOG | 1u << CAN_STATEMENTS | 1u << CAN_THRIFT;
    return (m->capabilities & calls) == 0 && case_asks(spec, "validate");
}

const char *plan_not_applicable(struct arena *a, const struct manifest *m, enum mode mode,
                                const struct case_spec *spec)
{
    unsigned missing = spec->needs & ~m->capabilities;
    for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
        if (missing & (1u << i)) {
            return arena_printf(a, "needs `%s`: %s", capability_names[i],
                                capability_missing(m, (enum capability)i));
        }
    }
    if (asks_in_vain(m, spec)) {
        return "asks to validate a workspace, and this connector speaks to none";
    }
    if (MODE_IS_BROWSER(mode) && spec->given.credential != GIVEN_GOOD) {
        return "spoils the credential that is handed over, but in this mode none is: the user "
               "signs in";
    }
    unsigned undeclared = spec->given.also_modes & ~manifest_mode_set(m);
    for (unsigned i = 0; i < MODE_COUNT; i++) {
        if (undeclared & (1u << i)) {
            return arena_printf(a, "mixes in mode `%s`, which this connector does not declare",
                                mode_names[i]);
        }
    }
    bool spoils = spec->given.credential != GIVEN_GOOD;
    if ((mode == MODE_MSI || mode == MODE_GOOGLE_ID) && spoils) {
        return "is about what the connector is handed, but a managed identity is handed nothing";
    }
    const struct cloud_var *foreign = manifest_foreign_use(m, mode, case_cloud(spec, m));
    if (foreign != NULL) {
        return arena_printf(a, "is about another cloud than %s, but this connector uses `${%s}`",
                            foreign->cloud, var_names[foreign->var]);
    }
    if (spec->given.http_path != HTTP_PATH_WAREHOUSE && !manifest_uses(m, mode, VAR_HTTP_PATH)) {
        return "gives an HTTP path of another form, but this connector is not told the path: "
               "`${http_path}` is not used in its argv or env";
    }
    if (spec->given.spark_tls_off && !manifest_uses(m, mode, VAR_SPARK_TLS)) {
        return "switches TLS off, but this connector is not told of it: `${spark_tls}` is not used "
               "in its argv or env";
    }
    if (spec->given.undeclared_mode && !manifest_uses(m, mode, VAR_MODE)) {
        return "gives a mode that is not declared, but this connector is not told its mode: "
               "`${mode}` is not used in its argv or env";
    }
    return NULL;
}
