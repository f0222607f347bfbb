/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/app/certificates.h"

#include "base/crypto/x509.h"
#include "base/sys/fs.h"
#include "base/wire/scenario.h"

/* A wildcard stands for one label, and the hosts of Azure ("adb-N.7.azuredatabricks.net") and GCP
 * have two. */
#define HOST_SHARDS 21

static const char *const fixed_names[] = {
    "localhost",
    "*.localhost",
    "127.0.0.1",
    "::1",
    "*.cloud.databricks.com",
    "*.dev.databricks.com",
    "*.azuredatabricks.net",
    "*.gcp.databricks.com",
    "*.databricksapps.com",
    "login.databricks.com",
    "login.microsoftonline.com",
};

static void names_collect(struct arena *a, const struct scenario *scenario,
                          const struct str_list *extra, struct str_list *names)
{
    for (size_t i = 0; i < ARRAY_LEN(fixed_names); i++) {
        *VEC_PUSH(a, names) = fixed_names[i];
    }
    for (int shard = 0; shard < HOST_SHARDS; shard++) {
        *VEC_PUSH(a, names) = arena_printf(a, "*.%d.azuredatabricks.net", shard);
        *VEC_PUSH(a, names) = arena_printf(a, "*.%d.gcp.databricks.com", shard);
    }
    for (size_t i = 0; i < scenario->workspaces.count; i++) {
        const struct scenario_workspace *w =
            SHAPE_LIST_AT(struct scenario_workspace, scenario->workspaces, i);
        if (strcmp(w->host, "*") != 0) {
            *VEC_PUSH(a, names) = w->host;
        }
        if (w->sql.storage_host != NULL) {
            *VEC_PUSH(a, names) = w->sql.storage_host;
        }
    }
    if (scenario->oidc.jwks_host != NULL) {
        *VEC_PUSH(a, names) = scenario->oidc.jwks_host;
    }
    VEC_FOREACH(const char *, name, extra) {
        *VEC_PUSH(a, names) = *name;
    }
}

int certificates_make(struct arena *a, const struct scenario *scenario,
                      const struct str_list *extra, struct certificates *ret, struct err *err)
{
    struct str_list names = {0};
    names_collect(a, scenario, extra, &names);
    ret->ca = x509_ca_new("assay-mock test authority", err);
    if (ret->ca == NULL) {
        return -1;
    }
    const struct x509_options options = {.names = names.items, .name_count = names.count};
    if (x509_ca_pem(ret->ca, &ret->ca_pem, err) < 0) {
        return -1;
    }
    return x509_ca_issue(ret->ca, &options, &ret->cert_pem, &ret->key_pem, err);
}

#define DAY_S ((int64_t)24 * 60 * 60)

static void options_spoil(int fault, struct x509_options *o)
{
    static const char *const elsewhere[] = {"elsewhere.example"};
    switch (fault) {
    case TLS_FAULT_EXPIRED:
        o->not_before_offset_s = -30 * DAY_S;
        o->not_after_offset_s = -DAY_S;
        break;
    case TLS_FAULT_NOT_YET_VALID:
        o->not_before_offset_s = DAY_S;
        o->not_after_offset_s = 30 * DAY_S;
        break;
    case TLS_FAULT_WRONG_HOST:
        o->names = elsewhere;
        o->name_count = ARRAY_LEN(elsewhere);
        break;
    case TLS_FAULT_SELF_SIGNED:
        o->self_signed = true;
        break;
    default:
        break;
    }
}

int certificates_make_flawed(struct arena *a, const struct scenario *scenario,
                             const struct certificates *good, int fault, struct certificates *ret,
                             struct err *err)
{
    struct str_list names = {0}, none = {0};
    names_collect(a, scenario, &none, &names);
    const struct x509_ca *ca = good->ca;
    if (ca == NULL || fault == TLS_FAULT_UNKNOWN_CA) {
        ret->ca = x509_ca_new("an authority nobody knows", err);
        ca = ret->ca;
    }
    struct x509_options options = {.names = names.items, .name_count = names.count};
    options_spoil(fault, &options);
    return ca != NULL ? x509_ca_issue(ca, &options, &ret->cert_pem, &ret->key_pem, err) : -1;
}

int certificates_read(const char *path, struct certificates *ret, struct err *err)
{
    enum { MAX_PEM_BYTES = 1024 * 1024 };
    AUTO_BUF struct buf pem = {0};
    if (fs_read_file(path, MAX_PEM_BYTES, &pem, err) < 0) {
        return -1;
    }
    if (str_find(buf_str(&pem), STR("-----BEGIN CERTIFICATE-----"), 0) < 0 ||
        str_find(buf_str(&pem), STR("PRIVATE KEY-----"), 0) < 0) {
        err_set(err, ERR_USAGE, "--tls-from '%s': there is no certificate and key in PEM", path);
        err_hint(err, "put the certificate, what signed it and the private key into one file");
        return -1;
    }
    /* Each reader takes the blocks it is looking for. */
    struct certificates c = {0};
    buf_add_str(&c.ca_pem, buf_str(&pem));
    buf_add_str(&c.cert_pem, buf_str(&pem));
    buf_add_str(&c.key_pem, buf_str(&pem));
    *ret = c;
    return 0;
}

void certificates_done(struct certificates *c)
{
    x509_ca_free(c->ca);
    buf_done(&c->ca_pem);
    buf_done(&c->cert_pem);
    buf_done(&c->key_pem);
}
