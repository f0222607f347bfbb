/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text/number.h"
#include "harness/plan/plan.h"

enum { MAX_SHARDS = 1000 };

int plan_shard_parse(struct str text, struct plan_shard *ret, struct err *err)
{
    struct plan_shard shard;
    struct err inner = {0};
    struct str rest = text, index = {0};
    bool has_index = str_split(&rest, '/', &index);
    if (!has_index || parse_int64(rest, 1, MAX_SHARDS, &shard.total, &inner) < 0 ||
        parse_int64(index, 1, shard.total, &shard.index, &inner) < 0) {
        err_set(err, ERR_USAGE, "`%.*s' is not a shard", STR_ARG(text));
        err_hint(err, "write I/N with I from 1 to N and N up to %d, such as 2/5", MAX_SHARDS);
        return -1;
    }
    *ret = shard;
    return 0;
}

/* FNV-1a, 64 bit; the final NUL parts the names. */
static uint64_t hash_add(uint64_t hash, const char *name)
{
    const char *p = name;
    do {
        hash ^= (unsigned char)*p;
        hash *= UINT64_C(0x100000001b3);
    } while (*p++ != '\0');
    return hash;
}

bool plan_shard_has(const struct plan_shard *shard, const struct plan_job *job)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    if (shard->total <= 1) {
        return true;
    }
    hash = hash_add(hash, job->manifest->name);
    hash = hash_add(hash, mode_name(job->mode));
    hash = hash_add(hash, job->spec->id);
    /* The low bits of FNV-1a depend on the last bytes alone too much to be used as they are. */
    hash ^= hash >> 32;
    return hash % (uint64_t)shard->total == (uint64_t)(shard->index - 1);
}
