/* SPDX-License-Identifier: Apache-2.0 */
/* Google's service accounts in a world on GCP: one with a key file, which is the service principal;
 * and the machine's own, which may make tokens of the first. */
#include "harness/world/world_priv.h"

#include "base/crypto/key.h"
#include "base/json/json_read.h"
#include "harness/world/cloud_place.h"

enum { KEY_LINE = 5 };

void world_google_accounts(const struct world *w, struct scenario_google_account ret[2])
{
    struct str_list creators = {0};
    int64_t lifetime_ms = world_lifetime_ms(w);
    *VEC_PUSH(w->arena, &creators) = WORLD_GOOGLE_MACHINE;
    ret[0] = (struct scenario_google_account){.name = WORLD_GOOGLE_ACCOUNT,
                                              .principal = WORLD_SERVICE_PRINCIPAL,
                                              .token_creators = creators,
                                              .token_lifetime_ms = lifetime_ms};
    ret[1] = (struct scenario_google_account){
        .name = WORLD_GOOGLE_MACHINE, .machine = true, .token_lifetime_ms = lifetime_ms};
}

int world_google_take(struct world *w, const struct json *answer, struct world_google *ret,
                      struct err *err)
{
    AUTO_BUF struct buf text = {0};
    const struct json *accounts = json_get(json_get(answer, "services"), "google_accounts");
    const struct json *account = NULL;
    JSON_FOREACH(one, accounts) {
        bool ours = strcmp(json_get_string(one, "name", ""), WORLD_GOOGLE_ACCOUNT) == 0;
        account = ours ? one : account;
    }
    if (world_place(w) != cloud_place_of(CLOUD_GCP)) {
        return 0;
    }
    const struct json *file = json_get(account, "key_file");
    if (file == NULL) {
        return err_set(err, ERR_PROTOCOL, "the mock server left out Google's service account");
    }
    json_write(&text, file);
    ret->credentials = arena_strdup(w->arena, buf_z(&text));
    ret->email = arena_strdup(w->arena, json_get_string(account, "email", ""));
    return 0;
}

/* What a key is looked for by, in each of its forms: one of its lines, as the mock does. */
static const char *line_of(struct arena *a, const char *pem)
{
    struct str rest = str_of(pem), line = STR("");
    for (int i = 0; i < KEY_LINE && str_split(&rest, '\n', &line); i++) {
    }
    return arena_strndup(a, line.ptr, line.len);
}

/* A key that this account does not have: what it signs is refused. */
static int key_replace(struct world *w, struct json *file, struct err *err)
{
    AUTO_BUF struct buf pem = {0};
    AUTO(crypto_key_free_ptr) struct crypto_key *key = crypto_key_generate(KEY_RS256, err);
    if (key == NULL || crypto_key_pem(key, &pem, err) < 0) {
        return -1;
    }
    json_set_string(file, "private_key", buf_z(&pem));
    w->credential.name = "wrong_private_key";
    return mock_add_canary(&w->mock, w->credential.name, "client-secret",
                           line_of(w->arena, buf_z(&pem)), err);
}

int world_google_apply(struct world *w, struct world_google *google, struct err *err)
{
    AUTO_JSON_DOC struct json_doc doc = {0};
    AUTO_BUF struct buf text = {0};
    int given = w->options.spec->given.credential;
    if (google->credentials == NULL) {
        return err_set(err, ERR_INTERNAL, "this mode is of GCP alone");
    }
    if (json_read(str_of(google->credentials), "the key file", NULL, &doc, err) < 0) {
        return -1;
    }
    AUTO_JSON struct json *file = json_copy(doc.root);
    if (given == GIVEN_WRONG_SECRET && key_replace(w, file, err) < 0) {
        return err_wrap(err, "making another key");
    }
    w->credential.value = line_of(w->arena, json_get_string(file, "private_key", ""));
    json_write(&text, file);
    google->credentials = given == GIVEN_MISSING ? "" : arena_strdup(w->arena, buf_z(&text));
    return 0;
}
