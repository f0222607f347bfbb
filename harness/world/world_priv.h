/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_WORLD_WORLD_PRIV_H
#define HARNESS_WORLD_WORLD_PRIV_H

#include "harness/world/world.h"

struct rng;

#define WORLD_SERVICE_PRINCIPAL "connector-sp"
#define WORLD_USER              "user@example.com"
#define WORLD_TABLE             "main.default.assay_probe"
#define WORLD_STATEMENT         "SELECT 1"
#define WORLD_BUILT_IN_APP      "databricks-cli"
#define WORLD_APP               "Connector under test"
#define WORLD_OTHER_APP         "Another connector"
#define WORLD_PASSWORD          "correct horse battery staple"
#define WORLD_ISSUER            "https://idp.example.com"
#define WORLD_ISSUER_AUDIENCE   "databricks"
#define WORLD_WORKLOAD          "workload-1"
#define WORLD_ENTRA_APP         "connector-app"
#define WORLD_KBASE_USER        "alice"
#define WORLD_DATABRICKS_APP    "some-app"
#define WORLD_SECRET_SCOPE      "connector"
#define WORLD_SECRET_KEY        "downstream-password"
#define WORLD_GOOGLE_ACCOUNT    "connector-sa"
#define WORLD_GOOGLE_MACHINE    "machine-sa"
/* Where Spark Connect is for a user of KBase: what the connector is told, and what it makes of it.
 */
#define WORLD_SPARK_HOST(user) "spark-" user ".berdl.kbase.us"

/* Of the world on Azure; all NULL elsewhere. */
struct world_azure {
    const char *tenant_id, *client_secret, *identity_id, *resource_id;
};

/* Of the world on GCP; all NULL elsewhere. */
struct world_google {
    const char *credentials, *email; /* the key file, as JSON, and whose it is */
};

/* What the mock made, as GET /credentials tells it. */
struct world_secrets {
    const char *client_id, *client_secret; /* of the service principal */
    const char *pat;                       /* of the user */
    const char *app_id, *app_secret;       /* of the custom application; mode u2m */
    const char *other_app_id;              /* of another one like it */
    const char *password;                  /* with which the user signs in */
    const char *token;         /* an access token of the user; NULL unless mode token or obo */
    const char *subject_token; /* of the workload; NULL unless mode federation */
    const char *kbase_token;   /* NULL unless the manifest uses it */
    struct world_azure azure;
    struct world_google google;
    const char *poison_token, *poison_secret; /* NULL unless the case uses them */
};

bool world_uses(const struct case_spec *spec, const char *var);

/* Makes the mock what the case wants, and takes over what it made (world_scenario.c). */
int world_scenario_send(struct world *w, struct rng *rng, struct world_secrets *ret,
                        struct err *err) NODISCARD;
int world_decoy_send(struct world *w, struct err *err) NODISCARD;
int world_poison_plant(struct world *w, struct rng *rng, struct world_secrets *secrets,
                       struct err *err) NODISCARD;

/* Google's service accounts (world_google.c). */
void world_google_accounts(const struct world *w, struct scenario_google_account ret[2]);
int world_google_take(struct world *w, const struct json *answer, struct world_google *ret,
                      struct err *err) NODISCARD;
int world_google_apply(struct world *w, struct world_google *google, struct err *err) NODISCARD;

/* Applies given.credential (world_credential.c): mints, spoils, revokes, empties. */
int world_credential_apply(struct world *w, struct rng *rng, struct world_secrets *secrets,
                           struct err *err) NODISCARD;

/* Variables, arguments, environment, planted files (world_start.c). An error is the manifest's or
 * the case's. */
int world_start_make(struct world *w, const struct world_secrets *secrets,
                     struct err *err) NODISCARD;

/* Where the world is: the cloud of the case, or of the connector. */
const struct cloud_place *world_place(const struct world *w);
/* With scheme, without trailing slash; the decoy's is NULL while there is none. */
const char *world_host_url(const struct world *w);
const char *world_decoy_url(const struct world *w);

/* The files of the case, into HOME and TMPDIR. */
int world_files_plant(struct world *w, struct err *err) NODISCARD;
/* Where the connector is to listen for the redirect: 8020, which the platform's own command line
 * tool registered; without walls one that differs between worlds, if the manifest lets it. */
const char *world_redirect_port(const struct world *w);

/* The user's browser (world_browser.c): what openers are called and where they are, before the
 * environment is made; the program itself once the mock is there. */
int world_browser_prepare(struct world *w, struct err *err) NODISCARD;
int world_browser_start(struct world *w, const char *password, struct err *err) NODISCARD;
/* Below the variable's own value: the folder of openers comes first. */
const char *world_browser_path(struct world *w, const char *path);
const char *world_browser_opener(const struct world *w);
/* Where the connector sees its desktop (harness/browser/desktop.h); NULL = it needs none. */
const char *world_browser_desktop(const struct world *w);
void world_browser_down(struct world *w);

/* What a sealed world shows at its own path, below folders that it has of its own (world_binds.c):
 * the connector's folder and the one it works in, those beside them that its arguments and
 * environment name by "../", those of what it requires, the browser's. */
struct world_binds {
    struct seal_bind *items;
    size_t count, capacity;
};
struct world_binds world_binds_of(struct world *w);

/* The sealed form (world_seal.c). */
int world_seal_up(struct world *w, struct err *err) NODISCARD;
/* The sockets inside of the mock, or of the decoy; returned in `ret` of MOCK_MAX_SOCKETS. Those of
 * a failed call are the caller's as well. */
struct world_sockets {
    struct mock_socket items[MOCK_MAX_SOCKETS];
    size_t count;
};
int world_seal_listen(struct world *w, bool is_decoy, struct world_sockets *ret,
                      struct err *err) NODISCARD;
void world_seal_down(struct world *w);

#endif
