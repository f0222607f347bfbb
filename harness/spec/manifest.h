/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_MANIFEST_H
#define HARNESS_SPEC_MANIFEST_H

/* connector.yaml: who the connector is, how it is started in each mode, how it is asked to work.
 * Decoded from one descriptor table (manifest_shape), which also makes its reference page.
 *
 * Strings in argv, env and cwd may use ${name} (spec/vars.h lists the names); an unknown name is
 * an error of the file. Ownership: everything lives in the arena given to manifest_load. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/json/shape.h"
#include "harness/spec/mode.h"
#include "harness/spec/vars.h"

#include <stdint.h>

enum drive { DRIVE_LINES, DRIVE_COUNT, DRIVE_EXEC, DRIVE_KINDS };
extern const char *const drive_names[DRIVE_KINDS + 1]; /* "lines", "count", "exec" */

/* What the connector can be asked for, as bits; cases name them under `needs`. */
#define CAPABILITY_TABLE(X)                                                                        \
    X(CAN_UNITY_CATALOG, "unity-catalog", "reads a Unity Catalog table")                           \
    X(CAN_STATEMENTS, "statements", "runs a SQL statement through the Statement Execution API")    \
    X(CAN_THRIFT, "thrift", "runs a SQL statement through the drivers' Thrift protocol")           \
    X(CAN_DISCOVERY, "discovery", "asks for the metadata of the token endpoint")                   \
    X(CAN_LISTS, "lists", "lists the tables of a schema when asked to `list`")                     \
    X(CAN_LINKS, "links", "fetches a result by external links when asked to `fetch`")              \
    X(CAN_APPS, "apps", "calls a Databricks App when asked to `call-app`")                         \
    X(CAN_KBASE, "kbase", "checks a KBase token when asked to `kbase-token`")                      \
    X(CAN_SPARK, "spark", "tells its Spark Connect connection string when asked to `spark-url`")   \
    X(CAN_SECRETS, "secrets", "reads a secret of the workspace when asked to `read-secret`")       \
    X(CAN_MANAGEMENT, "azure-management", "sends a management token along, on Azure")              \
    X(CAN_GOOGLE_ACCESS, "google-access-token", "sends an access token of Google's along, on GCP") \
    X(CAN_SQL_SESSIONS, "sql-sessions", "opens a session before its SQL statements")               \
    X(CAN_SESSION, "session", "one process serves several operations, with pauses between them")   \
    X(CAN_ROUNDS, "rounds", "several operations in one process, which can be held between them")   \
    X(CAN_DUMP, "dump", "prints the text form of its configuration and client objects")            \
    X(CAN_PARALLEL, "parallel", "performs several validations at the same time")                   \
    X(CAN_OPERATIONS, "operations", "performs several operations in one process")                  \
    X(CAN_RESTART, "restart", "can be ended and started again between operations")                 \
    X(CAN_SQL, "sql", "runs a SQL statement, through either of the two")                           \
    X(CAN_ROWS, "rows", "fetches all rows of a result and says how many there were")               \
    X(CAN_OPTIONS, "options", "has options that its user may set to any text")
#define CAPABILITY_ENUM(name, text, doc) name,
enum capability { CAPABILITY_TABLE(CAPABILITY_ENUM) CAPABILITY_COUNT };
#undef CAPABILITY_ENUM
extern const char *const capability_names[CAPABILITY_COUNT + 1];

/* Whose workspace it is: its host name's form, and what stands around it. */
enum cloud { CLOUD_AWS, CLOUD_AZURE, CLOUD_GCP, CLOUD_COUNT };
extern const char *const cloud_names[CLOUD_COUNT + 1]; /* NULL-terminated */

/* What the workspace's address is in isolation env. */
enum env_host { ENV_HOST_LOOPBACK, ENV_HOST_PRODUCTION, ENV_HOSTS };
extern const char *const env_host_names[ENV_HOSTS + 1]; /* NULL-terminated */

struct manifest_start {   /* added together: run, then mode, then the case's */
    struct str_list argv; /* of `run`; a mode's argv is appended */
    struct shape_pairs env;
};

struct manifest_mode {
    struct manifest_start start;
    bool declared;
};

struct manifest_requirement {
    const char *path; /* relative to the manifest; must exist */
    const char *hint; /* what to do when it does not */
};

struct manifest_operation {     /* drive exec: the commands of one operation, run in order */
    const char *name;           /* "validate", "dump" */
    struct shape_list commands; /* struct str_list each: argv */
};

struct manifest_limits {
    int64_t start_ms, operation_ms, stop_ms, case_ms;
    int64_t output_bytes; /* stdout and stderr, each */
    int64_t memory_bytes; /* address space; 0 = not limited (JVM, Go and Node reserve a lot) */
    int64_t processes, open_files, file_bytes;
};

struct manifest_expected_failure {
    const char *case_id;                  /* an id or a glob */
    const char *check;                    /* the check's name; "" = any of the case's */
    unsigned modes;                       /* empty = all */
    const char *reason, *owner, *expires; /* expires: YYYY-MM-DD */
    const char *signature;                /* must occur in what was seen; NULL = not looked at */
    const char *file;                     /* where it is listed; NULL = in the manifest */
    struct json_place place;
};

/* As the case of an expected failure: not a case, but that all runs and modes name one product. */
#define EXPECTED_ONE_PRODUCT "run/one-product"

struct manifest_logging {
    struct shape_pairs env; /* added in cases that ask for the loudest logging */
    struct str_list argv;   /* appended likewise */
    struct str_list files;  /* paths (with ${home}) that are log files; scanned like all others */
};

struct manifest_option { /* what a user may set to any text: by itself, to ${option_value} */
    const char *name;    /* as its users know it; in no two options the same */
    struct shape_pairs env;
    struct str_list argv;
    struct shape_pairs files; /* path ("~/..." or "${tmp}/...") -> content */
    struct json_place place;
};

struct manifest {
    const char *path, *dir; /* of the file; its folder, absolute */
    const char *name, *title, *version, *language, *product, *homepage;
    enum drive drive;
    int cloud;              /* enum cloud: where a case does not say otherwise */
    int env_host;           /* enum env_host */
    struct str_list speaks; /* "unity-catalog", "statements", "thrift" */
    unsigned capabilities;  /* bits, derived from drive, speaks and operations */
    bool desktop;           /* in modes with a browser it opens pages through a desktop */
    const char *cwd;        /* relative to dir; default "." */
    struct manifest_start run;
    struct manifest_mode modes[MODE_COUNT];
    unsigned ways_in; /* bits: the modes that the file declares, whatever is selected of them */
    struct shape_list operations; /* struct manifest_operation */
    struct shape_list requires;   /* struct manifest_requirement */
    struct manifest_logging logging;
    struct shape_list options; /* struct manifest_option */
    struct manifest_limits limits;
    struct shape_list expected_failures; /* struct manifest_expected_failure */
};

int manifest_load(struct arena *a, const char *path, struct manifest **ret,
                  struct err *err) NODISCARD;
/* The same from bytes at hand; path is for messages and for `dir`. Touches no file. */
int manifest_read(struct arena *a, struct str text, const char *path, struct manifest **ret,
                  struct err *err) NODISCARD;
unsigned manifest_mode_set(const struct manifest *m); /* declared modes as bits */
/* Whether ${var} occurs in any argv or environment value that starts it in that mode. */
bool manifest_uses(const struct manifest *m, enum mode mode, enum var var);
/* One that it uses and that has no value on this cloud, or NULL. */
const struct cloud_var *manifest_foreign_use(const struct manifest *m, enum mode mode,
                                             enum cloud cloud);
/* Schema and reference page. */
const struct shape *manifest_file_shape(void);

#endif
