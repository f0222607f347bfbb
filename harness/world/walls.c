/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/world/walls.h"

#include "base/sys/fs.h"
#include "harness/clock/clock_probe.h"
#include "harness/clock/tracer.h"
#include "harness/seal/seal.h"
#include "harness/world/walls_priv.h"

const char *const isolation_names[ISOLATION_KINDS + 1] = {"auto", "sealed", "env", NULL};

const struct walls walls_none = {.isolation = ISOLATION_ENV};

static void hosts_note(const struct walls_options *o, struct walls *w)
{
    for (size_t i = 0; i < o->manifest_count; i++) {
        bool production = o->manifests[i]->env_host == ENV_HOST_PRODUCTION;
        w->has_production_hosts = w->has_production_hosts || production;
        w->has_loopback_hosts = w->has_loopback_hosts || !production;
    }
}

/* Certificates, and the trust in them. In a cell their folder is seen under a name of its own, and
 * nothing that another authority vouches for can be reached. */
static int shared_make(struct arena *a, struct walls *w, struct err *err)
{
    AUTO_BUF struct buf ca_pem = {0};
    if (fs_make_temp_dir(a, NULL, "assay-run-", &w->dir, err) < 0) {
        return -1;
    }
    const char *trust_dir = fs_join(a, w->dir, "trust");
    if (walls_certificates_write(a, w, &ca_pem, err) < 0 ||
        fs_make_dirs(trust_dir, 0755, err) < 0) {
        return -1;
    }
    const struct trust_options options = {.dir = trust_dir,
                                          .ca_pem = buf_str(&ca_pem),
                                          .seen_at =
                                              w->isolation == ISOLATION_ENV ? trust_dir : NULL,
                                          .run_ca_only = w->isolation == ISOLATION_SEALED};
    return trust_make(a, &options, &w->trust, err);
}

/* Whether a cell can be had here shows by making one. */
static int seal_try(struct err *err)
{
    const struct seal_options options = {0};
    struct seal *seal = NULL;
    if (seal_open(&options, &seal, err) < 0) {
        return -1;
    }
    seal_close(seal);
    return 0;
}

/* What a sealed world offers; without one, only certificates for production names. */
static int walls_equip(struct arena *a, const struct walls_options *options, struct walls *w,
                       struct err *err)
{
    struct err refused = {0};
    if (w->isolation == ISOLATION_ENV) {
        hosts_note(options, w);
        return w->has_production_hosts ? shared_make(a, w, err) : 0;
    }
    if (tracer_try(&refused) < 0) {
        w->trace_refusal =
            arena_printf(a, "%s%s%s", refused.msg, refused.hint[0] ? "; " : "", refused.hint);
    }
    if (!w->real_clock && options->probe_program != NULL &&
        clock_self_probe(options->probe_program, &refused) < 0) {
        w->clock_refusal = arena_strdup(a, refused.msg);
    }
    return shared_make(a, w, err);
}

int walls_raise(struct arena *a, const struct walls_options *options, struct walls *ret,
                struct err *err)
{
    struct walls w = {.isolation =
                          options->wanted == ISOLATION_ENV ? ISOLATION_ENV : ISOLATION_SEALED,
                      .real_clock = options->real_clock};
    struct err refused = {0};
    if (w.isolation == ISOLATION_SEALED && seal_try(&refused) < 0) {
        w.isolation = ISOLATION_ENV;
        if (options->wanted == ISOLATION_SEALED || refused.code != ERR_UNAVAILABLE) {
            *err = refused;
            return err_wrap(err, "a sealed world cannot be made here");
        }
        w.refusal =
            arena_printf(a, "%s%s%s", refused.msg, refused.hint[0] ? "; " : "", refused.hint);
    }
    if (walls_equip(a, options, &w, err) < 0) {
        walls_raze(&w);
        return -1;
    }
    *ret = w;
    return 0;
}

void walls_raze(struct walls *w)
{
    struct err ignored = {0};
    if (w->dir != NULL && fs_remove_tree(w->dir, &ignored) == 0) {
        w->dir = NULL; /* what cannot be removed is left in the folder for temporary files */
    }
}

static void say_all(struct arena *a, struct str_list *ret, const char *const *sentences,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        *VEC_PUSH(a, ret) = sentences[i];
    }
}

static const char *const loopback_sentences[] = {
    "The connector spoke plain HTTP to 127.0.0.1: TLS, certificate checks and the way it works out "
    "its endpoints from a production host name (cloud, account console) were not exercised.",
};
static const char *const proxy_sentences[] = {
    "The connector reached production names through a proxy that its environment named "
    "(`env_host: production`): how it looks up and reaches a host without one was not exercised, "
    "and that it asks a proxy of the environment is no finding here.",
    "The proxy refused and recorded every other host that it was asked for; a connector that does "
    "not ask the proxy for such a host reaches it.",
};
static const char *const env_sentences[] = {
    "Traffic to other hosts than the two addresses handed to it was not watched: a connector that "
    "goes elsewhere, by name or by address, is not noticed.",
    "Files were looked at below HOME and TMPDIR only; what a connector writes elsewhere, and what "
    "it reads outside of them, was not seen.",
};
static const char *const sealed_sentences[] = {
    "The connector could read the machine's files (it could write only below HOME and TMPDIR): "
    "what "
    "it reads outside of them was not seen.",
};
static const char *const sampled_sentences[] = {
    "Processes were sampled while the connector worked: arguments of a child that lived for a few "
    "milliseconds may have been missed.",
};
static const char *const real_clock_sentences[] = {
    "No case could move the connector's clock: lifetimes of an hour were not lived through.",
};

static const char *const scaled_clock_sentences[] = {
    "Lifetimes were a fortieth of what the cases say, on the real clock: what a connector does "
    "with a "
    "token of an hour was not seen.",
};

void walls_unproven(struct arena *a, const struct walls *w, struct str_list *ret_sentences)
{
    if (w->refusal != NULL) {
        *VEC_PUSH(a, ret_sentences) =
            arena_printf(a, "Sealed isolation could not be had here: %s.", w->refusal);
    }
    if (w->isolation == ISOLATION_SEALED) {
        say_all(a, ret_sentences, sealed_sentences, ARRAY_LEN(sealed_sentences));
    } else {
        if (w->has_loopback_hosts || !w->has_production_hosts) {
            say_all(a, ret_sentences, loopback_sentences, ARRAY_LEN(loopback_sentences));
        }
        if (w->has_production_hosts) {
            say_all(a, ret_sentences, proxy_sentences, ARRAY_LEN(proxy_sentences));
        }
        say_all(a, ret_sentences, env_sentences, ARRAY_LEN(env_sentences));
    }
    if (w->isolation != ISOLATION_SEALED || w->trace_refusal != NULL) {
        say_all(a, ret_sentences, sampled_sentences, ARRAY_LEN(sampled_sentences));
    }
    if (w->trace_refusal != NULL) {
        *VEC_PUSH(a, ret_sentences) =
            arena_printf(a, "Programs could not be followed: %s.", w->trace_refusal);
    }
    if (w->real_clock) {
        say_all(a, ret_sentences, scaled_clock_sentences, ARRAY_LEN(scaled_clock_sentences));
    } else if (w->isolation != ISOLATION_SEALED || w->clock_refusal != NULL) {
        say_all(a, ret_sentences, real_clock_sentences, ARRAY_LEN(real_clock_sentences));
    }
}
