/* SPDX-License-Identifier: Apache-2.0 */
/* The scanner for secrets at work on a large file (tests/bench/bench_secrets.py).
 *
 *   bench_secrets corpus FILE MIB     log lines, some of which tell a secret
 *   bench_secrets values FILE         the secrets, one a line
 *   bench_secrets scan|deep FILE      prints the hits and the seconds it took */
#include "base/crypto/random.h"
#include "base/secret/scan.h"
#include "base/sys/clock.h"
#include "base/sys/fd.h"
#include "base/text/number.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TOKENS = 8, CHUNK = 1 << 20, LINE_MAX_BYTES = 2048, LEAK_EVERY = 20000 };

static const char hex[] = "0123456789abcdef";
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void add_random(struct buf *out, struct rng *rng, size_t count, const char *alphabet)
{
    size_t size = strlen(alphabet);
    for (size_t i = 0; i < count; i++) {
        uint64_t x = 0;
        rng_bytes(rng, &x, sizeof(x));
        buf_add_char(out, alphabet[x % size]);
    }
}

static void secret_add(struct secret_set *set, struct rng *rng, const char *name,
                       enum secret_kind kind)
{
    AUTO_BUF struct buf value = {0};
    if (kind == SECRET_ACCESS_TOKEN) {
        buf_add_z(&value, "eyJraWQiOiIxMjM0NTYiLCJ0eXAiOiJhdCtqd3QiLCJhbGciOiJSUzI1NiJ9.");
        add_random(&value, rng, 400, letters);
        buf_add_char(&value, '.');
        add_random(&value, rng, 342, letters);
    } else {
        buf_add_z(&value, kind == SECRET_PAT ? "dapi" : "dose");
        add_random(&value, rng, 32, hex);
    }
    (void)secret_set_add(set, name, kind, buf_str(&value));
}

/* The canaries of a busy run; the same each time. */
static struct secret_set *secrets_make(void)
{
    struct secret_set *set = secret_set_new();
    struct rng rng;
    rng_init_seeded(&rng, 42);
    secret_add(set, &rng, "pat", SECRET_PAT);
    secret_add(set, &rng, "client_secret", SECRET_CLIENT_SECRET);
    secret_add(set, &rng, "code", SECRET_CODE);
    secret_add(set, &rng, "state", SECRET_STATE);
    for (int i = 0; i < TOKENS; i++) {
        char name[32];
        (void)snprintf(name, sizeof(name), "access_token_%d", i + 1);
        secret_add(set, &rng, name, SECRET_ACCESS_TOKEN);
    }
    return set;
}

static void line_add(struct buf *out, struct rng *rng, const struct secret_set *set, size_t number)
{
    buf_printf(out, "2026-11-21T04:%02zu:%02zu.%03zuZ DEBUG client GET /api/2.1/unity-catalog/",
               number / 60 % 60, number % 60, number % 1000);
    buf_add_z(out, "tables/main.default.assay -> 200 (184 bytes, 12 ms) request-id ");
    add_random(out, rng, 32, hex);
    if (number % 16 == 0) { /* what looks like a secret and is none */
        buf_add_z(out, " authorization: Bearer eyJraWQiOiIxMjM0NTYiLCJ0eXAiOiJhdCtqd3QifQ.");
        add_random(out, rng, 64, letters);
    }
    if (number % LEAK_EVERY == LEAK_EVERY / 2) {
        const struct canary *c = secret_set_at(set, number / LEAK_EVERY % secret_set_count(set));
        buf_printf(out, " token=%s", secret_reveal(c->value).ptr);
    }
    buf_add_char(out, '\n');
}

static int corpus_write(int fd, int64_t mib)
{
    struct secret_set *set = secrets_make();
    struct rng rng;
    struct err err = {0};
    rng_init_seeded(&rng, 7);
    int rc = mib > 0 ? 0 : -1;
    size_t number = 0;
    for (int64_t done = 0; rc == 0 && done < mib; done++) {
        AUTO_BUF struct buf text = {0};
        while (text.len < CHUNK) {
            line_add(&text, &rng, set, number++);
        }
        rc = fd_write_all(fd, buf_str(&text), &err);
    }
    secret_set_free(set);
    return rc;
}

static int values_write(int fd)
{
    AUTO_BUF struct buf text = {0};
    struct secret_set *set = secrets_make();
    struct err err = {0};
    for (size_t i = 0; i < secret_set_count(set); i++) {
        buf_printf(&text, "%s\n", secret_reveal(secret_set_at(set, i)->value).ptr);
    }
    secret_set_free(set);
    return fd_write_all(fd, buf_str(&text), &err);
}

static int file_scan(int fd, bool deep)
{
    static char chunk[CHUNK];
    struct secret_set *set = secrets_make();
    int64_t began_ms = monotonic_ms();
    struct secret_scanner *s = deep ? secret_scanner_new_deep(set) : secret_scanner_new(set);
    struct secret_stream *st = secret_stream_new(s);
    AUTO_ARENA struct arena *a = arena_new();
    struct secret_hits hits;
    ssize_t n;
    while ((n = read(fd, chunk, sizeof(chunk))) > 0) {
        secret_stream_feed(st, str_n(chunk, (size_t)n));
    }
    secret_stream_finish_free(st, a, &hits);
    printf("%zu hits %.3f s\n", hits.count, (double)(monotonic_ms() - began_ms) / 1000);
    secret_scanner_free(s);
    secret_set_free(set);
    return n < 0 ? -1 : 0;
}

static int64_t mib_of(const char *text)
{
    struct err err = {0};
    int64_t mib = 0;
    return parse_int64(str_of(text), 1, 1 << 20, &mib, &err) < 0 ? 0 : mib;
}

int main(int argc, char **argv)
{
    const char *verb = argc > 2 ? argv[1] : "";
    bool reads = strcmp(verb, "scan") == 0 || strcmp(verb, "deep") == 0;
    AUTO_FD int fd =
        argc > 2
            ? open(argv[2], reads ? O_RDONLY | O_CLOEXEC : O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                   0644)
            : -1;
    int rc = fd < 0                        ? -1
             : strcmp(verb, "corpus") == 0 ? corpus_write(fd, mib_of(argc > 3 ? argv[3] : "1024"))
             : strcmp(verb, "values") == 0 ? values_write(fd)
             : reads                       ? file_scan(fd, strcmp(verb, "deep") == 0)
                                           : -1;
    if (rc < 0) {
        fprintf(stderr, "bench_secrets: see its first lines for what it can do\n");
    }
    return rc < 0 ? 1 : 0;
}
