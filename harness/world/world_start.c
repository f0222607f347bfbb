/* SPDX-License-Identifier: Apache-2.0 */
#include "base/core/map.h"
#include "base/sys/fs.h"
#include "harness/browser/desktop.h"
#include "harness/spec/vars.h"
#include "harness/world/cloud_place.h"
#include "harness/world/world_priv.h"

#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

/* No connector declares it: what a connector does with a mode it does not know
 * (given.undeclared_mode). */
#define UNDECLARED_MODE "undeclared-mode"

/* Of no product: what becomes of it in a User-Agent is seen. */
#define OPTION_VALUE "assay_canary/9.9.9"

struct env {
    struct arena *arena;
    struct map map; /* name -> "K=V" */
};

static void var_add(struct world *w, enum var var, const char *value)
{
    *VEC_PUSH(w->arena, &w->vars) = (struct template_var){.name = var_names[var], .value = value};
}

const char *world_host_url(const struct world *w)
{
    return arena_printf(w->arena, "%s://%s", w->has_names ? "https" : "http", w->identity.host);
}

const char *world_decoy_url(const struct world *w)
{
    if (w->decoy.process.pid <= 0) {
        return NULL;
    }
    return w->seal != NULL
               ? "https://" WALLS_DECOY
               : arena_printf(w->arena, "http://127.0.0.1:%lld", (long long)w->decoy.port);
}

static const char *host_written(struct world *w)
{
    const char *host = world_host_url(w);
    switch ((enum given_host)w->options.spec->given.host_form) {
    case HOST_SLASH:
        return arena_printf(w->arena, "%s/", host);
    case HOST_QUERY:
        return arena_printf(w->arena, "%s/browse?o=%s", host, world_place(w)->workspace_id);
    case HOST_BARE:
        return w->identity.host;
    case HOST_HTTP:
        return arena_printf(w->arena, "http://%s", w->identity.host);
    case HOST_PLAIN:
    case HOST_FORMS:
        break;
    }
    return host;
}

static void vars_make(struct world *w, const struct world_secrets *s)
{
    struct arena *a = w->arena;
    const struct world_options *o = &w->options;
    const char *mode = o->spec->given.undeclared_mode ? UNDECLARED_MODE : mode_name(o->mode);
    var_add(w, VAR_HOST, host_written(w));
    var_add(w, VAR_HOSTNAME, w->has_names ? world_place(w)->host : "127.0.0.1");
    var_add(w, VAR_TOKEN, s->token != NULL ? s->token : s->pat);
    var_add(w, VAR_SUBJECT_TOKEN, s->subject_token);
    var_add(w, VAR_CLIENT_ID,
            o->mode != MODE_U2M ? s->client_id
            : w->other_app      ? s->other_app_id
                                : s->app_id);
    var_add(w, VAR_CLIENT_SECRET, o->mode == MODE_U2M ? s->app_secret : s->client_secret);
    bool endpoint = o->spec->given.http_path == HTTP_PATH_ENDPOINT;
    var_add(w, VAR_HTTP_PATH,
            arena_printf(a, "/sql/1.0/%s/%s", endpoint ? "endpoints" : "warehouses",
                         w->identity.warehouse_id));
    var_add(w, VAR_WAREHOUSE_ID, w->identity.warehouse_id);
    var_add(w, VAR_TABLE, w->identity.table);
    var_add(w, VAR_STATEMENT,
            o->spec->given.statement != NULL ? o->spec->given.statement : WORLD_STATEMENT);
    var_add(w, VAR_REDIRECT_PORT, world_redirect_port(w));
    var_add(w, VAR_OPERATIONS, arena_printf(a, "%lld", (long long)world_validate_count(o->spec)));
    var_add(w, VAR_MODE, mode);
    var_add(w, VAR_APP_URL,
            arena_printf(a, "https://" WORLD_DATABRICKS_APP "-%s.aws.databricksapps.com",
                         world_place(w)->workspace_id));
    var_add(w, VAR_KBASE_URL,
            arena_printf(a, "%s/services/auth/",
                         w->seal != NULL ? "https://kbase.us" : world_host_url(w)));
    var_add(w, VAR_KBASE_TOKEN, s->kbase_token);
    w->identity.spark_host = WORLD_SPARK_HOST(WORLD_KBASE_USER);
    var_add(w, VAR_SPARK_HOST, WORLD_SPARK_HOST("{username}"));
    var_add(w, VAR_SPARK_TLS, o->spec->given.spark_tls_off ? "false" : "true");
    var_add(w, VAR_SECRET_SCOPE, WORLD_SECRET_SCOPE);
    var_add(w, VAR_SECRET_KEY, WORLD_SECRET_KEY);
    var_add(w, VAR_ACCOUNT_ID, CLOUD_ACCOUNT_ID);
    var_add(w, VAR_ACCOUNT_HOST,
            w->has_names ? arena_printf(a, "https://%s", world_place(w)->account_host)
                         : world_host_url(w));
    var_add(w, VAR_AZURE_TENANT_ID, s->azure.tenant_id);
    var_add(w, VAR_AZURE_CLIENT_SECRET, s->azure.client_secret);
    var_add(w, VAR_AZURE_IDENTITY_ID, s->azure.identity_id);
    var_add(w, VAR_AZURE_RESOURCE_ID, s->azure.resource_id);
    var_add(w, VAR_GOOGLE_CREDENTIALS, s->google.credentials);
    var_add(w, VAR_GOOGLE_SERVICE_ACCOUNT, s->google.email);
    var_add(w, VAR_HOME, w->inner_home);
    var_add(w, VAR_TMP, w->inner_tmp);
    var_add(w, VAR_CONNECTOR_DIR, o->manifest->dir);
    var_add(w, VAR_OPTION_VALUE, OPTION_VALUE);
    var_add(w, VAR_POISON_HOST, world_decoy_url(w));
    var_add(w, VAR_POISON_TOKEN, s->poison_token);
    var_add(w, VAR_POISON_SECRET, s->poison_secret);
}

static void env_put(struct env *env, const char *name, const char *value)
{
    const char *entry = arena_printf(env->arena, "%s=%s", name, value);
    (void)map_put(&env->map, str_of(name), (void *)(uintptr_t)entry);
}

/* The certificate authority of the run, for every runtime that has a variable for it. */
static void env_trust(struct world *w, struct env *env)
{
    const struct str_list *entries = &w->options.walls->trust.environ;
    for (size_t i = 0; i < entries->count; i++) {
        struct str value = str_of(entries->items[i]), name = {0};
        (void)str_split(&value, '=', &name);
        env_put(env, arena_strndup(w->arena, name.ptr, name.len), value.ptr);
    }
}

/* The Java runtime reads no variable for it. */
static void env_proxy(struct world *w, struct env *env)
{
    static const char java[] = "JAVA_TOOL_OPTIONS";
    const char *url = arena_printf(w->arena, "http://127.0.0.1:%d", w->proxy_port);
    const char *given = map_get(&env->map, str_of(java));
    env_put(env, "HTTPS_PROXY", url);
    env_put(env, "https_proxy", url);
    env_put(env, "no_proxy", "127.0.0.1,localhost");
    env_put(env, java,
            arena_printf(w->arena,
                         "%s -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=%d "
                         "-Dhttp.nonProxyHosts=127.0.0.1|localhost",
                         given != NULL ? given + sizeof(java) : "", w->proxy_port));
}

static int env_add(struct world *w, struct env *env, const struct shape_pairs *pairs,
                   struct err *err)
{
    VEC_FOREACH(struct shape_pair, pair, pairs) {
        const char *value = NULL;
        if (template_expand(w->arena, str_of(pair->value), &w->vars, &value, err) < 0) {
            return err_wrap(err, "environment variable %s", pair->key);
        }
        env_put(env, pair->key, value);
    }
    return 0;
}

static bool pairs_have(const struct shape_pairs *pairs, const char *name)
{
    VEC_FOREACH(struct shape_pair, pair, pairs) {
        if (str_eq_z(str_of(pair->key), name)) {
            return true;
        }
    }
    return false;
}

/* What lies around does not replace what the connector is started with: a token exported for
 * another tool is a trap, taking away the connector's own would only break it. */
static int env_add_strays(struct world *w, struct env *env, struct err *err)
{
    const struct manifest *m = w->options.manifest;
    struct shape_pairs strays = {0};
    VEC_FOREACH(struct shape_pair, pair, &w->options.spec->given.env) {
        if (!pairs_have(&m->run.env, pair->key) &&
            !pairs_have(&m->modes[w->options.mode].start.env, pair->key)) {
            *VEC_PUSH(w->arena, &strays) = *pair;
        }
    }
    return env_add(w, env, &strays, err);
}

static int env_fill(struct world *w, struct env *env, struct err *err)
{
    const struct manifest *m = w->options.manifest;
    const struct case_given *given = &w->options.spec->given;
    env_put(env, "PATH", DEFAULT_PATH);
    env_put(env, "HOME", w->inner_home);
    env_put(env, "TMPDIR", w->inner_tmp);
    env_put(env, "LANG", "C.UTF-8");
    env_put(env, "LC_ALL", "C.UTF-8");
    env_put(env, "TZ", "UTC");
    if (w->has_names) {
        env_trust(w, env);
    }
    if (w->seal == NULL) {
        env_put(env, "NO_PROXY", "127.0.0.1,localhost");
    }
    if (w->proxy_port != 0) {
        env_proxy(w, env);
    }
    if (env_add(w, env, &m->run.env, err) < 0 ||
        env_add(w, env, &m->modes[w->options.mode].start.env, err) < 0) {
        return -1;
    }
    for (unsigned i = 0; i < MODE_COUNT; i++) {
        if ((given->also_modes & (1U << i)) != 0 && i != (unsigned)w->options.mode &&
            env_add(w, env, &m->modes[i].start.env, err) < 0) {
            return -1;
        }
    }
    if ((given->loudest_logging && env_add(w, env, &m->logging.env, err) < 0) ||
        (w->option != NULL && env_add(w, env, &w->option->env, err) < 0)) {
        return -1;
    }
    return env_add_strays(w, env, err);
}

static void env_desktop(struct world *w, struct env *env)
{
    struct desktop_variable variables[DESKTOP_VARIABLES];
    desktop_environment(w->arena, world_browser_desktop(w), variables);
    for (size_t i = 0; i < DESKTOP_VARIABLES; i++) {
        if (map_get(&env->map, str_of(variables[i].name)) == NULL) {
            env_put(env, variables[i].name, variables[i].value);
        }
    }
}

/* Whatever the connector looks for to open a page, it finds ours. */
static void env_browser(struct world *w, struct env *env)
{
    const char *path = map_get(&env->map, STR("PATH"));
    if (w->browser == NULL || path == NULL) {
        return;
    }
    env_put(env, "PATH", world_browser_path(w, path + strlen("PATH=")));
    if (map_get(&env->map, STR("BROWSER")) == NULL) {
        env_put(env, "BROWSER", world_browser_opener(w));
    }
    if (world_browser_desktop(w) != NULL) {
        env_desktop(w, env);
    }
}

static int env_make(struct world *w, struct err *err)
{
    struct env env = {.arena = w->arena};
    int rc = env_fill(w, &env, err);
    env_browser(w, &env);
    struct str_list entries = {0};
    size_t pos = 0;
    const struct map_entry *entry = NULL;
    while ((entry = map_next(&env.map, &pos)) != NULL) {
        *VEC_PUSH(w->arena, &entries) = entry->value;
        if (str_eq_z(entry->key, "PATH")) {
            w->start.search_path = (const char *)entry->value + strlen("PATH=");
        }
    }
    *VEC_PUSH(w->arena, &entries) = NULL;
    w->start.envp = entries.items;
    map_done(&env.map);
    return rc;
}

static int argv_add(struct world *w, struct str_list *argv, const struct str_list *words,
                    struct err *err)
{
    VEC_FOREACH(const char *, word, words) {
        const char *expanded = NULL;
        if (template_expand(w->arena, str_of(*word), &w->vars, &expanded, err) < 0) {
            return err_wrap(err, "argument `%.80s'", *word);
        }
        *VEC_PUSH(w->arena, argv) = expanded;
    }
    return 0;
}

/* What modes and logging append. */
static int argv_add_modes(struct world *w, struct str_list *argv, struct err *err)
{
    const struct manifest *m = w->options.manifest;
    const struct case_given *given = &w->options.spec->given;
    if (argv_add(w, argv, &m->modes[w->options.mode].start.argv, err) < 0) {
        return -1;
    }
    for (unsigned i = 0; i < MODE_COUNT; i++) {
        if ((given->also_modes & (1U << i)) != 0 && i != (unsigned)w->options.mode &&
            argv_add(w, argv, &m->modes[i].start.argv, err) < 0) {
            return -1;
        }
    }
    if (w->option != NULL && argv_add(w, argv, &w->option->argv, err) < 0) {
        return -1;
    }
    return given->loudest_logging ? argv_add(w, argv, &m->logging.argv, err) : 0;
}

static int argv_make(struct world *w, struct err *err)
{
    struct str_list argv = {0}, suffix = {0};
    if (argv_add(w, &argv, &w->options.manifest->run.argv, err) < 0 ||
        argv_add_modes(w, &argv, err) < 0 || argv_add_modes(w, &suffix, err) < 0) {
        return -1;
    }
    *VEC_PUSH(w->arena, &argv) = NULL;
    *VEC_PUSH(w->arena, &suffix) = NULL;
    w->start.argv = argv.items;
    w->start.exec_suffix = suffix.items;
    return 0;
}

int world_command(struct world *w, const struct str_list *command, const char *const **ret_argv,
                  struct err *err)
{
    struct str_list argv = {0};
    if (argv_add(w, &argv, command, err) < 0) {
        return -1;
    }
    for (size_t i = 0; w->start.exec_suffix[i] != NULL; i++) {
        *VEC_PUSH(w->arena, &argv) = w->start.exec_suffix[i];
    }
    *VEC_PUSH(w->arena, &argv) = NULL;
    *ret_argv = argv.items;
    return 0;
}

static int file_plant(struct world *w, const struct shape_pair *file, struct err *err)
{
    struct str path = str_of(file->key);
    const char *root = w->home, *content = NULL;
    size_t skip = strlen("~/");
    if (str_starts(path, STR("${tmp}/"))) {
        root = w->tmp;
        skip = strlen("${tmp}/");
    } else if (!str_starts(path, STR("~/"))) {
        return err_set(err, ERR_INVALID,
                       "a planted file's path starts with ~/ or ${tmp}/, not `%s'", file->key);
    }
    if (template_expand(w->arena, str_of(file->value), &w->vars, &content, err) < 0) {
        return err_wrap(err, "planted file %s", file->key);
    }
    const char *target = fs_join(w->arena, root, file->key + skip);
    if (fs_make_dirs(fs_dirname(w->arena, target), 0700, err) < 0 ||
        fs_write_file(target, str_of(content), 0600, err) < 0) {
        return err_wrap(err, "planting %s", file->key);
    }
    *VEC_PUSH(w->arena, &w->planted) =
        (struct capture_planted){.path = file->key, .content = content};
    return 0;
}

static int files_plant(struct world *w, const struct shape_pairs *files, struct err *err)
{
    VEC_FOREACH(struct shape_pair, file, files) {
        if (file_plant(w, file, err) < 0) {
            return -1;
        }
    }
    return 0;
}

int world_start_make(struct world *w, const struct world_secrets *secrets, struct err *err)
{
    w->vars = (struct template_vars){0};
    vars_make(w, secrets);
    w->start.cwd = fs_join(w->arena, w->options.manifest->dir,
                           w->options.manifest->cwd != NULL ? w->options.manifest->cwd : ".");
    return argv_make(w, err) < 0 ? -1 : env_make(w, err);
}

int world_files_plant(struct world *w, struct err *err)
{
    w->planted = (struct capture_planted_files){0};
    const struct case_given *given = &w->options.spec->given;
    if (w->option != NULL && files_plant(w, &w->option->files, err) < 0) {
        return -1;
    }
    return files_plant(w, &given->files, err);
}
