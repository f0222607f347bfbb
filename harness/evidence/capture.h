/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EVIDENCE_CAPTURE_H
#define HARNESS_EVIDENCE_CAPTURE_H

/* Looks for canaries in everything a connector left: output, files, processes, answers. Records
 * what is found and where; whether a place is allowed to hold it is the judge's to say.
 *
 * Run after the connector has ended, as only then all canaries are known (tokens are minted as it
 * runs). Nothing raw leaves: excerpts and texts are redacted, valid UTF-8 and without NUL.
 * Ownership: results live in the capture's arena; scanner and arena are borrowed. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/core/str.h"
#include "harness/evidence/evidence.h"

struct secret_scanner;

enum {
    CAPTURE_TEXT_BYTES = 256 * 1024,        /* kept of an output, after redaction */
    CAPTURE_FILE_BYTES = 16 * 1024 * 1024,  /* looked at of one file */
    CAPTURE_FILES_BYTES = 64 * 1024 * 1024, /* looked at of all files together */
    CAPTURE_FILE_COUNT = 100 * 1000,        /* files below one folder; more is ERR_LIMIT */
    CAPTURE_FINDS = 200                     /* recorded per output, file or process */
};

struct capture_finds {
    struct secret_find *items;
    size_t count, capacity;
};
struct capture_files {
    struct file_record *items;
    size_t count, capacity;
};

struct capture {
    struct arena *arena;
    const struct secret_scanner *scanner;
    struct capture_finds finds;
    struct capture_files files;
    int64_t file_bytes; /* looked at so far */
};

/* A stretch of an output that has another place than the rest: an answer among the output. */
struct capture_range {
    size_t begin, end;
    const char *place, *detail;
};
struct capture_ranges {
    struct capture_range *items; /* in order, without overlaps */
    size_t count, capacity;
};

/* Redacts; for texts whose finds are recorded elsewhere. */
const char *capture_redact(struct capture *c, struct str bytes);
/* Records what is found in bytes, at `place`, but in a range at the range's. ranges may be NULL.
 * ret gets name, text and bytes; whether the output was truncated is the caller's to know. */
void capture_output(struct capture *c, const char *name, struct str bytes,
                    const struct capture_ranges *ranges, struct output_record *ret);

/* A process as it was seen while the connector ran. */
struct capture_process {
    const char *command;
    struct str_list argv, environ;
    bool is_direct; /* started by assay itself */
    bool is_copy;   /* forked from such a one: its arguments are those, whoever reads them */
};
/* given_argv and given_env are what assay itself handed to the connector (NULL-terminated). Such
 * arguments of direct processes and copies, and such variables of direct ones, are skipped; such
 * variables of others are "inherited". */
void capture_process_view(struct capture *c, const struct capture_process *p,
                          const char *const *given_argv, const char *const *given_env);

/* A file that the case put there before the start. */
struct capture_planted {
    const char *path; /* as in file_record */
    const char *content;
};
struct capture_planted_files {
    struct capture_planted *items;
    size_t count, capacity;
};
/* Lists all below root as "<label>/...", and looks into regular files. Links are listed, their
 * target's name is looked at, they are not followed. A planted file that is gone is listed as
 * changed. */
int capture_folder(struct capture *c, const char *root, const char *label,
                   const struct capture_planted_files *planted, struct err *err) NODISCARD;

/* A file that has no name any more, but was open. */
void capture_deleted_file(struct capture *c, const char *name, struct str content);

/* In a redacted journal: adds to each record's `secrets` the fragments whose markers stand in its
 * target, headers or body. */
void capture_journal_fragments(struct arena *a, struct journal *journal);

#endif
