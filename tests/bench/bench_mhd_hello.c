/* SPDX-License-Identifier: Apache-2.0 */

/* The peer of `scripts/bench mock`: a server that is nothing but libmicrohttpd, set up as the mock
 * sets it up, with the answer made once. It reads no header, keeps no journal and checks nothing.
 *
 *     bench_mhd_hello THREADS [BODY-BYTES]     prints its port; ends when stdin ends */

#include "base/text/number.h"

#include <microhttpd.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BODY_BYTES_MAX 65536

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **request)
{
    (void)url;
    (void)method;
    (void)version;
    (void)upload;
    if (*request == NULL) {
        *request = context;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    return MHD_queue_response(connection, MHD_HTTP_OK, context);
}

static struct MHD_Response *response_make(size_t body_bytes)
{
    char *body = malloc(body_bytes + 1);
    if (body == NULL) {
        return NULL;
    }
    memset(body, 'x', body_bytes);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body_bytes, body, MHD_RESPMEM_MUST_FREE);
    if (response != NULL) {
        (void)MHD_add_response_header(response, "content-type", "application/json");
    }
    return response;
}

static struct MHD_Daemon *daemon_start(unsigned threads, struct MHD_Response *response)
{
    /* A pool is one of at least two; one thread is the daemon's own. */
    struct MHD_OptionItem pool[] = {
        {threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, response,
                            MHD_OPTION_CONNECTION_LIMIT, 16384U, MHD_OPTION_ARRAY, pool,
                            MHD_OPTION_END);
}

int main(int argc, char **argv)
{
    int64_t threads = 1, body_bytes = 5;
    struct err err = {0};
    if ((argc > 1 && parse_int64(str_of(argv[1]), 1, 256, &threads, &err) < 0) ||
        (argc > 2 && parse_int64(str_of(argv[2]), 0, BODY_BYTES_MAX, &body_bytes, &err) < 0)) {
        (void)fprintf(stderr, "bench_mhd_hello: %s\n", err.msg);
        return 64;
    }
    struct MHD_Response *response = response_make((size_t)body_bytes);
    struct MHD_Daemon *daemon = response != NULL ? daemon_start((unsigned)threads, response) : NULL;
    if (daemon == NULL) {
        (void)fprintf(stderr, "bench_mhd_hello: libmicrohttpd refuses to start\n");
        return 69;
    }
    (void)printf("%d\n", (int)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    (void)fflush(stdout);
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    MHD_stop_daemon(daemon);
    MHD_destroy_response(response);
    return 0;
}
