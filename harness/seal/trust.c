/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/seal/trust.h"

#include "base/sys/clock.h"
#include "base/sys/fs.h"

#include <glob.h>
#include <string.h>

#define MAX_BUNDLE ((size_t)4 * 1024 * 1024)

struct overlays {
    struct seal_overlay *items;
    size_t count, capacity;
};

struct making {
    struct arena *arena;
    const struct trust_options *options;
    struct overlays overlays;
    const char *bundle, *keystore; /* outside */
};

static bool is_overlaid(const struct overlays *overlays, const char *path)
{
    VEC_FOREACH(const struct seal_overlay, it, overlays) {
        if (strcmp(it->path, path) == 0) {
            return true;
        }
    }
    return false;
}

/* Several names often lead to one file: it is overlaid once, where it is. */
static void overlay_add(struct making *m, const char *path, const char *source)
{
    const char *real = NULL;
    struct err absent = {0};
    if (fs_real_path(m->arena, path, &real, &absent) == 0 && !is_overlaid(&m->overlays, real)) {
        *VEC_PUSH(m->arena, &m->overlays) = (struct seal_overlay){.path = real, .source = source};
    }
}

/* Where distributions keep the one file that OpenSSL, GnuTLS, curl and Go read. */
static const char *const usual_bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                /* Debian, Ubuntu, Arch, Alpine */
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", /* Fedora, RHEL */
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/ca-bundle.pem", /* SUSE */
    "/etc/ssl/cert.pem",      /* Alpine's OpenSSL */
    "/usr/lib/ssl/cert.pem",
    NULL};

static const char *const usual_java_stores[] = {"/etc/ssl/certs/java/cacerts",
                                                "/etc/pki/java/cacerts",
                                                "/etc/pki/ca-trust/extracted/java/cacerts",
                                                "/usr/lib/jvm/*/lib/security/cacerts",
                                                "/usr/lib/jvm/*/jre/lib/security/cacerts",
                                                "/usr/java/*/lib/security/cacerts",
                                                "/opt/*/lib/security/cacerts",
                                                "/opt/*/jre/lib/security/cacerts",
                                                NULL};

static int bundle_write(struct making *m, struct err *err)
{
    const char *const *bundles = m->options->bundles ? m->options->bundles : usual_bundles;
    AUTO_BUF struct buf text = {0};
    for (size_t i = 0; bundles[i] && text.len == 0 && !m->options->run_ca_only; i++) {
        if (fs_exists(bundles[i]) && fs_read_file(bundles[i], MAX_BUNDLE, &text, err) < 0) {
            return -1;
        }
    }
    if (text.len > 0 && text.ptr[text.len - 1] != '\n') {
        buf_add_char(&text, '\n');
    }
    buf_add_str(&text, m->options->ca_pem);
    AUTO_BUF struct buf keystore = {0};
    m->bundle = fs_join(m->arena, m->options->dir, "bundle.pem");
    m->keystore = fs_join(m->arena, m->options->dir, "cacerts.jks");
    const char *ca = fs_join(m->arena, m->options->dir, "ca.pem");
    if (trust_keystore_write(buf_str(&text), wall_ms(), &keystore, err) < 0 ||
        fs_write_file(m->bundle, buf_str(&text), 0644, err) < 0 ||
        fs_write_file(m->keystore, buf_str(&keystore), 0644, err) < 0 ||
        fs_write_file(ca, m->options->ca_pem, 0644, err) < 0) {
        return -1;
    }
    for (size_t i = 0; bundles[i]; i++) {
        overlay_add(m, bundles[i], m->bundle);
    }
    return 0;
}

static void java_stores_add(struct making *m)
{
    const char *const *patterns =
        m->options->java_stores ? m->options->java_stores : usual_java_stores;
    for (size_t i = 0; patterns[i]; i++) {
        glob_t found = {0};
        if (glob(patterns[i], 0, NULL, &found) == 0) {
            for (size_t k = 0; k < found.gl_pathc; k++) {
                overlay_add(m, found.gl_pathv[k], m->keystore);
            }
        }
        globfree(&found);
    }
}

static void environ_add(struct arena *a, const char *dir, struct trust *ret)
{
    static const struct {
        const char *name, *file;
    } rows[] = {
        {"SSL_CERT_FILE", TRUST_BUNDLE},                    /* OpenSSL, Go, Ruby, Rust */
        {"REQUESTS_CA_BUNDLE", TRUST_BUNDLE},               /* Python requests */
        {"CURL_CA_BUNDLE", TRUST_BUNDLE},                   /* curl, requests */
        {"GIT_SSL_CAINFO", TRUST_BUNDLE},                   /* git */
        {"AWS_CA_BUNDLE", TRUST_BUNDLE},                    /* botocore */
        {"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", TRUST_BUNDLE}, /* gRPC core: Spark Connect */
        {"NODE_EXTRA_CA_CERTS", TRUST_CA},                  /* Node.js adds it to its own */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        *VEC_PUSH(a, &ret->environ) =
            arena_printf(a, "%s=%s/%s", rows[i].name, dir, rows[i].file + sizeof(TRUST_DIR));
    }
    *VEC_PUSH(a, &ret->environ) = arena_printf(a,
                                               "JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=%s/%s"
                                               " -Djavax.net.ssl.trustStoreType=jks"
                                               " -Djavax.net.ssl.trustStorePassword=changeit",
                                               dir, &TRUST_KEYSTORE[sizeof(TRUST_DIR)]);
    *VEC_PUSH(a, &ret->unset) = "SSL_CERT_DIR"; /* would be read beside, or instead */
}

int trust_make(struct arena *a, const struct trust_options *options, struct trust *ret,
               struct err *err)
{
    struct making m = {.arena = a, .options = options};
    if (bundle_write(&m, err) < 0) {
        return err_wrap(err, "preparing trust in the run's CA");
    }
    java_stores_add(&m);
    struct trust trust = {.bind = {.source = options->dir, .target = TRUST_DIR},
                          .overlays = m.overlays.items,
                          .overlay_count = m.overlays.count};
    environ_add(a, options->seen_at != NULL ? options->seen_at : TRUST_DIR, &trust);
    *ret = trust;
    return 0;
}
