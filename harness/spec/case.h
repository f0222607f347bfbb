/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_CASE_H
#define HARNESS_SPEC_CASE_H

/* A case: one experiment, as data. given (identity, workspace, environment, faults), do (steps),
 * expect (checks). One YAML file; its id is its path below cases/ without ".yaml". A file with a
 * table `vary` makes a case of each row, whose id ends in the row's name.
 *
 * The loader knows the checks only through the catalogue it is given, so that it can validate their
 * parameters without depending on the judge. Ownership: everything lives in the arena of the set;
 * documents are kept by the set, because checks' parameters borrow from them. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/json/shape.h"
#include "base/wire/scenario.h"
#include "harness/spec/case_given.h"
#include "harness/spec/manifest.h"
#include "harness/spec/mode.h"

#include <stdint.h>

/* What the loader must know of a check. */
struct check_kind {
    const char *name;           /* "wire.count" */
    const char *doc;            /* what it asserts, in a sentence or two */
    const struct shape *params; /* of `with`; NULL = takes none */
};
struct check_catalog {
    const struct check_kind *const *items;
    size_t count;
};

enum step_kind {
    STEP_OPERATION, /* ask the connector for `operation`, `times` times */
    STEP_WAIT,      /* let real time pass */
    STEP_SERVER,    /* tell the mock something */
    STEP_ADVANCE,   /* move the clocks of connector and mock together */
    STEP_RESTART,   /* end the connector and start it again */
    STEP_ADVANCE_TO /* the same, to a point in the life of the token that was used last */
};

enum step_token { STEP_TOKEN_ACCESS, STEP_TOKEN_REFRESH };

/* What is the same after the connector was started again. */
#define RESTART_TABLE(X)                                                                 \
    X(RESTART_KEEP_HOME, "keep-home", "everything")                                      \
    X(RESTART_FRESH_HOME, "fresh-home", "everything but HOME and TMPDIR, which are new") \
    X(RESTART_OTHER_APP, "other-app", "HOME; in mode u2m ${client_id} is another application's")
#define RESTART_ENUM(name, text, doc) name,
enum restart { RESTART_TABLE(RESTART_ENUM) RESTART_COUNT };
#undef RESTART_ENUM
extern const char *const restart_names[RESTART_COUNT];

struct step {
    enum step_kind kind;
    const char *operation; /* "validate", "parallel", "dump", or any word (an unknown one must be
                              refused) */
    int64_t times;
    int64_t at_once; /* operation `parallel`: how many validations at the same time; else 0 */
    int64_t wait_ms;
    struct str_list revoke;   /* kinds to revoke for the identity: "access-token", "pat" */
    bool add_faults;          /* server: {faults: [...]} */
    struct shape_list faults; /* struct scenario_fault */
    int64_t advance_ms;       /* server: {advance: 30m}: the mock's clock alone; advance: both */
    int token;                /* advance_to: enum step_token */
    int restart;              /* enum restart */
    int64_t before_expiry_ms; /* advance_to: so long before its end */
    struct json_place place;
};

struct expectation {
    const struct check_kind *kind;
    int level; /* enum level */
    struct str_list clauses;
    unsigned modes;          /* restricts this check to some modes; 0 = the case's */
    const struct json *with; /* validated against kind->params; may be NULL */
    const char *because;     /* the author's word on this check in this case; may be NULL */
    struct json_place place;
};

struct case_spec {
    const char *id, *path, *title, *why;
    const char *family; /* first part of the id */
    bool is_probe;      /* role: probe — runs first; if it fails, the others could-not-run */
    int level;
    unsigned modes; /* bits */
    unsigned needs; /* capability bits */
    struct str_list clauses, history;
    int64_t time_limit_ms; /* 0 = the manifest's */
    struct case_given given;
    struct shape_list steps;        /* struct step */
    struct shape_list expectations; /* struct expectation */
    const struct json_doc *doc;
};

struct clause {
    const char *id;
    const char *level;  /* MUST, SHOULD, MAY, REQ, DOC, OBS, SEED as the source words it */
    const char *text;   /* the sentence, in our words */
    const char *source; /* "RFC 6749 section 2.3.1", "PWAF, telemetry" */
    const char *url;
    const char *excluded; /* why no case covers it, or NULL */
    struct json_place place;
};

struct case_set {
    struct arena *arena;
    const char *dir;
    const struct case_spec **cases; /* sorted by id */
    size_t case_count;
    const struct clause *clauses; /* sorted by id */
    size_t clause_count;
    const char *requirement_set; /* name of the set that gates */
    char digest[65]; /* SHA-256 over the canonical form of all files: the suite's version */
};

/* Loads cases/clauses.yaml and cases/ ** / *.yaml (files and folders starting with '_' are left
 * out). Stops at the first wrong file. Duplicate ids, unknown clauses, ids that differ from the
 * path, unknown checks and wrong parameters are errors with file:line:column. */
int case_set_load(const char *dir, const struct check_catalog *checks, struct case_set **ret,
                  struct err *err) NODISCARD;
void case_set_free(struct case_set *set);
void case_set_free_ptr(struct case_set **set);
#define AUTO_CASE_SET AUTO(case_set_free_ptr)
/* Whose workspace a connector of that manifest is given. */
enum cloud case_cloud(const struct case_spec *spec, const struct manifest *m);
/* The connector is asked for this. */
bool case_asks(const struct case_spec *spec, const char *operation);
/* It moves the clock of the connector. */
bool case_moves_clock(const struct case_spec *spec);
const struct case_spec *case_set_find(const struct case_set *set, const char *id);
const struct clause *case_set_clause(const struct case_set *set, const char *id);
/* The cases of one file: several when it has a table `vary`. */
struct case_list {
    struct case_spec **items;
    size_t count, capacity;
};
/* One file alone, for linting; clauses may be NULL (then ids are not looked up). Each case keeps a
 * document on the heap until it is done with. */
struct case_source {
    struct str text;  /* not of case_load: it reads the file */
    const char *path; /* for messages */
    const char *id;   /* of the file, which its variants' ids begin with */
};
int case_load(struct arena *a, const struct case_source *file, const struct check_catalog *checks,
              const struct case_set *clauses, struct case_list *ret, struct err *err) NODISCARD;
/* The same from bytes at hand; touches no file. id NULL: what the file says is taken. */
int case_read(struct arena *a, const struct case_source *source, const struct check_catalog *checks,
              const struct case_set *clauses, struct case_list *ret, struct err *err) NODISCARD;
void case_done(struct case_spec *spec); /* of case_load and case_read; not for cases of a set */
void case_list_done(struct case_list *list); /* the same for all of them */
const struct shape *case_file_shape(void);
const struct shape *clauses_file_shape(void);

#endif
