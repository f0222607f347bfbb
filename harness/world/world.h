/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_WORLD_WORLD_H
#define HARNESS_WORLD_WORLD_H

/* The place of one case run: HOME and TMPDIR, a mock of its own (and a decoy when the case plants
 * its address), and the exact arguments and environment of the connector. Nothing of the caller's
 * environment gets in. With isolation "env" the mock is on loopback, and may be reached under its
 * production names through a proxy; with "sealed" the connector
 * runs in a cell of namespaces (harness/seal) in which production names are the mock, on ports 80
 * and 443.
 *
 *     struct world world = {0};
 *     if (world_up(a, &options, &world, err) < 0) ...         assay or the mock failed
 *     if (world.could_not_run != NULL) ...                    something of the user's is missing
 *     ... world.start.argv, world.start.envp ...
 *     world_down(&world);
 *
 * Ownership: everything lives in the arena given to world_up, which must outlive the world;
 * world_down ends the mocks and removes the folder, and accepts a zeroed world or one that did not
 * come up. The mocks are children of the caller or of the nursery. Threads: one at a time,
 * single-threaded (fork). */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "base/text/template.h"
#include "harness/evidence/capture.h"
#include "harness/spec/case.h"
#include "harness/spec/manifest.h"
#include "harness/world/mock_process.h"
#include "harness/world/walls.h"

#include <stdbool.h>
#include <stdint.h>

struct egress_records;
struct world_browser;
struct world_secrets;
struct gate;
struct nursery;
struct seal;

struct world_options {
    const struct manifest *manifest;
    const struct case_spec *spec;
    enum mode mode;
    const char *mock_program;      /* assay-mock */
    const struct nursery *nursery; /* of which mocks are forked; NULL = none */
    const char *browser_program;   /* assay-browser */
    enum browser_engine engine;    /* which browser it plays */
    const char *base_dir;          /* where the world's folder is made; NULL = $TMPDIR or /tmp */
    const struct walls *walls;     /* of the run; NULL = walls_none */
    uint64_t seed;                 /* of mock and poison; 0 = from the system */
    bool keep;                     /* leave the folder behind */
    /* Called when the mocks run, before anything is minted that ages; may wait. May be NULL. */
    int (*on_ready)(void *ctx, struct err *err);
    void *ctx;
};

struct world_start {
    const char *const *argv; /* drives lines and count; NULL-terminated */
    const char *const *envp; /* NULL-terminated "K=V" */
    const char *cwd, *search_path;
    const char *const *exec_suffix; /* drive exec: appended to each command */
};

struct world_credential {
    const char *principal; /* who the connector is to be */
    const char *name;      /* its canary's name; NULL until known (world_identify) */
    const char *value;     /* "" when the case hands none out */
};

struct world {
    struct arena *arena;
    struct world_options options;
    const char *dir, *home, *tmp;                /* as the harness sees them */
    const char *inner_home, *inner_tmp;          /* as the connector sees them */
    struct str_list walls_in_home, walls_in_tmp; /* what was in them from the first */
    struct seal *seal;                           /* NULL with isolation env */
    struct gate *gate;                           /* or a proxy's, with isolation env */
    bool has_names; /* production names are the mock: in the cell, or through the proxy */
    int proxy_port; /* on 127.0.0.1; 0 = none */
    bool has_clock; /* the case moves the clock, and it can be moved */
    bool is_scaled; /* the case moves the clock, and lives through it: see walls.real_clock */
    struct world_browser *browser;   /* modes with a browser; else NULL */
    struct mock_process mock, decoy; /* decoy: process.pid 0 when there is none */
    struct identity_record identity;
    struct world_credential credential;
    const struct world_secrets *secrets;
    const struct manifest_option *option; /* that is set now; NULL = none */
    bool other_app;                       /* ${client_id} is the other application's */
    struct template_vars vars;
    struct world_start start;
    struct capture_planted_files planted;
    const char *could_not_run; /* reason and what to do; NULL = ready */
};

int world_up(struct arena *a, const struct world_options *options, struct world *ret,
             struct err *err) NODISCARD;
void world_down(struct world *w);

/* How long a case may take: its own limit or the connector's, so often as it is started; and what
 * it waits when it lives through its time, as its clock is not moved. */
int64_t world_case_ms(const struct case_spec *spec, const struct manifest *m,
                      const struct walls *walls);
/* How long access tokens live, in the world's time. */
int64_t world_lifetime_ms(const struct world *w);
/* A tracer tells of every program that is executed in it. */
bool world_follows(const struct world *w);
/* Fills identity.credential from the canaries of the mock. */
void world_identify(struct world *w, const struct secret_set *canaries);
/* The arguments of a command of drive exec: expanded, with exec_suffix; NULL-terminated. */
int world_command(struct world *w, const struct str_list *command, const char *const **ret_argv,
                  struct err *err) NODISCARD;
/* Before the connector, which has ended, is started again. */
int world_restart(struct world *w, enum restart how, struct err *err) NODISCARD;
/* The same, with only the option of this number set, in a HOME that is new. The first one is set
 * from the beginning (given.options). */
int world_option_set(struct world *w, size_t option, struct err *err) NODISCARD;
/* How often the case asks for `validate`. */
int64_t world_validate_count(const struct case_spec *spec);
/* For a connector that performs its rounds without being asked: the mock counts them, and holds the
 * answers that end those of these numbers. */
int world_rounds_watch(struct world *w, const int64_t *hold_after, size_t hold_count,
                       struct err *err) NODISCARD;
/* The proxy's process, with isolation env; 0 = none. */
pid_t world_proxy_pid(const struct world *w);
/* The browser's process, 0 = none: neither it nor what is below it is the connector's. */
pid_t world_browser_pid(const struct world *w);
pid_t world_browser_inner_pid(const struct world *w); /* as the cell sees it; 0 = none */
/* Ends the browser, once the connector has ended, and gives what it wrote
 * (harness/browser/browser.h) and, when it is not NULL, the folder with its screenshots. */
int world_browser_finish(struct world *w, struct buf *ret_log, const char **ret_dir,
                         struct err *err) NODISCARD;
/* What wanted to leave a sealed world; in isolation env what the proxy was asked for. Call once,
 * when the connector has ended. */
int world_egress(struct world *w, struct egress_records *ret, struct err *err) NODISCARD;

#endif
