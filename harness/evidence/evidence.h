/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EVIDENCE_EVIDENCE_H
#define HARNESS_EVIDENCE_EVIDENCE_H

/* What one case run left: enough to judge it, and to judge it again without running it again.
 *
 * In memory this struct; on disk a folder with evidence.json, journal.ndjson, decoy.ndjson,
 * stdout.txt and stderr.txt, all with canaries replaced by their markers (base/secret/scan.h), so
 * that a folder can be handed to a stranger. Times are milliseconds on the real clock since the
 * mock started, the `real_ms` of the journal, unless named otherwise.
 *
 * Ownership: everything lives in the arena, but for the operations' replies, which evidence_done
 * frees. evidence_load gives what evidence_save wrote; a NULL string stays NULL. */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/json/json.h"
#include "base/wire/journal.h"
#include "harness/evidence/browser_record.h"

#include <stdbool.h>
#include <stdint.h>

/* How asking for one operation ended. */
#define ANSWER_TABLE(X)                                                                   \
    X(ANSWER_OK, "ok")                                                                    \
    X(ANSWER_ERROR, "error") /* the connector says it failed */                           \
    X(ANSWER_UNSUPPORTED, "unsupported")                                                  \
    X(ANSWER_TIMEOUT, "timeout")     /* nothing within operation_ms */                    \
    X(ANSWER_ENDED, "ended")         /* the process ended instead of answering */         \
    X(ANSWER_INVALID, "invalid")     /* it answered something that breaks the protocol */ \
    X(ANSWER_NOT_ASKED, "not-asked") /* an earlier one had ended the process */
#define ANSWER_ENUM(name, text) name,
enum answer { ANSWER_TABLE(ANSWER_ENUM) ANSWER_COUNT };
#undef ANSWER_ENUM
const char *answer_name(enum answer a);

struct operation_record {
    int64_t index; /* from 0, over the whole case */
    int64_t step;  /* index of the step in the case */
    const char *verb;
    enum answer answer;
    const char *error; /* redacted text: the answer's error; exec: the last lines of stderr */
    const struct json *reply; /* the whole answer (drive lines), redacted; may be NULL */
    int exit_code;            /* drive exec; -1 otherwise; 128+n for a signal */
    int64_t began_ms, ended_ms;
    int64_t first_seq, last_seq; /* journal numbers begun while it ran; last < first = none.
                                    drive count: those of the whole run, in each */
};

/* A start of the connector with one of its options set (`given.options` of a case). */
struct option_record {
    const char *name;
    int64_t first_seq, last_seq;             /* journal numbers; last < first = none */
    int64_t first_operation, last_operation; /* by index; likewise */
};

struct secret_find {
    const char *name, *kind, *encoding; /* of the canary */
    const char *place; /* "stdout", "stderr", "file:~/x", "argv", "environ", "dump", "answer",
                          "decoy" */
    /* file: its mode ("0600", "0600 planted"), "name", "link" or "deleted, still open"; argv,
     * environ: command and entry
     * ("curl argv[2]", "sh DATABRICKS_TOKEN", the latter with " inherited" when it is just what
     * assay itself handed to the connector); answer, dump: the operation's index. */
    const char *detail;
    int64_t offset;
    const char *excerpt; /* redacted text around it, one line */
};

struct file_record {
    const char *path; /* "~/..." or "${tmp}/..." */
    unsigned mode;    /* permission bits */
    int64_t size_bytes;
    bool planted; /* put there by the case */
    bool changed; /* planted and no longer as planted */
};

struct stray_record {
    const char *command;
    int64_t pid;
};

struct process_record {
    bool started;
    const char *start_error; /* why not */
    const char *end;         /* "exited", "signaled", "killed" */
    int code;                /* exit status or signal */
    const char *killed_for;  /* "stop", "time", "output", "" */
    int64_t began_ms, ended_ms, user_ms, system_ms, max_rss_bytes;
    struct stray_record *strays; /* what had to be swept after the end */
    size_t stray_count;
};

/* A program that was executed, taken from the process as it began. */
struct exec_record {
    int64_t pid, parent; /* as seen inside the world */
    const char *argv;    /* redacted, joined by blanks, cut at 4 KiB */
    const char *environ; /* the names of its variables, by blanks */
    int64_t at_ms;
};

struct output_record {
    const char *name; /* "stdout", "stderr" */
    const char *text; /* redacted, cut at 256 KiB */
    int64_t bytes;    /* all that came */
    bool truncated;   /* more came than the limit allowed */
};

/* What wanted to leave a sealed world: a name looked up, a connection, a datagram. */
struct egress_record_text {
    const char *transport; /* "dns", "tcp", "udp" */
    const char *name;      /* what was looked up for the address; "" = an address by itself */
    const char *address;
    int port;
    const char *server_name; /* TLS SNI or HTTP Host; "" = none was said */
    const char *first;       /* the first bytes, redacted, as printable text */
    int64_t at_ms;
};

/* Who the connector was, as the wire should show it. */
struct identity_record {
    const char *principal; /* as in journal records */
    const char *client_id;
    const char *credential; /* canary name of what it was handed: "pat", "client_secret", ... */
    const char *warehouse_id, *table, *table_id; /* table_id: the nonce only the mock knows */
    const char *host;                            /* host:port as in the Host header */
    /* Of the secret that the connector is to read, in hexadecimal: of its value, and of what the
     * API answers, which is the value in base64; NULL when there is none. */
    const char *secret_sha256, *secret_base64_sha256;
    const char *spark_host; /* of Spark Connect, for the user of the KBase token */
};

struct evidence {
    const char *dir; /* where it is saved; NULL before */
    const char *connector, *case_id, *mode;
    const char *product, *version; /* of the manifest: expected User-Agent product */
    const char *isolation, *clock; /* "env", "real" */
    const char *drive;
    const char *could_not_run; /* reason when the world could not be set up, else NULL */
    const char *clock_problem; /* why what the moved clock showed is not to be believed; or NULL */
    const char *harness_error; /* reason when assay or the mock failed, else NULL */
    struct identity_record identity;
    struct process_record process; /* exec: the last one */
    struct operation_record *operations;
    size_t operation_count;
    struct option_record *options; /* of a case that sets them */
    size_t option_count;
    struct journal journal;
    struct journal decoy; /* what came to the decoy host; should be empty */
    struct output_record stdout_text, stderr_text;
    struct secret_find *finds;
    size_t find_count;
    struct exec_record *execs; /* isolation sealed: all of them; NULL where they are not told */
    size_t exec_count;
    int64_t execs_lost; /* more than could be kept */
    struct file_record *files;
    size_t file_count;
    struct egress_record_text *egress; /* should be empty; isolation env: what was
                                          asked of the proxy */
    size_t egress_count;
    struct browser_visit_record *visits; /* modes with a browser */
    size_t visit_count;
    struct browser_callback_record *callbacks;
    size_t callback_count;
    int64_t jitter_ms;   /* how late the machine woke a sleeper at worst while the connector ran:
                            times on the wire can be wrong by so much */
    int64_t duration_ms; /* of the whole case, set-up included */
};

/* dir is made; what stood there of an earlier evidence is replaced. evidence.json is written last:
 * a folder without it is that of a run that broke off. */
int evidence_save(const struct evidence *e, const char *dir, struct err *err) NODISCARD;
int evidence_load(struct arena *a, const char *dir, struct evidence **ret,
                  struct err *err) NODISCARD;
/* Frees the replies and nothing else; accepts NULL. */
void evidence_done(struct evidence *e);

#endif
