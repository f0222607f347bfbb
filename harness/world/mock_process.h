/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_WORLD_MOCK_PROCESS_H
#define HARNESS_WORLD_MOCK_PROCESS_H

/* One assay-mock of a world: starting it, and the calls of its control interface
 * (base/wire/control.h).
 *
 *     struct mock_process mock = {0};
 *     if (mock_launch(a, &options, &mock, err) < 0 || mock_await(a, &mock, err) < 0) ...
 *     ...
 *     mock_stop(&mock);
 *
 * Starting is in two steps so that two mocks can start side by side. Ownership: mock_stop ends the
 * process and frees the client; it accepts a zeroed object. Errors: a refusal of the mock is
 * ERR_PROTOCOL with its words, a mock that has ended ERR_UNAVAILABLE. Threads: one at a time. */

#include "base/core/arena.h"
#include "base/core/buf.h"
#include "base/core/err.h"
#include "base/json/json_read.h"
#include "base/sys/process.h"

#include <stdint.h>

struct http_client;
struct scenario_fault;
struct secret_set;

struct mock_socket {
    int fd;
    bool is_https;
};
#define MOCK_MAX_SOCKETS 8

struct nursery;
/* A mock that is loaded, of which those of many worlds are forked, also by processes forked from
 * the caller. There is none (pid 0, fd -1) when it cannot be had: then each is executed, to the
 * same effect. */
void mock_nursery_start(const char *program, struct nursery *ret);

struct mock_options {
    const char *program;
    const struct nursery *nursery;     /* NULL = none */
    const char *dir;                   /* where its socket and its log go; must exist */
    const char *name;                  /* of those files: "mock", "decoy" */
    uint64_t seed;                     /* 0 = none */
    const struct mock_socket *sockets; /* already listening; none = HTTP on a free port */
    size_t socket_count;               /* up to MOCK_MAX_SOCKETS */
    const char *tls_from;              /* certificates and key, PEM: HTTPS as well; NULL = none */
};

struct mock_process {
    struct process process; /* pid 0 = not running */
    const char *name, *socket_path, *log_path;
    int ready_fd;
    int64_t port, https_port; /* 0 = none, or sockets of others */
    int64_t zero_ms;          /* monotonic_ms() at which the mock's real_ms was 0 */
    struct http_client *client;
};

int mock_launch(struct arena *a, const struct mock_options *options, struct mock_process *ret,
                struct err *err) NODISCARD;
/* Waits for the line that says it is ready. */
int mock_await(struct arena *a, struct mock_process *m, struct err *err) NODISCARD;
void mock_stop(struct mock_process *m);

/* One call. body may be NULL; ret_doc may be NULL when the answer does not matter. */
int mock_call(struct mock_process *m, const char *method, const char *path, const struct json *body,
              struct json_doc *ret_doc, struct err *err) NODISCARD;

int mock_add_canary(struct mock_process *m, const char *name, const char *kind, const char *value,
                    struct err *err) NODISCARD;
struct mock_minting {
    const char *kind, *principal;
    const char *host;    /* the workspace by the name that the connector uses; it is the issuer's */
    int64_t lifetime_ms; /* 0 = the principal's */
    const char *issuer;  /* NULL = the workspace's own */
    const char *entra_app;
    const struct json *claims; /* over the usual ones; NULL = none */
};
int mock_mint(struct arena *a, struct mock_process *m, const struct mock_minting *minting,
              const char **ret_name, const char **ret_value, struct err *err) NODISCARD;
/* kind may be NULL: all. */
int mock_revoke(struct mock_process *m, const char *principal, const char *kind,
                int64_t *ret_revoked, struct err *err) NODISCARD;
int mock_add_fault(struct mock_process *m, const struct scenario_fault *fault,
                   struct err *err) NODISCARD;
/* The mock's own clock. */
int mock_wall_ms(struct mock_process *m, int64_t *ret_wall_ms, struct err *err) NODISCARD;
/* When the newest credential of that kind ends, on the mock's clock; *ret_found false when there is
 * none that does. */
int mock_newest_end(struct mock_process *m, const char *kind, bool *ret_found, int64_t *ret_end_ms,
                    struct err *err) NODISCARD;
int mock_advance(struct mock_process *m, int64_t advance_ms, struct err *err) NODISCARD;
/* The rounds of a connector that performs them without being asked (base/wire/control.h). */
struct mock_rounds {
    const char *table, *statement; /* what ends one; NULL = it is no part of it */
    const int64_t *hold_after;
    size_t hold_count;
};
int mock_rounds_watch(struct mock_process *m, const struct mock_rounds *what,
                      struct err *err) NODISCARD;
int mock_rounds_look(struct mock_process *m, int64_t *ret_ended, bool *ret_held,
                     struct err *err) NODISCARD;
int mock_rounds_release(struct mock_process *m, struct err *err) NODISCARD;
/* The last number given to an exchange. */
int mock_journal_seq(struct mock_process *m, int64_t *ret_seq, struct err *err) NODISCARD;
/* NDJSON as it comes; ret_ndjson must be a valid buf. */
int mock_journal(struct mock_process *m, struct buf *ret_ndjson, struct err *err) NODISCARD;
/* Adds every canary known to the mock. */
int mock_canaries(struct mock_process *m, struct secret_set *set, struct err *err) NODISCARD;

#endif
