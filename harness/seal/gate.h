/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SEAL_GATE_H
#define HARNESS_SEAL_GATE_H

/* The gatekeeper of a cell: a process outside that answers names inside (UDP and TCP, port 53) and
 * records what wanted out. It takes the connections to ports 80 and 443 of every address that
 * nobody listens on specifically, reads what is said first, and closes; of all other ports it sees
 * the attempt on the cell's tap, while the program is refused by the kernel. A cell without a tap
 * (gate_has_tap) records only the former.
 *
 *     gate_open(seal, &options, &gate, err);
 *     ...                                          gate_read when gate_fd is readable, or never
 *     gate_finish(gate, arena, &records, err);     when the programs have ended: everything
 *     gate_close(gate);
 *
 * Ownership: gate_close() ends the process and accepts NULL; it also ends with its owner. Records
 * go to the arena given. Threads: one at a time, single-threaded (fork). */

#include "base/core/arena.h"
#include "base/core/err.h"
#include "harness/seal/egress.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct gate;
struct names_options;
struct seal;
struct seal_address;

struct gate_options {
    const struct names_options *names;
    /* Sockets of others on addresses that are not loopback (the metadata service's): no egress. */
    const struct seal_address *served;
    size_t served_count;
};

/* The gatekeeper of a world without walls: a proxy on a free port of 127.0.0.1, for programs that
 * are told of it (HTTPS_PROXY). It tunnels port 443 of production names (names_production) to the
 * mock's, and port 80 to its port for HTTP; what is asked for any other host it records and
 * refuses. What does not ask it is not seen. */
struct gate_proxy_options {
    int http_port, https_port; /* of the mock, on 127.0.0.1 */
};
int gate_open_proxy(const struct gate_proxy_options *options, struct gate **ret_gate, int *ret_port,
                    struct err *err) NODISCARD;

int gate_open(struct seal *seal, const struct gate_options *options, struct gate **ret_gate,
              struct err *err) NODISCARD;
void gate_close(struct gate *gate);
pid_t gate_pid(const struct gate *gate);
bool gate_has_tap(const struct gate *gate);
/* POLLIN: there are records. */
int gate_fd(const struct gate *gate);
/* Appends what has come, without waiting. ERR_UNAVAILABLE when the gatekeeper has ended. */
int gate_read(struct gate *gate, struct arena *a, struct egress_records *ret,
              struct err *err) NODISCARD;
/* Lets it look at what is still on its way, appends the rest and ends it. */
int gate_finish(struct gate *gate, struct arena *a, struct egress_records *ret,
                struct err *err) NODISCARD;
/* How many records were dropped beyond GATE_MAX_RECORDS; known after gate_finish. */
int64_t gate_lost(const struct gate *gate);
#define GATE_MAX_RECORDS 4096

#endif
