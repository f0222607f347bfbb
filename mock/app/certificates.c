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
    struct x509_ca *ca = x509_ca_new("assay-mock test authority", err);
    if (ca == NULL) {
        return -1;
    }
    const struct x509_options options = {.names = names.items, .name_count = names.count};
    int result = x509_ca_pem(ca, &ret->ca_pem, err);
    if (result == 0) {
        result = x509_ca_issue(ca, &options, &ret->cert_pem, &ret->key_pem, err);
    }
    x509_ca_free(ca);
    return result;
}

int certificates_read(const char *path, struct certificates *ret, struct err *err)
{
    enum { MAX_PEM_BYTES = 1024 * 1024 };
    AUTO_BUF struct buf pem = {0};
    if (fs_read_file(path, MAX_PEM_BYTES, &pem, err) < 0) {
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
    buf_done(&c->ca_pem);
    buf_done(&c->cert_pem);
    buf_done(&c->key_pem);
}
