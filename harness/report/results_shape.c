/* SPDX-License-Identifier: Apache-2.0 */
/* The table behind results.json. */
#include "harness/report/results.h"

#define VERDICT_TEXT(name, text, green, doc) text,
static const char *const verdict_texts[] = {VERDICT_TABLE(VERDICT_TEXT)};
const char *const results_standing_names[] = {VERDICT_TABLE(VERDICT_TEXT) "not-judged", "excluded",
                                              NULL};
#undef VERDICT_TEXT

/* Rows are short here because each of them is nothing but a name, a type, a place and a sentence.
 */
#define ROW(struct_type, member, member_key, kind, sentence)              \
    {                                                                     \
        .key = (member_key), .type = (kind), .required = true,            \
        .offset = offsetof(struct struct_type, member), .doc = (sentence) \
    }
#define OPTIONAL(struct_type, member, member_key, kind, sentence)                            \
    {                                                                                        \
        .key = (member_key), .type = (kind), .offset = offsetof(struct struct_type, member), \
        .doc = (sentence)                                                                    \
    }
#define NESTED(struct_type, member, member_key, kind, nested, sentence)            \
    {                                                                              \
        .key = (member_key), .type = (kind), .required = true, .shape = &(nested), \
        .offset = offsetof(struct struct_type, member), .doc = (sentence)          \
    }
#define SHAPE_OF(struct_type, title, sentence, rows)                                              \
    {                                                                                             \
        .name = (title), .doc = (sentence), .size = sizeof(struct struct_type), .fields = (rows), \
        .field_count = ARRAY_LEN(rows)                                                            \
    }

static const struct shape_field check_fields[] = {
    ROW(results_check, check, "check", SHAPE_STRING, "name of the check"),
    {.key = "level",
     .type = SHAPE_ENUM,
     .required = true,
     .offset = offsetof(struct results_check, level),
     .names = {level_names, LEVEL_COUNT},
     .doc = "how binding it is"},
    {.key = "verdict",
     .type = SHAPE_ENUM,
     .required = true,
     .offset = offsetof(struct results_check, verdict),
     .names = {verdict_texts, VERDICT_COUNT},
     .doc = "what it came to"},
    ROW(results_check, clauses, "clauses", SHAPE_STRINGS, "ids of the clauses it stands for"),
    ROW(results_check, line, "line", SHAPE_INT, "in the case's file; 0 when unknown"),
    ROW(results_check, outside, "outside", SHAPE_BOOL,
        "no clause of it is in the requirement set: it fails nothing"),
    OPTIONAL(results_check, because, "because", SHAPE_STRING, "the case author's word"),
    OPTIONAL(results_check, expected, "expected", SHAPE_STRING, "what should have been seen"),
    OPTIONAL(results_check, seen, "seen", SHAPE_STRING, "what was seen"),
    OPTIONAL(results_check, excerpt, "excerpt", SHAPE_STRING, "a few lines of evidence"),
    OPTIONAL(results_check, cause, "cause", SHAPE_STRING, "the likely cause"),
    OPTIONAL(results_check, fix, "fix", SHAPE_STRING, "what to change"),
    OPTIONAL(results_check, xfail_reason, "xfail_reason", SHAPE_STRING,
             "why the failure was expected"),
};
static const struct shape check_shape =
    SHAPE_OF(results_check, "check", "One check of a case run.", check_fields);

static const struct shape_field result_fields[] = {
    ROW(results_result, connector, "connector", SHAPE_STRING, "name in its manifest"),
    ROW(results_result, mode, "mode", SHAPE_STRING, "the way of authenticating"),
    ROW(results_result, case_id, "case", SHAPE_STRING, "id of the case"),
    OPTIONAL(results_result, title, "title", SHAPE_STRING, "title of the case"),
    {.key = "verdict",
     .type = SHAPE_ENUM,
     .required = true,
     .offset = offsetof(struct results_result, verdict),
     .names = {verdict_texts, VERDICT_COUNT},
     .doc = "the worst of its checks"},
    OPTIONAL(results_result, reason, "reason", SHAPE_STRING, "why it has no checks, or is flaky"),
    ROW(results_result, duration_ms, "duration_ms", SHAPE_INT, "of the last attempt"),
    ROW(results_result, jitter_ms, "jitter_ms", SHAPE_INT,
        "how late the machine woke sleepers meanwhile, at worst"),
    ROW(results_result, attempts, "attempts", SHAPE_INT, "how often it was run; 0 when it was not"),
    ROW(results_result, products, "products", SHAPE_STRINGS,
        "the product tokens of its API calls, each once"),
    ROW(results_result, outside, "outside", SHAPE_BOOL,
        "no clause of it is in the requirement set: it fails nothing"),
    OPTIONAL(results_result, evidence, "evidence", SHAPE_STRING,
             "folder, relative to the output folder"),
    NESTED(results_result, checks, "checks", SHAPE_OBJECTS, check_shape, "in the case's order"),
};
static const struct shape result_shape =
    SHAPE_OF(results_result, "result", "One case run.", result_fields);

static const struct shape_field connector_fields[] = {
    ROW(results_connector, name, "name", SHAPE_STRING, "name in its manifest"),
    ROW(results_connector, title, "title", SHAPE_STRING, "for people"),
    ROW(results_connector, version, "version", SHAPE_STRING, "as the manifest says"),
    ROW(results_connector, language, "language", SHAPE_STRING, "as the manifest says"),
    ROW(results_connector, product, "product", SHAPE_STRING, "expected in the User-Agent"),
    ROW(results_connector, drive, "drive", SHAPE_STRING, "how it is asked to work"),
    ROW(results_connector, modes, "modes", SHAPE_STRINGS, "declared"),
    ROW(results_connector, skipped_modes, "skipped_modes", SHAPE_STRINGS,
        "declared, but not selected"),
};
static const struct shape connector_shape =
    SHAPE_OF(results_connector, "connector", "A connector that was judged.", connector_fields);

static const struct shape_field clause_fields[] = {
    ROW(results_clause, id, "id", SHAPE_STRING, "of the clause"),
    ROW(results_clause, level, "level", SHAPE_STRING, "the source's word"),
    {.key = "standing",
     .type = SHAPE_ENUM,
     .required = true,
     .offset = offsetof(struct results_clause, standing),
     .names = {results_standing_names, VERDICT_COUNT + 2},
     .doc = "the worst verdict of the checks that stand for it"},
};
static const struct shape clause_shape =
    SHAPE_OF(results_clause, "clause", "How a clause fared over all results.", clause_fields);

static const struct shape_field run_fields[] = {
    ROW(results_run, run_id, "run_id", SHAPE_STRING, "unique, sortable by time"),
    ROW(results_run, started, "started", SHAPE_STRING, "RFC 3339, UTC"),
    ROW(results_run, seed, "seed", SHAPE_STRING, "decimal; makes the same credentials again"),
    ROW(results_run, duration_ms, "duration_ms", SHAPE_INT, "of the whole run"),
    ROW(results_run, jobs, "jobs", SHAPE_INT, "case runs at the same time"),
    ROW(results_run, assay_version, "assay_version", SHAPE_STRING, "of the program"),
    ROW(results_run, isolation, "isolation", SHAPE_STRING, "how connectors were kept apart"),
    ROW(results_run, clock, "clock", SHAPE_STRING, "whose time it was"),
    ROW(results_run, system, "system", SHAPE_STRING, "kernel and machine"),
};
static const struct shape run_shape =
    SHAPE_OF(results_run, "run", "When and how it was run.", run_fields);

static const struct shape_field suite_fields[] = {
    ROW(results_suite, digest, "digest", SHAPE_STRING, "SHA-256 over cases and clauses"),
    ROW(results_suite, requirement_set, "requirement_set", SHAPE_STRING, "the clauses that gate"),
    ROW(results_suite, cases, "cases", SHAPE_INT, "cases in the suite"),
};
static const struct shape suite_shape =
    SHAPE_OF(results_suite, "suite", "What it was judged by.", suite_fields);

static const struct shape_field gate_fields[] = {
    ROW(results_gate, level, "level", SHAPE_STRING, "checks of a lower level were left out"),
    ROW(results_gate, strict, "strict", SHAPE_BOOL, "a should that did not hold failed the run"),
    ROW(results_gate, repeat, "repeat", SHAPE_INT, "further attempts of what failed"),
    ROW(results_gate, requirements_digest, "requirements_digest", SHAPE_STRING,
        "of the requirement set's file; empty without one"),
    ROW(results_gate, baseline_digest, "baseline_digest", SHAPE_STRING,
        "of the baseline's file; empty without one"),
};
static const struct shape gate_shape =
    SHAPE_OF(results_gate, "gate", "How results became the verdict.", gate_fields);

static const struct shape_field part_fields[] = {
    ROW(results_part, plan_digest, "plan_digest", SHAPE_STRING,
        "SHA-256 over connector, mode and case of every job of all shards"),
    ROW(results_part, plan_jobs, "plan_jobs", SHAPE_INT, "jobs of all shards"),
    ROW(results_part, index, "index", SHAPE_INT, "of this shard, from 1; 0 when it is the whole"),
    ROW(results_part, total, "total", SHAPE_INT, "shards; 0 when it is the whole"),
};
static const struct shape part_shape =
    SHAPE_OF(results_part, "part", "Which part of the plan this is.", part_fields);

struct counts {
    int64_t of[VERDICT_COUNT];
};
#define COUNT_ROW(name, text, green, sentence) \
    {.key = (text),                            \
     .type = SHAPE_INT,                        \
     .required = true,                         \
     .offset = sizeof(int64_t) * (name),       \
     .doc = (sentence)},
static const struct shape_field count_fields[] = {VERDICT_TABLE(COUNT_ROW)};
#undef COUNT_ROW
static const struct shape counts_shape =
    SHAPE_OF(counts, "counts", "Case runs by verdict.", count_fields);

static const struct shape_field file_fields[] = {
    {.key = "format",
     .type = SHAPE_INT,
     .required = true,
     .min = RESULTS_FORMAT,
     .max = RESULTS_FORMAT + 1,
     .offset = offsetof(struct results_file, format),
     .doc = "version of this format"},
    ROW(results_file, verdict, "verdict", SHAPE_STRING,
        "pass, fail, incomplete, stopped or none (assay itself failed)"),
    ROW(results_file, exit_code, "exit_code", SHAPE_INT, "of `assay run'"),
    ROW(results_file, complete, "complete", SHAPE_BOOL, "false when the run broke off"),
    NESTED(results_file, run, "run", SHAPE_OBJECT, run_shape, "when and how it was run"),
    NESTED(results_file, suite, "suite", SHAPE_OBJECT, suite_shape, "what it was judged by"),
    NESTED(results_file, gate, "gate", SHAPE_OBJECT, gate_shape, "how the verdict was made"),
    NESTED(results_file, part, "part", SHAPE_OBJECT, part_shape, "which part of the plan it is"),
    NESTED(results_file, counts, "counts", SHAPE_OBJECT, counts_shape, "case runs by verdict"),
    ROW(results_file, problems, "problems", SHAPE_STRINGS, "what makes the whole run incomplete"),
    ROW(results_file, selection, "selection", SHAPE_STRINGS, "filters given; empty: everything"),
    NESTED(results_file, connectors, "connectors", SHAPE_OBJECTS, connector_shape, "judged"),
    NESTED(results_file, results, "results", SHAPE_OBJECTS, result_shape,
           "by connector, mode, probes first, case"),
    NESTED(results_file, clauses, "clauses", SHAPE_OBJECTS, clause_shape, "of the catalogue"),
};

const struct shape results_shape =
    SHAPE_OF(results_file, "results.json", "The results of a run.", file_fields);
