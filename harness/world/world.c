/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/world/world.h"

#include "base/crypto/random.h"
#include "base/secret/secret.h"
#include "base/sys/fd.h"
#include "base/sys/fs.h"
#include "base/wire/scenario.h"
#include "harness/browser/browser.h"
#include "harness/browser/desktop.h"
#include "harness/seal/gate.h"
#include "harness/spec/vars.h"
#include "harness/world/cloud_place.h"
#include "harness/world/world_priv.h"

static bool pairs_use(const struct shape_pairs *pairs, const char *var)
{
    VEC_FOREACH(struct shape_pair, pair, pairs) {
        if (template_uses(str_of(pair->value), var)) {
            return true;
        }
    }
    return false;
}

static bool text_uses(const char *text, const char *var)
{
    return text != NULL && template_uses(str_of(text), var);
}

static bool faults_use(const struct shape_list *faults, const char *var)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct scenario_fault *f = SHAPE_LIST_AT(const struct scenario_fault, *faults, i);
        if (text_uses(f->body, var) || text_uses(f->answer.redirect, var) ||
            pairs_use(&f->headers, var)) {
            return true;
        }
    }
    return false;
}

bool world_uses(const struct case_spec *spec, const char *var)
{
    return pairs_use(&spec->given.env, var) || pairs_use(&spec->given.files, var) ||
           faults_use(&spec->given.faults, var);
}

int64_t world_validate_count(const struct case_spec *spec)
{
    int64_t count = 0;
    for (size_t i = 0; i < spec->steps.count; i++) {
        const struct step *step = SHAPE_LIST_AT(const struct step, spec->steps, i);
        bool validate =
            step->kind == STEP_OPERATION && str_eq_z(str_of(step->operation), "validate");
        count += validate ? step->times : 0;
    }
    return count;
}

int world_rounds_watch(struct world *w, const int64_t *hold_after, size_t hold_count,
                       struct err *err)
{
    unsigned can = w->options.manifest->capabilities;
    const char *given = w->options.spec->given.statement;
    const struct mock_rounds rounds = {.table = can >> CAN_UNITY_CATALOG & 1u ? WORLD_TABLE : NULL,
                                       .statement = !(can >> CAN_STATEMENTS & 1u) ? NULL
                                                    : given != NULL               ? given
                                                                                  : WORLD_STATEMENT,
                                       .hold_after = hold_after,
                                       .hold_count = hold_count};
    return mock_rounds_watch(&w->mock, &rounds, err);
}

int64_t world_lifetime_ms(const struct world *w)
{
    int64_t given_ms = w->options.spec->given.access_token_lifetime_ms;
    return w->is_scaled ? given_ms / WALLS_REAL_SCALE : given_ms;
}

static int64_t waiting_ms(const struct case_spec *spec, const struct walls *walls)
{
    int64_t sum_ms = 0;
    for (size_t i = 0; walls != NULL && walls->real_clock && i < spec->steps.count; i++) {
        const struct step *step = SHAPE_LIST_AT(const struct step, spec->steps, i);
        if (step->kind == STEP_ADVANCE) {
            sum_ms += step->advance_ms / WALLS_REAL_SCALE;
        } else if (step->kind == STEP_ADVANCE_TO) {
            sum_ms += spec->given.access_token_lifetime_ms / WALLS_REAL_SCALE;
        }
    }
    return sum_ms;
}

int64_t world_case_ms(const struct case_spec *spec, const struct manifest *m,
                      const struct walls *walls)
{
    int64_t once_ms = spec->time_limit_ms > 0 ? spec->time_limit_ms : m->limits.case_ms;
    int64_t starts = spec->given.options ? (int64_t)m->options.count : 1;
    return once_ms * starts + waiting_ms(spec, walls);
}

const struct cloud_place *world_place(const struct world *w)
{
    return cloud_place_of(case_cloud(w->options.spec, w->options.manifest));
}

static int names_in(struct arena *a, const char *dir, struct str_list *ret, struct err *err)
{
    enum { MANY = 100 * 1000 };
    struct fs_entries entries = {0};
    if (fs_walk(a, dir, MANY, &entries, err) < 0) {
        return -1;
    }
    VEC_FOREACH(struct fs_entry, entry, &entries) {
        if (strchr(entry->path, '/') == NULL) {
            *VEC_PUSH(a, ret) = entry->path;
        }
    }
    return 0;
}

static bool has_step(const struct case_spec *spec, bool (*is_such)(const struct step *step))
{
    for (size_t i = 0; i < spec->steps.count; i++) {
        if (is_such(SHAPE_LIST_AT(const struct step, spec->steps, i))) {
            return true;
        }
    }
    return false;
}

static bool renews_home(const struct step *step)
{
    return step->kind == STEP_RESTART && step->restart == RESTART_FRESH_HOME;
}

/* Only such a case asks what was there: walking a connector's own folder below TMPDIR takes long.
 */
static bool empties_folders(const struct case_spec *spec)
{
    return spec->given.options || has_step(spec, renews_home);
}

static int walls_note(struct world *w, struct err *err)
{
    return names_in(w->arena, w->home, &w->walls_in_home, err) < 0
               ? -1
               : names_in(w->arena, w->tmp, &w->walls_in_tmp, err);
}

static int folders_make(struct world *w, struct err *err)
{
    if (fs_make_temp_dir(w->arena, w->options.base_dir, "case-", &w->dir, err) < 0) {
        return -1;
    }
    if (w->options.walls->isolation == ISOLATION_SEALED) {
        return world_seal_up(w, err) < 0 ||
                       (empties_folders(w->options.spec) && walls_note(w, err) < 0)
                   ? -1
                   : 0;
    }
    w->home = w->inner_home = fs_join(w->arena, w->dir, "home");
    w->tmp = w->inner_tmp = fs_join(w->arena, w->dir, "tmp");
    if (fs_make_dirs(w->home, 0700, err) < 0) {
        return -1;
    }
    return fs_make_dirs(w->tmp, 0700, err);
}

static const char *desktop_obstacle(struct arena *a, const struct world_options *o)
{
    if (o->walls->isolation != ISOLATION_SEALED) {
        return "the connector opens its pages through a desktop (`desktop`), which is there in a "
               "sealed world only";
    }
    const char *missing = desktop_missing(a);
    return missing != NULL
               ? arena_printf(a,
                              "the connector opens its pages through a desktop (`desktop`), and %s "
                              "is not installed",
                              missing)
               : NULL;
}

static const char *browser_obstacle(struct arena *a, const struct world_options *o)
{
    if (!MODE_IS_BROWSER(o->mode)) {
        return NULL;
    }
    if (o->browser_program == NULL || !fs_is_executable(o->browser_program)) {
        return "the browser, assay-browser, is not beside this program; install or build it anew";
    }
    if (o->engine == BROWSER_CHROMIUM && o->walls->isolation != ISOLATION_SEALED) {
        return "the browser chromium is played in a sealed world only";
    }
    bool chromium =
        fs_is_executable(BROWSER_CHROMIUM_PATH) && fs_is_executable(BROWSER_CHROMEDRIVER_PATH);
    if (o->engine == BROWSER_CHROMIUM && !chromium) {
        return "the browser chromium is not installed, or its driver is not; run "
               "scripts/bootstrap --clients";
    }
    return o->manifest->desktop ? desktop_obstacle(a, o) : NULL;
}

static bool waits_for_refresh_token(const struct step *step)
{
    return step->kind == STEP_ADVANCE_TO && step->token == STEP_TOKEN_REFRESH;
}

/* Why production names cannot be had through a proxy; NULL also when they are not wanted so. */
static const char *proxy_obstacle(struct arena *a, const struct world_options *o)
{
    static const char *const names[] = {"HTTPS_PROXY", "https_proxy", "ALL_PROXY",
                                        "all_proxy",   "NO_PROXY",    "no_proxy"};
    if (o->walls->isolation == ISOLATION_SEALED || o->manifest->env_host != ENV_HOST_PRODUCTION) {
        return NULL;
    }
    if (o->walls->tls_pem[CERTIFICATE_GOOD] == NULL) {
        return "the connector asks for a production host name (`env_host`), and no certificate was "
               "made for it";
    }
    if (MODE_IS_BROWSER(o->mode)) {
        return "the user's browser knows no proxy: with `env_host: production` such modes need a "
               "sealed world";
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        VEC_FOREACH(const struct shape_pair, pair, &o->spec->given.env) {
            if (str_eq_z(str_of(pair->key), names[i])) {
                return arena_printf(a,
                                    "the case plants %s, by which the connector is told of the "
                                    "proxy here (`env_host: production`)",
                                    names[i]);
            }
        }
    }
    return NULL;
}

/* What is there where the workspace has a host name. */
static const char *name_obstacle(const struct world_options *o)
{
    bool sealed = o->walls->isolation == ISOLATION_SEALED;
    bool names = sealed || o->manifest->env_host == ENV_HOST_PRODUCTION;
    if (o->spec->given.host_form >= HOST_BARE && !sealed &&
        !(names && o->spec->given.host_form == HOST_BARE)) {
        return "the workspace has a host name, with TLS and without, in a sealed world only";
    }
    if (o->spec->given.certificate != CERTIFICATE_GOOD && !names) {
        return "TLS, and what is wrong with its certificates, is there in a sealed world only";
    }
    if ((o->spec->needs & 1u << CAN_APPS) && !names) {
        return "Apps have their host names in a sealed world only";
    }
    if (case_cloud(o->spec, o->manifest) != CLOUD_AWS && !sealed) {
        return "workspaces of Azure and GCP have their host names in a sealed world only";
    }
    return NULL;
}

/* The reasons, known before anything is started, why this connector cannot be run here. */
static const char *obstacle_find(struct arena *a, const struct world_options *o)
{
    const struct manifest *m = o->manifest;
    const char *browser = browser_obstacle(a, o);
    const char *proxy = proxy_obstacle(a, o);
    if (browser != NULL || proxy != NULL) {
        return browser != NULL ? browser : proxy;
    }
    if (o->walls->real_clock && has_step(o->spec, waits_for_refresh_token)) {
        return "the week of a refresh token is not lived through on the real clock";
    }
    if (o->walls->real_clock && case_moves_clock(o->spec) && m->drive == DRIVE_COUNT) {
        return "this connector is held by an answer, which none waits for as long as a token lives "
               "on the real clock";
    }
    bool moves_clock = case_moves_clock(o->spec) && !o->walls->real_clock;
    if (moves_clock && o->walls->isolation != ISOLATION_SEALED) {
        return "the connector's clock can be moved in a sealed world only";
    }
    if (moves_clock && o->walls->clock_refusal != NULL) {
        return arena_printf(a, "the connector's clock cannot be moved here: %s",
                            o->walls->clock_refusal);
    }
    const char *name = name_obstacle(o);
    if (name != NULL) {
        return name;
    }
    for (size_t i = 0; i < m->requires.count; i++) {
        const struct manifest_requirement *r =
            SHAPE_LIST_AT(const struct manifest_requirement, m->requires, i);
        if (!fs_exists(fs_join(a, m->dir, r->path))) {
            return arena_printf(a, "%s is missing%s%s", r->path, r->hint != NULL ? "; " : "",
                                r->hint != NULL ? r->hint : "");
        }
    }
    return NULL;
}

static void sockets_close(struct world_sockets *s)
{
    for (size_t i = 0; i < s->count; i++) {
        fd_close(&s->items[i].fd);
    }
}

/* Mock, decoy and poison draw from the same generator: with one seed their values would be alike.
 */
enum seed_use { OF_MOCK, OF_DECOY, OF_POISON };

static uint64_t seed_for(const struct world *w, enum seed_use use)
{
    return w->options.seed != 0 ? w->options.seed ^ ((uint64_t)use << 56) : 0;
}

/* The decoy stays one that nobody has a reason to refuse. */
static const char *tls_pem(const struct world *w, bool is_decoy)
{
    int which = is_decoy ? CERTIFICATE_GOOD : w->options.spec->given.certificate;
    bool speaks = w->seal != NULL || (w->has_names && !is_decoy);
    return speaks ? w->options.walls->tls_pem[which] : NULL;
}

static int mock_begin(struct world *w, const char *name, struct mock_process *mock, struct err *err)
{
    bool is_decoy = mock == &w->decoy;
    AUTO(sockets_close) struct world_sockets sockets = {0};
    if (w->seal != NULL && world_seal_listen(w, is_decoy, &sockets, err) < 0) {
        return -1;
    }
    const struct mock_options options = {.program = w->options.mock_program,
                                         .nursery = w->options.nursery,
                                         .dir = w->dir,
                                         .name = name,
                                         .seed = seed_for(w, is_decoy ? OF_DECOY : OF_MOCK),
                                         .sockets = sockets.items,
                                         .socket_count = sockets.count,
                                         .tls_from = tls_pem(w, is_decoy)};
    return mock_launch(w->arena, &options, mock, err);
}

static int proxy_start(struct world *w, struct err *err)
{
    const struct gate_proxy_options options = {.http_port = (int)w->mock.port,
                                               .https_port = (int)w->mock.https_port};
    return gate_open_proxy(&options, &w->gate, &w->proxy_port, err);
}

pid_t world_proxy_pid(const struct world *w)
{
    return w->proxy_port != 0 && w->gate != NULL ? gate_pid(w->gate) : 0;
}

static int mocks_start(struct world *w, struct err *err)
{
    bool wants_decoy = world_uses(w->options.spec, var_names[VAR_POISON_HOST]);
    if (mock_begin(w, "mock", &w->mock, err) < 0 ||
        (wants_decoy && mock_begin(w, "decoy", &w->decoy, err) < 0) ||
        mock_await(w->arena, &w->mock, err) < 0 ||
        (w->has_names && w->seal == NULL && proxy_start(w, err) < 0) ||
        (wants_decoy &&
         (mock_await(w->arena, &w->decoy, err) < 0 || world_decoy_send(w, err) < 0))) {
        return -1;
    }
    w->identity.host = w->has_names
                           ? world_place(w)->host
                           : arena_printf(w->arena, "127.0.0.1:%lld", (long long)w->mock.port);
    return 0;
}

static int contents_make(struct world *w, struct err *err)
{
    struct world_secrets *secrets = ARENA_NEW(w->arena, struct world_secrets);
    struct rng rng = {0};
    w->secrets = secrets;
    if (w->options.seed != 0) {
        rng_init_seeded(&rng, seed_for(w, OF_POISON));
    } else {
        rng_init_system(&rng);
    }
    if (world_scenario_send(w, &rng, secrets, err) < 0 ||
        world_poison_plant(w, &rng, secrets, err) < 0 ||
        world_credential_apply(w, &rng, secrets, err) < 0) {
        return -1;
    }
    if (world_browser_prepare(w, err) < 0 || world_start_make(w, secrets, err) < 0 ||
        world_files_plant(w, err) < 0) {
        return -1;
    }
    return world_browser_start(w, secrets->password, err);
}

/* Only what came into it: the folder itself may be a mount, and so may what the walls put there,
 * such as the connector's own folder. */
static int folder_empty(const char *dir, const struct str_list *of_walls, struct err *err)
{
    AUTO_ARENA struct arena *a = arena_new();
    struct str_list names = {0};
    if (names_in(a, dir, &names, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < names.count; i++) {
        if (!str_list_has(of_walls, str_of(names.items[i])) &&
            fs_remove_tree(fs_join(a, dir, names.items[i]), err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int home_renew(struct world *w, struct err *err)
{
    return folder_empty(w->home, &w->walls_in_home, err) < 0 ||
                   folder_empty(w->tmp, &w->walls_in_tmp, err) < 0
               ? -1
               : world_files_plant(w, err);
}

int world_option_set(struct world *w, size_t option, struct err *err)
{
    w->option = SHAPE_LIST_AT(const struct manifest_option, w->options.manifest->options, option);
    return world_start_make(w, w->secrets, err) < 0 ? -1 : home_renew(w, err);
}

int world_restart(struct world *w, enum restart how, struct err *err)
{
    switch (how) {
    case RESTART_FRESH_HOME:
        return home_renew(w, err);
    case RESTART_OTHER_APP:
        w->other_app = true;
        return world_start_make(w, w->secrets, err);
    case RESTART_KEEP_HOME:
    case RESTART_COUNT:
        break;
    }
    return 0;
}

int world_up(struct arena *a, const struct world_options *options, struct world *ret,
             struct err *err)
{
    struct world w = {.arena = a, .options = *options};
    w.mock.ready_fd = w.decoy.ready_fd = -1;
    w.options.walls = options->walls != NULL ? options->walls : &walls_none;
    w.is_scaled = case_moves_clock(options->spec) && w.options.walls->real_clock;
    w.has_clock = case_moves_clock(options->spec) && !w.is_scaled;
    w.has_names = w.options.walls->isolation == ISOLATION_SEALED ||
                  options->manifest->env_host == ENV_HOST_PRODUCTION;
    if (options->spec->given.options && options->manifest->options.count > 0) {
        w.option = SHAPE_LIST_AT(const struct manifest_option, options->manifest->options, 0);
    }
    w.could_not_run = obstacle_find(a, &w.options);
    if (w.could_not_run != NULL) {
        *ret = w;
        return 0;
    }
    if (folders_make(&w, err) < 0 || mocks_start(&w, err) < 0 ||
        (options->on_ready != NULL && options->on_ready(options->ctx, err) < 0) ||
        contents_make(&w, err) < 0) {
        world_down(&w);
        return -1;
    }
    *ret = w;
    return 0;
}

void world_down(struct world *w)
{
    struct err ignored = {0};
    world_browser_down(w);
    world_seal_down(w);
    mock_stop(&w->decoy);
    mock_stop(&w->mock);
    if (w->dir == NULL || w->options.keep || fs_remove_tree(w->dir, &ignored) == 0) {
        w->dir = NULL; /* what cannot be removed is left to whoever made base_dir */
    }
}

void world_identify(struct world *w, const struct secret_set *canaries)
{
    const char *name = w->credential.name;
    if (name == NULL && w->credential.value != NULL && w->credential.value[0] != '\0') {
        const struct canary *canary = secret_set_find(canaries, str_of(w->credential.value));
        name = canary != NULL ? canary->name : NULL;
    }
    w->identity.credential = name != NULL ? arena_strdup(w->arena, name) : NULL;
}
