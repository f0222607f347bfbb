/* SPDX-License-Identifier: Apache-2.0 */
#include "base/wire/scenario_google.h"

#include "base/text/suggest.h"
#include "base/wire/scenario_priv.h"

enum { LABEL_MAX_BYTES = 30 };

static const char label_chars[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

static int account_validate(const struct json_doc *doc, const struct json *node, void *decoded,
                            struct err *err)
{
    const struct scenario_google_account *a = decoded;
    if (!text_consists_of(a->name, label_chars) || strlen(a->name) > LABEL_MAX_BYTES) {
        return scenario_complain(doc, scenario_member(node, "name"), err,
                                 "this cannot be the name of a service account",
                                 "use at most 30 of a-z, 0-9 and '-'");
    }
    if (a->email != NULL && strchr(a->email, '@') == NULL) {
        return scenario_complain(doc, scenario_member(node, "email"), err,
                                 "a service account's e-mail address has an '@'",
                                 "leave it out to have one made");
    }
    return 0;
}

static const struct shape_field account_fields[] = {
    {.key = "name",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_google_account, name),
     .required = true,
     .doc = "What it is called here and in the name of its private key."},
    {.key = "email",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_google_account, email),
     .example = "robot@project.iam.gserviceaccount.com",
     .doc = "Its e-mail address; absent: NAME@assay-project.iam.gserviceaccount.com."},
    {.key = "principal",
     .type = SHAPE_STRING,
     .offset = offsetof(struct scenario_google_account, principal),
     .doc = "The principal of the workspace that it is; absent: it is no user of the workspace."},
    {.key = "machine",
     .type = SHAPE_BOOL,
     .offset = offsetof(struct scenario_google_account, machine),
     .doc = "It is the account of the machine: the metadata server gives its access tokens."},
    {.key = "token_creators",
     .type = SHAPE_STRINGS,
     .offset = offsetof(struct scenario_google_account, token_creators),
     .example = "[source]",
     .doc = "The names of the accounts that may make tokens of this one (role Service Account "
            "Token Creator)."},
    {.key = "token_lifetime",
     .type = SHAPE_DURATION_MS,
     .offset = offsetof(struct scenario_google_account, token_lifetime_ms),
     .dflt = "60m",
     .min = 1,
     .max = SCENARIO_DAY_MS,
     .doc = "How long its tokens live."},
};
const struct shape scenario_google_account_shape = {
    .name = "google-account",
    .doc = "A service account of Google Cloud, with a private key.",
    .size = sizeof(struct scenario_google_account),
    .fields = account_fields,
    .field_count = ARRAY_LEN(account_fields),
    .validate = account_validate,
};

static int wanted(const struct json_doc *doc, const struct json *node, const char *name,
                  const struct str_list *known, struct err *err)
{
    if (name == NULL || text_is_one_of(name, known->items, known->count)) {
        return 0;
    }
    (void)json_err(doc, node, err, "there is no '%s'", name);
    suggest_hint(err, str_of(name), known->items, known->count);
    return -1;
}

int scenario_google_check(const struct json_doc *doc, const struct json *node,
                          const struct scenario *s, const struct str_list *principals,
                          struct err *err)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct str_list names = {0};
    const struct json *services = scenario_member(node, "services");
    const struct shape_list *all = &s->services.google_accounts;
    size_t machines = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct scenario_google_account *a =
            SHAPE_LIST_AT(struct scenario_google_account, *all, i);
        const struct json *at = scenario_element(services, "google_accounts", i);
        machines += a->machine ? 1 : 0;
        if (text_is_one_of(a->name, names.items, names.count)) {
            return json_err(doc, scenario_member(at, "name"), err,
                            "this was given before, and it has to be unique");
        }
        if (machines > 1) {
            return json_err(doc, scenario_member(at, "machine"), err,
                            "a machine has one account of its own");
        }
        *VEC_PUSH(arena, &names) = a->name;
    }
    for (size_t i = 0; i < all->count; i++) {
        const struct scenario_google_account *a =
            SHAPE_LIST_AT(struct scenario_google_account, *all, i);
        const struct json *at = scenario_element(services, "google_accounts", i);
        if (wanted(doc, scenario_member(at, "principal"), a->principal, principals, err) < 0) {
            return -1;
        }
        for (size_t k = 0; k < a->token_creators.count; k++) {
            if (wanted(doc, scenario_element(at, "token_creators", k), a->token_creators.items[k],
                       &names, err) < 0) {
                return -1;
            }
        }
    }
    return 0;
}
