/* SPDX-License-Identifier: Apache-2.0 */
/* bench_seal [COUNT]: what opening and closing a cell costs: CPU of the harness (this process and
 * the cell's init, user and system) and wall time. The target is 15 ms of CPU for a cell. */
#include "base/sys/clock.h"
#include "base/text/number.h"
#include "harness/seal/gate.h"
#include "harness/seal/names.h"
#include "harness/seal/seal.h"

#include <stdio.h>
#include <sys/resource.h>

#define TARGET_MS 15.0

enum kind { KIND_CELL, KIND_USER_NAMESPACE, KIND_WITH_GATE, KIND_WITH_PROGRAM };
static const char *const kind_names[] = {"a cell", "a cell with a user namespace",
                                         "a cell and its gate", "a cell and `true' run in it"};

static double cpu_ms(void)
{
    static const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    double ms = 0;
    for (size_t i = 0; i < ARRAY_LEN(whose); i++) {
        struct rusage usage;
        if (getrusage(whose[i], &usage) == 0) {
            ms += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000.0 +
                  (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000.0;
        }
    }
    return ms;
}

static int run_true(struct seal *seal, struct err *err)
{
    static const char *const argv[] = {"/bin/true", NULL}, *const envp[] = {NULL};
    struct process_options options = {
        .argv = argv, .envp = envp, .stdin_fd = -1, .stdout_fd = -1, .stderr_fd = -1};
    struct seal_process p;
    struct process_status status;
    if (seal_spawn(seal, &options, &p, err) < 0) {
        return -1;
    }
    return seal_process_wait(seal, &p, -1, &status, err);
}

static int once(enum kind kind, struct err *err)
{
    static const struct names_options names = {.ipv4 = "127.0.0.1"};
    const struct gate_options gate_options = {.names = &names};
    AUTO(seal_close_ptr) struct seal *seal = NULL;
    struct gate *gate = NULL;
    int result = seal_open(&(struct seal_options){.user_namespace = kind == KIND_USER_NAMESPACE},
                           &seal, err);
    if (result == 0 && kind == KIND_WITH_GATE) {
        result = gate_open(seal, &gate_options, &gate, err);
    }
    if (result == 0 && kind == KIND_WITH_PROGRAM) {
        result = run_true(seal, err);
    }
    gate_close(gate);
    return result;
}

static int measure(enum kind kind, int64_t count, double *ret_cpu_ms, struct err *err)
{
    double cpu = cpu_ms();
    int64_t wall = monotonic_ms();
    for (int64_t i = 0; i < count; i++) {
        if (once(kind, err) < 0) {
            return -1;
        }
    }
    *ret_cpu_ms = (cpu_ms() - cpu) / (double)count;
    printf("%-30s %6.2f ms CPU %6.2f ms wall\n", kind_names[kind], *ret_cpu_ms,
           (double)(monotonic_ms() - wall) / (double)count);
    return 0;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    int64_t count = 100;
    if (argc > 2 || (argc == 2 && parse_int64(str_of(argv[1]), 1, 1000000, &count, &err) < 0)) {
        printf("usage: bench_seal [COUNT]\n");
        return 64;
    }
    double worst = 0;
    for (enum kind kind = KIND_CELL; kind <= KIND_WITH_PROGRAM; kind++) {
        double cpu = 0;
        if (measure(kind, count, &cpu, &err) < 0) {
            printf("%s; %s\n", err.msg, err.hint);
            return err.code == ERR_UNAVAILABLE ? 77 : 1;
        }
        worst = kind <= KIND_USER_NAMESPACE && cpu > worst ? cpu : worst;
    }
    printf("ratio seal_cpu_ms %.2f target %.2f\n", worst, TARGET_MS);
    return worst <= TARGET_MS ? 0 : 1;
}
