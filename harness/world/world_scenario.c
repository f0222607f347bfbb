/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/digest.h"
#include "base/crypto/random.h"
#include "base/text/base64.h"
#include "base/wire/control.h"
#include "base/wire/scenario.h"
#include "harness/spec/vars.h"
#include "harness/world/cloud_place.h"
#include "harness/world/scenario_encode.h"
#include "harness/world/world_priv.h"

/* The forms of the service: a personal access token is "dapi", an OAuth secret "dose", and 32
 * hexadecimal digits. */
enum { SECRET_RANDOM_BYTES = 16 };

#define AZURE_IDENTITY "connector-machine"

/* Each of these means something in a form, in a URL or to HTTP Basic. */
#define RESERVED_SECRET "dose+a%2Fb:c&d=e f/g"

static void principals_make(const struct world *w, struct scenario_principal items[2])
{
    const struct case_given *given = &w->options.spec->given;
    int64_t lifetime_ms = world_lifetime_ms(w);
    bool blocked = given->credential == GIVEN_REVOKED && mode_is_service(w->options.mode);
    const char *secret = given->credential == GIVEN_RESERVED ? RESERVED_SECRET : NULL;
    bool signs_in = MODE_IS_BROWSER(w->options.mode);
    items[0] = (struct scenario_principal){.name = WORLD_SERVICE_PRINCIPAL,
                                           .kind = PRINCIPAL_SERVICE,
                                           .client_secret = secret,
                                           .access_token_lifetime_ms = lifetime_ms,
                                           .blocked = blocked};
    items[1] = (struct scenario_principal){.name = WORLD_USER,
                                           .kind = PRINCIPAL_USER,
                                           .has_pat = true,
                                           .password = signs_in ? WORLD_PASSWORD : NULL,
                                           .access_token_lifetime_ms = lifetime_ms};
}

static int scenario_put(struct mock_process *mock, const struct scenario *scenario,
                        struct json_doc *ret_doc, struct err *err)
{
    AUTO_JSON struct json *body = scenario_encode(&scenario_shape, scenario);
    if (mock_call(mock, "PUT", CONTROL_SCENARIO, body, ret_doc, err) < 0) {
        return err_wrap(err, "setting up the scenario");
    }
    return 0;
}

static const struct json *named(const struct json *array, const char *key, const char *value)
{
    JSON_FOREACH(item, array) {
        if (str_eq_z(str_of(json_get_string(item, key, "")), value)) {
            return item;
        }
    }
    return NULL;
}

static const char *text_of(struct arena *a, const struct json *object, const char *key)
{
    const char *text = json_get_string(object, key, NULL);
    return text != NULL ? arena_strdup(a, text) : NULL;
}

static int azure_take(struct world *w, const struct json *answer, struct world_azure *ret,
                      struct err *err)
{
    const struct json *apps = json_get(json_get(answer, "services"), "entra_apps");
    const struct json *app = named(apps, "name", WORLD_ENTRA_APP);
    const struct json *identity = named(apps, "name", AZURE_IDENTITY);
    const struct json *workspace = json_at(json_get(answer, "workspaces"), 0);
    if (world_place(w) != cloud_place_of(CLOUD_AZURE)) {
        return 0;
    }
    *ret = (struct world_azure){.tenant_id = text_of(w->arena, app, "tenant_id"),
                                .client_secret = text_of(w->arena, app, "client_secret"),
                                .identity_id = text_of(w->arena, identity, "client_id"),
                                .resource_id = text_of(w->arena, workspace, "resource_id")};
    return ret->tenant_id != NULL && ret->client_secret != NULL && ret->identity_id != NULL &&
                   ret->resource_id != NULL
               ? 0
               : err_set(err, ERR_PROTOCOL, "the mock server left out something of Azure");
}

static int answer_take(struct world *w, const struct json *answer, struct world_secrets *secrets,
                       struct err *err)
{
    struct arena *a = w->arena;
    const struct json *workspace = json_at(json_get(answer, "workspaces"), 0);
    const struct json *principals = json_get(answer, "principals");
    const struct json *service = named(principals, "name", WORLD_SERVICE_PRINCIPAL);
    const struct json *user = named(principals, "name", WORLD_USER);
    const struct json *table = named(json_get(workspace, "tables"), "full_name", WORLD_TABLE);
    w->identity.warehouse_id = text_of(a, workspace, "warehouse_id");
    w->identity.table = WORLD_TABLE;
    w->identity.table_id = text_of(a, table, "table_id");
    secrets->client_id = text_of(a, service, "client_id");
    secrets->client_secret = text_of(a, service, "client_secret");
    secrets->pat = text_of(a, user, "pat");
    const struct json *app = named(json_get(answer, "oauth_apps"), "name", WORLD_APP);
    secrets->app_id = text_of(a, app, "client_id");
    secrets->app_secret = text_of(a, app, "client_secret");
    secrets->other_app_id =
        text_of(a, named(json_get(answer, "oauth_apps"), "name", WORLD_OTHER_APP), "client_id");
    secrets->password = WORLD_PASSWORD;
    const struct json *kbase = json_get(json_get(answer, "services"), "kbase_users");
    secrets->kbase_token = text_of(a, json_at(kbase, 0), "token");
    if (w->identity.warehouse_id == NULL || w->identity.table_id == NULL ||
        secrets->client_id == NULL || secrets->client_secret == NULL || secrets->pat == NULL) {
        return err_set(err, ERR_PROTOCOL,
                       "the mock server left out something the scenario asked it to make");
    }
    return azure_take(w, answer, &secrets->azure, err) < 0
               ? -1
               : world_google_take(w, answer, &secrets->google, err);
}

/* Databricks compares redirect URIs to the letter, so each form that connectors use is registered.
 */
static struct str_list redirect_urls(struct world *w)
{
    static const char *const forms[] = {
        "http://localhost:%s", "http://localhost:%s/", "http://localhost:%s/callback",
        "http://127.0.0.1:%s", "http://127.0.0.1:%s/", "http://127.0.0.1:%s/callback"};
    const char *const ports[] = {world_redirect_port(w), "8020", "8030", "8050", "8080"};
    struct str_list urls = {0};
    for (size_t p = 0; p < ARRAY_LEN(ports); p++) {
        bool again = p > 0 && strcmp(ports[p], ports[0]) == 0;
        for (size_t f = 0; !again && f < ARRAY_LEN(forms); f++) {
            const char *mark = strstr(forms[f], "%s");
            *VEC_PUSH(w->arena, &urls) = arena_printf(w->arena, "%.*s%s%s", (int)(mark - forms[f]),
                                                      forms[f], ports[p], mark + 2);
        }
    }
    return urls;
}

/* The custom application of mode u2m: confidential if the connector is handed a secret. */
static struct scenario_oauth_app app_make(struct world *w, const char *name)
{
    bool confidential = manifest_uses(w->options.manifest, MODE_U2M, VAR_CLIENT_SECRET);
    return (struct scenario_oauth_app){.name = name,
                                       .confidential = confidential,
                                       .redirect_urls = redirect_urls(w),
                                       .policy = w->options.spec->given.app};
}

static struct str_list tables_make(const struct world *w)
{
    struct str_list tables = {0};
    *VEC_PUSH(w->arena, &tables) = WORLD_TABLE;
    for (int64_t i = 1; i <= w->options.spec->given.more_tables; i++) {
        *VEC_PUSH(w->arena, &tables) = arena_printf(w->arena, WORLD_TABLE "_%lld", (long long)i);
    }
    return tables;
}

static struct scenario_workspace workspace_make(const struct world *w)
{
    const struct cloud_place *place = world_place(w);
    bool is_azure = place == cloud_place_of(CLOUD_AZURE);
    return (struct scenario_workspace){.host = "*", /* that of the account, too */
                                       .cloud = place->name,
                                       .workspace_id = place->workspace_id,
                                       .account_id = CLOUD_ACCOUNT_ID,
                                       .tenant_id = is_azure ? CLOUD_TENANT_ID : NULL,
                                       .tables = tables_make(w),
                                       .catalog = w->options.spec->given.catalog};
}

/* What surrounds a workspace. On Azure: the directory, in which the service principal is an
 * application with the same client id, and an identity of the machine. On GCP: two service accounts
 * of Google's. */
struct surroundings {
    struct scenario_app app;
    struct scenario_tenant tenant;
    struct scenario_entra_app apps[2];
    struct scenario_google_account accounts[2];
    struct scenario_kbase_user kbase_user;
};

/* What the case spoils is this user's token as well. */
static struct scenario_kbase_user kbase_user_make(const struct world *w)
{
    int credential = w->options.spec->given.credential;
    return (struct scenario_kbase_user){.user = WORLD_KBASE_USER,
                                        .display = "Alice",
                                        .email = "alice@example.com",
                                        .token_type = "Developer",
                                        .token_lifetime_ms = world_lifetime_ms(w),
                                        .token_expired = credential == GIVEN_EXPIRED,
                                        .disabled = credential == GIVEN_REVOKED};
}

static struct scenario_services services_make(const struct world *w, struct surroundings *ret)
{
    int64_t lifetime_ms = world_lifetime_ms(w);
    struct str_list can_use = {0};
    *VEC_PUSH(w->arena, &can_use) = WORLD_SERVICE_PRINCIPAL;
    *VEC_PUSH(w->arena, &can_use) = WORLD_USER;
    *ret = (struct surroundings){
        .app = {.name = WORLD_DATABRICKS_APP, .region = "aws", .can_use = can_use},
        .tenant = {.tenant_id = CLOUD_TENANT_ID},
        .apps = {{.name = WORLD_ENTRA_APP,
                  .principal = WORLD_SERVICE_PRINCIPAL,
                  .contributor = true,
                  .token_lifetime_ms = lifetime_ms},
                 {.name = AZURE_IDENTITY,
                  .kind = ENTRA_MANAGED,
                  .principal = WORLD_SERVICE_PRINCIPAL,
                  .token_lifetime_ms = lifetime_ms}}};
    struct scenario_services services = {.apps = {&ret->app, 1}};
    if (world_place(w) == cloud_place_of(CLOUD_AZURE)) {
        services.tenants = (struct shape_list){.items = &ret->tenant, .count = 1};
        services.entra_apps =
            (struct shape_list){.items = ret->apps, .count = ARRAY_LEN(ret->apps)};
    }
    if (world_place(w) == cloud_place_of(CLOUD_GCP)) {
        world_google_accounts(w, ret->accounts);
        services.google_accounts =
            (struct shape_list){.items = ret->accounts, .count = ARRAY_LEN(ret->accounts)};
    }
    if (manifest_uses(w->options.manifest, w->options.mode, VAR_KBASE_TOKEN)) {
        ret->kbase_user = kbase_user_make(w);
        services.kbase_users = (struct shape_list){.items = &ret->kbase_user, .count = 1};
    }
    return services;
}

/* The service principal trusts the tokens of an issuer for one workload. */
static struct scenario_federation_policy policy_make(const struct world *w)
{
    struct str_list audiences = {0};
    *VEC_PUSH(w->arena, &audiences) = WORLD_ISSUER_AUDIENCE;
    return (struct scenario_federation_policy){.name = "connector-policy",
                                               .service_principal = WORLD_SERVICE_PRINCIPAL,
                                               .issuer = WORLD_ISSUER,
                                               .audiences = audiences,
                                               .subject = WORLD_WORKLOAD,
                                               .subject_claim = "sub"};
}

/* Text of a fault: what is known before the mock has made anything, hosts, can be used in it. */
static int fault_text_expand(struct world *w, const struct template_vars *vars, const char **text,
                             struct err *err)
{
    return *text == NULL ? 0 : template_expand(w->arena, str_of(*text), vars, text, err);
}

static int fault_expand(struct world *w, const struct template_vars *vars, struct scenario_fault *f,
                        struct err *err)
{
    struct shape_pairs headers = {0};
    VEC_FOREACH(struct shape_pair, pair, &f->headers) {
        struct shape_pair *copy = VEC_PUSH(w->arena, &headers);
        *copy = *pair;
        if (fault_text_expand(w, vars, &copy->value, err) < 0) {
            return -1;
        }
    }
    f->headers = headers;
    return fault_text_expand(w, vars, &f->body, err) < 0
               ? -1
               : fault_text_expand(w, vars, &f->answer.redirect, err);
}

/* The case stays as it is: other runs use it, too. */
static int faults_expand(struct world *w, struct shape_list *faults, struct err *err)
{
    struct template_var known[VAR_COUNT] = {0};
    for (size_t i = 0; i < VAR_COUNT; i++) {
        known[i].name = var_names[i];
    }
    known[VAR_HOST].value = world_host_url(w);
    known[VAR_HOSTNAME].value = w->has_names ? world_place(w)->host : "127.0.0.1";
    known[VAR_ACCOUNT_ID].value = CLOUD_ACCOUNT_ID;
    known[VAR_POISON_HOST].value = world_decoy_url(w);
    const struct template_vars vars = {.items = known, .count = VAR_COUNT};
    const struct shape_list given = w->options.spec->given.faults;
    struct scenario_fault *items = ARENA_ARRAY(w->arena, struct scenario_fault, given.count + 1);
    for (size_t i = 0; i < given.count; i++) {
        items[i] = *SHAPE_LIST_AT(const struct scenario_fault, given, i);
        if (fault_expand(w, &vars, &items[i], err) < 0) {
            return err_wrap(err, "fault %zu of the case", i + 1);
        }
    }
    *faults = (struct shape_list){.items = items, .count = given.count};
    return 0;
}

/* Its digest is what the connector has to tell; that of its base64 shows a common mistake. The
 * length is such that base64 pads it. */
static struct scenario_secret secret_make(struct world *w, struct rng *rng)
{
    AUTO_BUF struct buf value = {0}, encoded = {0};
    char digest[2 * SHA256_SIZE + 1];
    buf_add_z(&value, "pw-");
    rng_hex(rng, &value, SECRET_RANDOM_BYTES);
    base64_encode(&encoded, buf_str(&value), BASE64_STANDARD);
    sha256_hex(buf_str(&value), digest);
    w->identity.secret_sha256 = arena_strdup(w->arena, digest);
    sha256_hex(buf_str(&encoded), digest);
    w->identity.secret_base64_sha256 = arena_strdup(w->arena, digest);
    return (struct scenario_secret){.scope = WORLD_SECRET_SCOPE,
                                    .key = WORLD_SECRET_KEY,
                                    .value = arena_strdup(w->arena, buf_z(&value))};
}

int world_scenario_send(struct world *w, struct rng *rng, struct world_secrets *ret,
                        struct err *err)
{
    const struct case_given *given = &w->options.spec->given;
    struct scenario_workspace workspace = workspace_make(w);
    struct scenario_principal principals[2];
    struct scenario_federation_policy policy = policy_make(w);
    struct scenario_secret secret = {0};
    struct surroundings surroundings;
    AUTO_JSON_DOC struct json_doc doc = {0};
    struct shape_list faults = {0};
    if (manifest_uses(w->options.manifest, w->options.mode, VAR_SECRET_KEY)) {
        secret = secret_make(w, rng);
        workspace.secrets = (struct shape_list){.items = &secret, .count = 1};
    }
    principals_make(w, principals);
    if (faults_expand(w, &faults, err) < 0) {
        return -1;
    }
    bool custom = w->options.mode == MODE_U2M;
    struct scenario_oauth_app apps[] = {app_make(w, WORLD_APP), app_make(w, WORLD_OTHER_APP)};
    struct scenario scenario = {.workspaces = {&workspace, 1},
                                .principals = {principals, ARRAY_LEN(principals)},
                                .oauth_apps = {apps, custom ? ARRAY_LEN(apps) : 0},
                                .oidc = given->oidc,
                                .statements = given->statements,
                                .faults = faults,
                                .services = services_make(w, &surroundings),
                                .federation_policies = {&policy, 1},
                                .expiring_window_ms = given->expiring_window_ms};
    scenario.oidc.sign_in = SIGN_IN_PAGE;
    if (scenario_put(&w->mock, &scenario, &doc, err) < 0) {
        return -1;
    }
    return answer_take(w, doc.root, ret, err);
}

int world_decoy_send(struct world *w, struct err *err)
{
    struct scenario_workspace workspace = workspace_make(w);
    workspace.tenant_id = NULL; /* there is no directory around it */
    const struct scenario scenario = {.workspaces = {&workspace, 1}};
    return scenario_put(&w->decoy, &scenario, NULL, err);
}

static const char *poison_make(struct arena *a, struct rng *rng, const char *prefix)
{
    AUTO_BUF struct buf text = {0};
    buf_add_z(&text, prefix);
    rng_hex(rng, &text, SECRET_RANDOM_BYTES);
    return arena_strndup(a, text.ptr, text.len);
}

static int poison_register(struct world *w, const char *name, const char *value, struct err *err)
{
    if (mock_add_canary(&w->mock, name, "poison", value, err) < 0) {
        return -1;
    }
    bool decoy = w->decoy.process.pid > 0;
    return decoy ? mock_add_canary(&w->decoy, name, "poison", value, err) : 0;
}

int world_poison_plant(struct world *w, struct rng *rng, struct world_secrets *secrets,
                       struct err *err)
{
    const struct case_spec *spec = w->options.spec;
    if (world_uses(spec, "poison_token")) {
        secrets->poison_token = poison_make(w->arena, rng, "dapi");
        if (poison_register(w, "poison_token", secrets->poison_token, err) < 0) {
            return -1;
        }
    }
    if (world_uses(spec, "poison_secret")) {
        secrets->poison_secret = poison_make(w->arena, rng, "dose");
        return poison_register(w, "poison_secret", secrets->poison_secret, err);
    }
    return 0;
}
