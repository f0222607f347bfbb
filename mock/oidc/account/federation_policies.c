/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/oidc/account/account_priv.h"
#include "mock/state/federation_store.h"
#include "mock/state/mock_state.h"
#include "mock/state/oidc_state.h"
#include "mock/state/principal_store.h"
#include "mock/state/workspace_store.h"

/* federationPolicies, account-wide and of a service principal. jwks_json is taken as the issuer's
 * keys; a jwks_uri is not fetched: such a policy trusts the issuers that the mock plays. */

struct policies_of {
    struct account_call call;
    const struct principal *principal; /* NULL = account-wide */
    size_t id_capture;
};

static bool enter(struct exchange *x, bool service, struct policies_of *ret)
{
    *ret = (struct policies_of){.id_capture = service ? 2 : 1};
    if (!account_enter(x, &ret->call)) {
        return false;
    }
    if (service) {
        ret->principal = account_service_principal(&ret->call, 1);
    }
    return !service || ret->principal != NULL;
}

static struct json *policy_json(struct policies_of *of, const struct federation_policy *p)
{
    struct arena *a = of->call.x->req->arena;
    struct json *oidc = json_object(), *o = json_object(), *audiences = json_array();
    const char *account = of->call.account->account_id;
    const char *parent = p->principal != NULL ? arena_printf(a, "accounts/%s/servicePrincipals/%s",
                                                             account, p->principal->id)
                                              : arena_printf(a, "accounts/%s", account);
    VEC_FOREACH(const char *, audience, &p->audiences) {
        json_push(audiences, json_string(*audience));
    }
    json_set_string(oidc, "issuer", p->issuer);
    json_set(oidc, "audiences", audiences);
    if (p->subject != NULL) {
        json_set_string(oidc, "subject", p->subject);
    }
    json_set_string(oidc, "subject_claim", p->subject_claim);
    json_set_string(o, "name", arena_printf(a, "%s/federationPolicies/%s", parent, p->id));
    json_set_string(o, "policy_id", p->id);
    json_set_string(o, "uid", p->uid);
    json_set_string(o, "description", p->description);
    json_set(o, "oidc_policy", oidc);
    account_set_time(o, "create_time", p->created_ms);
    account_set_time(o, "update_time", p->updated_ms);
    return o;
}

/* A policy as the body describes it; members that are absent keep those of `before`. */
static bool policy_take(struct policies_of *of, const struct json *body,
                        const struct federation_policy *before,
                        struct scenario_federation_policy *ret)
{
    struct account_call *c = &of->call;
    const struct json *oidc = json_get(body, "oidc_policy");
    const struct str_list *audiences = before != NULL ? &before->audiences : NULL;
    ret->issuer = json_get_string(oidc, "issuer", before != NULL ? before->issuer : "");
    ret->subject = json_get_string(oidc, "subject", before != NULL ? before->subject : NULL);
    ret->subject_claim =
        json_get_string(oidc, "subject_claim", before != NULL ? before->subject_claim : "sub");
    if (!account_strings(c, oidc, "audiences", &audiences)) {
        return false;
    }
    if (audiences != NULL) {
        ret->audiences = *audiences;
    }
    if (ret->issuer[0] == '\0') {
        account_refuse(c, "invalid-parameter", "oidc_policy.issuer is missing");
        return false;
    }
    if (of->principal != NULL && ret->subject == NULL) {
        account_refuse(c, "invalid-parameter", "oidc_policy.subject is missing");
        return false;
    }
    return true;
}

/* jwks_json is a text that holds a key set. false: answered. */
static bool keys_take(struct account_call *c, const struct json *body, struct json_doc *ret_doc)
{
    struct err ignored = {0};
    const char *text = json_get_string(json_get(body, "oidc_policy"), "jwks_json", NULL);
    if (text != NULL && json_read(str_of(text), "jwks_json", NULL, ret_doc, &ignored) < 0) {
        account_refuse(c, "invalid-parameter", "oidc_policy.jwks_json is no JSON");
        return false;
    }
    return true;
}

static int put(struct policies_of *of, const struct json *body,
               const struct federation_policy *before, const char *id)
{
    struct account_call *c = &of->call;
    AUTO_JSON_DOC struct json_doc jwks = {0};
    struct scenario_federation_policy from = {.name = id};
    struct err why = {0};
    char uid[37];
    if (!policy_take(of, body, before, &from) || !keys_take(c, body, &jwks)) {
        return 0;
    }
    from.jwks = jwks.root;
    const struct federation_new policy = {
        .from = &from,
        .principal = of->principal,
        .uid = before != NULL ? before->uid : rng_uuid(&c->state->rng, uid),
        .description =
            json_get_string(body, "description", before != NULL ? before->description : ""),
        .now_ms = mock_state_now_ms(c->state),
    };
    const struct federation_policy *made =
        federation_store_put(c->state->oidc->federation, &policy, before != NULL, &why);
    if (made == NULL) {
        account_refuse(c, "bad-request", why.msg);
    } else {
        account_reply(c, policy_json(of, made));
    }
    return 0;
}

static int create(struct exchange *x, bool service)
{
    struct policies_of of;
    AUTO_JSON_DOC struct json_doc doc = {0};
    if (!enter(x, service, &of) || !account_body(&of.call, &doc)) {
        return 0;
    }
    const struct url_param *id = params_get(&x->req->params, "policy_id");
    const char *name = id != NULL && id->value.len > 0
                           ? arena_strndup(x->req->arena, id->value.ptr, id->value.len)
                           : json_get_string(doc.root, "policy_id", NULL);
    return put(&of, doc.root, NULL, name);
}

static int list(struct exchange *x, bool service)
{
    struct policies_of of;
    struct account_page page;
    const struct federation_policy *p;
    if (!enter(x, service, &of) || !account_page_take(&of.call, &page)) {
        return 0;
    }
    const struct federation_store *store = of.call.state->oidc->federation;
    struct json *found = json_array();
    size_t i = page.from;
    for (; i < page.from + page.size && (p = federation_store_at(store, of.principal, i)) != NULL;
         i++) {
        json_push(found, policy_json(&of, p));
    }
    account_page_reply(&of.call, &page, "policies", found,
                       federation_store_at(store, of.principal, i) != NULL);
    return 0;
}

/* NULL: answered. */
static struct federation_policy *named(struct policies_of *of)
{
    struct federation_policy *p = federation_store_find(
        of->call.state->oidc->federation, of->principal, of->call.x->req->captures[of->id_capture]);
    if (p == NULL) {
        account_refuse(&of->call, "resource-does-not-exist", "There is no such federation policy");
    }
    return p;
}

static int get(struct exchange *x, bool service)
{
    struct policies_of of;
    const struct federation_policy *p = enter(x, service, &of) ? named(&of) : NULL;
    if (p != NULL) {
        account_reply(&of.call, policy_json(&of, p));
    }
    return 0;
}

/* The old policy is freed when the new one is in its place: what both share is copied first. */
static int change(struct exchange *x, bool service)
{
    struct policies_of of;
    AUTO_JSON_DOC struct json_doc doc = {0};
    const struct federation_policy *p = enter(x, service, &of) ? named(&of) : NULL;
    if (p == NULL || !account_body(&of.call, &doc)) {
        return 0;
    }
    return put(&of, doc.root, p, p->id);
}

static int delete (struct exchange *x, bool service)
{
    struct policies_of of;
    struct federation_policy *p = enter(x, service, &of) ? named(&of) : NULL;
    if (p != NULL) {
        federation_store_remove(of.call.state->oidc->federation, p);
        account_reply(&of.call, json_object());
    }
    return 0;
}

#define HANDLERS(verb)                                                        \
    int federation_##verb(struct exchange *x, struct err *err UNUSED)         \
    {                                                                         \
        return verb(x, false);                                                \
    }                                                                         \
    int service_federation_##verb(struct exchange *x, struct err *err UNUSED) \
    {                                                                         \
        return verb(x, true);                                                 \
    }
HANDLERS(create)
HANDLERS(list)
HANDLERS(get)
HANDLERS(change)
HANDLERS(delete)
