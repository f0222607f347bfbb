/* SPDX-License-Identifier: Apache-2.0 */
/* What the servers of a run's worlds show: a certificate that is trusted, and some that must not
 * be. */
#include "base/crypto/x509.h"
#include "base/sys/fs.h"
#include "harness/seal/names.h"
#include "harness/world/cloud_place.h"
#include "harness/world/walls_priv.h"

/* Besides the production names and the workspaces' hosts: a wildcard stands for one label, and
 * those of apps have two. */
static const char *const more_certificate_names[] = {
    "*.aws.databricksapps.com",
    "*.azure.databricksapps.com",
    "*.gcp.databricksapps.com",
    "127.0.0.1",
    "::1",
    WALLS_DECOY,
};

static struct str_list certificate_names(struct arena *a)
{
    struct str_list list = {0};
    size_t count = 0;
    const char *const *production = names_production(&count);
    for (int cloud = 0; cloud < CLOUD_COUNT; cloud++) {
        *VEC_PUSH(a, &list) = cloud_place_of((enum cloud)cloud)->host;
    }
    for (size_t i = 0; i < count; i++) {
        *VEC_PUSH(a, &list) = production[i];
    }
    for (size_t i = 0; i < ARRAY_LEN(more_certificate_names); i++) {
        *VEC_PUSH(a, &list) = more_certificate_names[i];
    }
    return list;
}

#define DAY_S ((int64_t)24 * 60 * 60)

static const char *const another_host[] = {"elsewhere.example"};

static void options_spoil(enum given_certificate what, struct x509_options *o)
{
    if (what == CERTIFICATE_EXPIRED) {
        o->not_before_offset_s = -30 * DAY_S;
        o->not_after_offset_s = -DAY_S;
    } else if (what == CERTIFICATE_WRONG_HOST) {
        o->names = another_host;
        o->name_count = ARRAY_LEN(another_host);
    }
    o->self_signed = what == CERTIFICATE_SELF_SIGNED;
}

static int one_write(struct arena *a, struct walls *w, const struct x509_ca *ca,
                     enum given_certificate what, struct err *err)
{
    AUTO_BUF struct buf cert = {0};
    AUTO_BUF struct buf key = {0};
    const struct str_list names = certificate_names(a);
    struct x509_options options = {.names = names.items, .name_count = names.count};
    options_spoil(what, &options);
    if (x509_ca_issue(ca, &options, &cert, &key, err) < 0) {
        return -1;
    }
    buf_add_str(&cert, buf_str(&key));
    w->tls_pem[what] =
        fs_join(a, w->dir, arena_printf(a, "mock-%s.pem", given_certificate_names[what]));
    return fs_write_file(w->tls_pem[what], buf_str(&cert), 0600, err);
}

int walls_certificates_write(struct arena *a, struct walls *w, struct buf *ret_ca_pem,
                             struct err *err)
{
    struct x509_ca *ca = x509_ca_new("assay run CA (for tests)", err);
    struct x509_ca *unknown = ca ? x509_ca_new("an authority nobody knows", err) : NULL;
    int rc = unknown ? x509_ca_pem(ca, ret_ca_pem, err) : -1;
    for (int i = 0; rc == 0 && i < GIVEN_CERTIFICATES; i++) {
        rc = one_write(a, w, i == CERTIFICATE_UNKNOWN_CA ? unknown : ca, (enum given_certificate)i,
                       err);
    }
    x509_ca_free(unknown);
    x509_ca_free(ca);
    return rc;
}
