/* SPDX-License-Identifier: Apache-2.0 */
/* Family "user_agent": the partner's telemetry (PWAF: `<isv>_<product>/<version>` on every call).
 */
#include "harness/judge/families.h"

#include "base/core/buf.h"
#include "base/core/str.h"
#include "harness/judge/nearest.h"
#include "harness/judge/selection.h"
#include "harness/judge/user_agent_grammar.h"

/* What is wrong with one request's User-Agent, or NULL. */
typedef const char *agent_rule(const struct check_context *x, const struct journal_record *r,
                               const char *agent);

/* ", with the option `x' set, and so with the option `y'", over the requests that are wrong; or "".
 */
static const char *options_text(const struct check_context *x, agent_rule *wrong)
{
    AUTO_BUF struct buf text = {0};
    const char *last = NULL;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        const char *option = check_option_of_request(x->evidence, r);
        const char *agent = journal_header(&r->request.headers, "User-Agent");
        if (option && option != last && selection_has(x->params, r) &&
            wrong(x, r, agent ? agent : "")) {
            buf_printf(&text, last ? ", and so with the option `%s'" : ", with the option `%s' set",
                       option);
            last = option;
        }
    }
    return arena_strdup(x->arena, buf_z(&text));
}

static void each_agent(const struct check_context *x, struct check_outcome *o, const char *expected,
                       agent_rule *wrong)
{
    const struct selection *chosen = x->params;
    size_t looked_at = 0;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        if (!selection_has(chosen, r)) {
            continue;
        }
        looked_at++;
        const char *agent = journal_header(&r->request.headers, "User-Agent");
        const char *what = wrong(x, r, agent ? agent : "");
        if (what) {
            check_fail(o, expected,
                       arena_printf(x->arena, "request #%lld %s%s", (long long)r->seq, what,
                                    options_text(x, wrong)),
                       check_exchange_text(x->arena, r));
            return;
        }
    }
    if (looked_at == 0) {
        check_fail(o, expected,
                   arena_printf(x->arena, "there were no %s", selection_text(x->arena, chosen)),
                   NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "all %zu do", looked_at));
}

static const char *wrong_presence(const struct check_context *x, const struct journal_record *r,
                                  const char *agent)
{
    size_t n = 0;
    for (size_t i = 0; i < r->request.headers.count; i++) {
        n += str_eq_nocase(str_of(r->request.headers.items[i].name), STR("user-agent"));
    }
    if (n != 1) {
        return arena_printf(x->arena, "has %zu User-Agent headers", n);
    }
    return str_trim(str_of(agent)).len ? NULL : "has an empty User-Agent";
}

static void run_present(const struct check_context *x, struct check_outcome *o)
{
    each_agent(x, o, "each request carries exactly one User-Agent that is not empty",
               wrong_presence);
}

static const char *wrong_grammar(const struct check_context *x, const struct journal_record *r,
                                 const char *agent)
{
    struct user_agent ua;
    size_t bad = 0;
    const char *problem = "";
    (void)r;
    if (!agent[0]) {
        return "has no User-Agent";
    }
    if (user_agent_parse(x->arena, str_of(agent), &ua, &bad, &problem) == 0) {
        return NULL;
    }
    return arena_printf(x->arena, "has a User-Agent that breaks the grammar at byte %zu: %s (`%s')",
                        bad, problem, agent);
}

static void run_grammar(const struct check_context *x, struct check_outcome *o)
{
    each_agent(x, o, "each User-Agent is a list of products and comments (RFC 9110 section 10.1.5)",
               wrong_grammar);
}

/* Looks for the product by token, wherever it stands: SDK and driver tokens may surround it. A
 * field that breaks the grammar is searched all the same. Of several, one with a version is taken.
 */
static const struct user_agent_product *product_find(const struct check_context *x,
                                                     const char *agent)
{
    const struct user_agent_product *found = NULL;
    struct user_agent *ua = ARENA_NEW(x->arena, struct user_agent);
    size_t bad = 0;
    const char *problem = "";
    if (user_agent_parse(x->arena, str_of(agent), ua, &bad, &problem) < 0) {
        user_agent_scan(x->arena, str_of(agent), ua);
    }
    VEC_FOREACH(const struct user_agent_product, p, ua) {
        if (str_eq_z(p->name, x->manifest->product) && (!found || found->version.len == 0)) {
            found = p;
        }
    }
    return found;
}

static const char *wrong_product(const struct check_context *x, const struct journal_record *r,
                                 const char *agent)
{
    (void)r;
    const struct user_agent_product *p = product_find(x, agent);
    if (p) {
        return p->version.len ? NULL
                              : arena_printf(x->arena, "names %s without a version: `%s'",
                                             x->manifest->product, agent);
    }
    if (!agent[0]) {
        return "has no User-Agent";
    }
    return arena_printf(x->arena, "does not name %s: `%s'", x->manifest->product, agent);
}

static void run_product(const struct check_context *x, struct check_outcome *o)
{
    each_agent(x, o,
               arena_printf(x->arena, "each User-Agent holds the product %s/<version>",
                            x->manifest->product),
               wrong_product);
}

/* A request without the product is user_agent.product's to say. */
static const char *wrong_version(const struct check_context *x, const struct journal_record *r,
                                 const char *agent)
{
    const struct user_agent_product *p = product_find(x, agent);
    (void)r;
    return p == NULL || str_eq_z(p->version, x->manifest->version)
               ? NULL
               : arena_printf(x->arena, "says %s%.*s", p->version.len ? "" : "no version",
                              STR_ARG(p->version));
}

/* Where none has the product, there is no version to be right. */
static void run_version(const struct check_context *x, struct check_outcome *o)
{
    const char *expected =
        arena_printf(x->arena, "the version sent is the connector's own, %s", x->manifest->version);
    size_t chosen = 0, judged = 0;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        if (!selection_has(x->params, r)) {
            continue;
        }
        const char *agent = journal_header(&r->request.headers, "User-Agent");
        const struct user_agent_product *p = product_find(x, agent ? agent : "");
        chosen++;
        judged += p != NULL;
        if (wrong_version(x, r, agent ? agent : "")) {
            check_fail(o, expected,
                       arena_printf(x->arena, "request #%lld %s%s", (long long)r->seq,
                                    wrong_version(x, r, agent), options_text(x, wrong_version)),
                       check_exchange_text(x->arena, r));
            return;
        }
    }
    if (judged == 0) {
        check_fail(o, expected,
                   arena_printf(x->arena, "none of %zu %s names %s", chosen,
                                selection_text(x->arena, x->params), x->manifest->product),
                   selection_excerpt(x->arena, x->params, &x->evidence->journal, 4));
        return;
    }
    check_pass(o, expected,
               arena_printf(x->arena, "so says each of the %zu that name %s", judged,
                            x->manifest->product));
}

/* Byte by byte, as usage is counted by the whole text. */
static void run_same(const struct check_context *x, struct check_outcome *o)
{
    const struct journal_record *first = NULL;
    const char *expected = "every request carries the same User-Agent";
    size_t looked_at = 0;
    VEC_FOREACH(const struct journal_record, r, &x->evidence->journal) {
        const char *agent = journal_header(&r->request.headers, "User-Agent");
        if (!selection_has(x->params, r) || !agent) {
            continue;
        }
        looked_at++;
        first = first ? first : r;
        const char *wanted = journal_header(&first->request.headers, "User-Agent");
        if (!str_eq_z(str_of(agent), wanted)) {
            check_fail(o, expected,
                       arena_printf(x->arena, "request #%lld says `%s', request #%lld `%s'",
                                    (long long)first->seq, wanted, (long long)r->seq, agent),
                       nearest_header_text(x->arena, "User-Agent", wanted, r));
            return;
        }
    }
    if (looked_at < 2) {
        check_fail(o, expected,
                   arena_printf(x->arena, "%zu carried one, which shows nothing", looked_at), NULL);
        return;
    }
    check_pass(o, expected, arena_printf(x->arena, "all %zu do", looked_at));
}

struct str_list judge_product_tokens(struct arena *a, const struct manifest *manifest,
                                     const struct evidence *evidence)
{
    const struct check_context x = {.arena = a, .manifest = manifest, .evidence = evidence};
    struct str_list tokens = {0};
    VEC_FOREACH(const struct journal_record, r, &evidence->journal) {
        const char *agent = journal_header(&r->request.headers, "User-Agent");
        const struct user_agent_product *p =
            r->class == ROUTE_API ? product_find(&x, agent ? agent : "") : NULL;
        if (!p) {
            continue;
        }
        const char *token = arena_printf(a, "%.*s%s%.*s", STR_ARG(p->name),
                                         p->version.len ? "/" : "", STR_ARG(p->version));
        if (!str_list_has(&tokens, str_of(token))) {
            *VEC_PUSH(a, &tokens) = token;
        }
    }
    return tokens;
}

static const struct shape_field fields[] = {SELECTION_FIELDS};
static const struct shape selection_shape = {.name = "user_agent",
                                             .doc = "which requests are looked at",
                                             .size = sizeof(struct selection),
                                             .fields = fields,
                                             .field_count = ARRAY_LEN(fields),
                                             .validate = selection_validate};

static const struct check_row rows[] = {
    {.kind = {"user_agent.present", "Each request carries exactly one User-Agent.",
              &selection_shape},
     .run = run_present,
     .cause =
         "a request is sent by a client that was not configured, or headers are appended twice",
     .fix = "set the User-Agent in the one place where requests are made"},
    {.kind = {"user_agent.grammar", "Each User-Agent follows RFC 9110's grammar.",
              &selection_shape},
     .run = run_grammar,
     .cause = "free text, a slash too many or an unclosed comment",
     .fix = "send `<isv>_<product>/<version>`, in characters allowed in tokens"},
    {.kind =
         {"user_agent.product",
          "Each User-Agent holds the partner's product, as the manifest names it, with a version.",
          &selection_shape},
     .run = run_product,
     .cause = "the product is not handed to the SDK or driver, or some calls go another way",
     .fix = "SDKs: product and product_version; drivers: the User-Agent entry; REST: the header"},
    {.kind = {"user_agent.same", "The User-Agent is the same on every request.", &selection_shape},
     .run = run_same,
     .cause = "something of the request, of the moment or of the machine is put into it",
     .fix = "make it once, from the product and its version, and send that"},
    {.kind = {"user_agent.version", "The version sent is the connector's version.",
              &selection_shape},
     .run = run_version,
     .cause = "the version is written out in the code and was not moved along",
     .fix = "take it from where the release takes it"},
};

const struct check_family family_user_agent = {
    .name = "user_agent",
    .doc = "The partner's telemetry: the User-Agent as a grammar.",
    .rows = rows,
    .count = ARRAY_LEN(rows)};
