/* SPDX-License-Identifier: Apache-2.0 */
/* seal_fetch [--user-ns] [--no-env] FOLDER COMMAND...: runs COMMAND in a cell where every
 * production name is a TLS server of ours with a certificate of a fresh CA. FOLDER is shown inside.
 * Prints what COMMAND prints, then "egress ..." lines and "requests N"; exits as COMMAND does,
 * or 77. */
#include "base/core/arena.h"
#include "base/crypto/x509.h"
#include "base/sys/fs.h"
#include "harness/seal/gate.h"
#include "harness/seal/names.h"
#include "harness/seal/seal.h"
#include "harness/seal/trust.h"

#include <microhttpd.h>

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define LIMIT_MS 60000

struct options {
    bool user_namespace, no_env;
    const char *folder;
    const char *const *argv;
};

struct stage {
    struct arena *arena;
    const struct options *options;
    const char *dir; /* of the trust files */
    struct trust trust;
    struct buf cert, key;
    struct seal *seal;
    struct gate *gate;
    struct MHD_Daemon *server;
    atomic_int requests;
};

static enum MHD_Result answer(void *ctx, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *data_size, void **state)
{
    static char body[] = "hello from the cell\n";
    struct stage *s = ctx;
    (void)url, (void)method, (void)version, (void)data, (void)data_size, (void)state;
    atomic_fetch_add(&s->requests, 1);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(sizeof(body) - 1, body, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result = MHD_queue_response(connection, 200, response);
    MHD_destroy_response(response);
    return result;
}

static int make_trust(struct stage *s, struct err *err)
{
    static const char *const names[] = {"*.cloud.databricks.com", "*.azuredatabricks.net"};
    struct x509_ca *ca = x509_ca_new("assay test run", err);
    AUTO_BUF struct buf ca_pem = {0};
    int result = -1;
    if (ca && x509_ca_pem(ca, &ca_pem, err) == 0 &&
        x509_ca_issue(ca, &(struct x509_options){.names = names, .name_count = ARRAY_LEN(names)},
                      &s->cert, &s->key, err) == 0 &&
        fs_make_temp_dir(s->arena, NULL, "assay-trust-", &s->dir, err) == 0) {
        struct trust_options options = {.dir = s->dir, .ca_pem = buf_str(&ca_pem)};
        result = trust_make(s->arena, &options, &s->trust, err);
    }
    x509_ca_free(ca);
    return result;
}

static int open_cell(struct stage *s, struct err *err)
{
    static const struct names_options names = {.ipv4 = "127.0.0.1"};
    const struct gate_options gate_options = {.names = &names};
    const struct seal_bind binds[] = {s->trust.bind,
                                      {s->options->folder, s->options->folder, false}};
    const struct seal_options options = {.user_namespace = s->options->user_namespace,
                                         .binds = binds,
                                         .bind_count = ARRAY_LEN(binds),
                                         .overlays = s->trust.overlays,
                                         .overlay_count = s->trust.overlay_count};
    const struct seal_address https = {"127.0.0.1", 443, SEAL_TCP};
    int fd = -1;
    if (seal_open(&options, &s->seal, err) < 0 ||
        gate_open(s->seal, &gate_options, &s->gate, err) < 0 ||
        seal_listen(s->seal, &https, &fd, err) < 0) {
        return -1;
    }
    /* Last of all: it has a thread, and everything above forks. */
    s->server =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_TLS, 443, NULL, NULL, answer, s,
                         MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_HTTPS_MEM_CERT, buf_z(&s->cert),
                         MHD_OPTION_HTTPS_MEM_KEY, buf_z(&s->key), MHD_OPTION_END);
    return s->server ? 0 : err_set(err, ERR_INTERNAL, "the TLS server does not start");
}

static int run_command(struct stage *s, struct process_status *ret, struct err *err)
{
    struct str_list envp = {0};
    *VEC_PUSH(s->arena, &envp) = "PATH=/usr/local/bin:/usr/bin:/bin";
    *VEC_PUSH(s->arena, &envp) = "HOME=" SEAL_HOME;
    *VEC_PUSH(s->arena, &envp) = "TMPDIR=" SEAL_TMP;
    for (size_t i = 0; !s->options->no_env && i < s->trust.environ.count; i++) {
        *VEC_PUSH(s->arena, &envp) = s->trust.environ.items[i];
    }
    *VEC_PUSH(s->arena, &envp) = NULL;
    struct process_options options = {.argv = s->options->argv,
                                      .envp = envp.items,
                                      .search_path = "/usr/local/bin:/usr/bin:/bin",
                                      .cwd = SEAL_WORK,
                                      .stdin_fd = -1,
                                      .stdout_fd = 1,
                                      .stderr_fd = 2};
    struct seal_process p;
    if (seal_spawn(s->seal, &options, &p, err) < 0 ||
        seal_process_wait(s->seal, &p, LIMIT_MS, ret, err) < 0) {
        return -1;
    }
    return ret->end == PROCESS_RUNNING ? err_set(err, ERR_TIMEOUT, "the client does not end") : 0;
}

static int report(struct stage *s, struct err *err)
{
    struct egress_records records = {0};
    if (gate_finish(s->gate, s->arena, &records, err) < 0) {
        return -1;
    }
    VEC_FOREACH(struct egress_record, r, &records) {
        printf("egress %s %s %d %s\n", r->name, r->address, r->port, r->server_name);
    }
    printf("requests %d\n", atomic_load(&s->requests));
    return 0;
}

static int stage_run(struct stage *s, struct process_status *status, struct err *err)
{
    if (make_trust(s, err) < 0 || open_cell(s, err) < 0 || run_command(s, status, err) < 0) {
        return -1;
    }
    return report(s, err);
}

static void stage_done(struct stage *s)
{
    struct err ignored = {0};
    if (s->server) {
        MHD_stop_daemon(s->server);
    }
    gate_close(s->gate);
    seal_close(s->seal);
    buf_done(&s->cert);
    buf_done(&s->key);
    if (s->dir && fs_remove_tree(s->dir, &ignored) < 0) {
        printf("%s\n", ignored.msg);
    }
    arena_free(s->arena);
}

int main(int argc, char **argv)
{
    struct options options = {.folder = NULL};
    int at = 1;
    for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
        options.user_namespace = options.user_namespace || strcmp(argv[at], "--user-ns") == 0;
        options.no_env = options.no_env || strcmp(argv[at], "--no-env") == 0;
    }
    if (argc - at < 2) {
        printf("usage: seal_fetch [--user-ns] [--no-env] FOLDER COMMAND...\n");
        return 64;
    }
    options.folder = argv[at];
    options.argv = (const char *const *)argv + at + 1;
    struct stage s = {.arena = arena_new(), .options = &options};
    struct process_status status = {.code = 1};
    struct err err = {0};
    int result = stage_run(&s, &status, &err);
    stage_done(&s);
    if (result < 0) {
        char text[ERR_MSG_SIZE + ERR_HINT_SIZE + ERR_FILE_SIZE];
        printf("%s\n", err_text(&err, text, sizeof(text)));
        return err.code == ERR_UNAVAILABLE ? 77 : 1;
    }
    return status.end == PROCESS_EXITED ? status.code : 1;
}
