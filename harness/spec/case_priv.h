/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_CASE_PRIV_H
#define HARNESS_SPEC_CASE_PRIV_H

/* What the descriptor tables of case files and clauses.yaml decode into; case.c and clauses.c make
 * the public structs of it. */

#include "harness/spec/case.h"

enum { ALL_MODES = (1u << MODE_COUNT) - 1u };

struct server_file {
    struct str_list revoke;
    bool has_faults;
    struct shape_list faults;
    int64_t advance_ms;
};

struct advance_to_file {
    int token; /* enum step_token */
    int64_t before_expiry_ms;
};

struct step_file {
    const char *operation;
    bool has_times, has_at_once, has_wait, has_server, has_advance, has_advance_to, has_restart;
    int restart;
    int64_t times, at_once, wait_ms, advance_ms;
    struct server_file server;
    struct advance_to_file advance_to;
    struct json_place place;
};

struct expectation_file {
    const char *check;
    bool has_level;
    int level;
    struct str_list clauses;
    unsigned modes;
    const struct json *with;
    const char *because;
    struct json_place place;
};

struct given_file {
    struct case_given given;
    int logging;
};

struct case_file {
    struct case_spec spec;
    int role;
    const struct json *vary; /* gone before a case is decoded: vary_priv.h */
    struct given_file given;
    struct shape_list steps;        /* struct step_file */
    struct shape_list expectations; /* struct expectation_file */
};

/* Rules over a decoded case that need more than one key (case_rules.c). */
int case_rules(const struct json_doc *doc, const struct case_file *file, struct err *err) NODISCARD;

/* Frees the document that case_read made; the case is done with then. */
void case_doc_free(const struct case_spec *spec);

struct clauses_file {
    const char *requirement_set;
    struct shape_list clauses; /* struct clause */
};

/* Fills set->clauses and set->requirement_set; set->arena must be there. ret_canonical gets the
 * file in canonical form, for the digest. */
int clauses_read(struct case_set *set, struct str text, const char *path, struct buf *ret_canonical,
                 struct err *err) NODISCARD;

#endif
