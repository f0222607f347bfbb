/* SPDX-License-Identifier: Apache-2.0 */
/* How the connectors named themselves over all modes and case runs of one report. */
#include "harness/report/events.h"
#include "harness/report/markdown.h"
#include "harness/report/sections_priv.h"

#include "base/core/buf.h"
#include "base/core/str.h"

struct product_use {
    const char *connector, *token, *first; /* first: the case run that was first to use it */
    struct str_list modes;
    size_t runs;
};
struct product_uses {
    struct product_use *items;
    size_t count, capacity;
};

static struct product_use *use_of(struct arena *a, struct product_uses *all,
                                  const struct run_result *r, const char *token)
{
    VEC_FOREACH(struct product_use, use, all) {
        if (str_eq_z(str_of(use->connector), r->connector) && str_eq_z(str_of(use->token), token)) {
            return use;
        }
    }
    struct product_use *use = VEC_PUSH(a, all);
    *use = (struct product_use){.connector = r->connector, .token = token, .first = r->case_id};
    return use;
}

static struct product_uses uses_of(struct arena *a, const struct run_record *run)
{
    struct product_uses all = {0};
    VEC_FOREACH(const struct run_result, r, &run->results) {
        for (size_t i = 0; i < r->products.count; i++) {
            struct product_use *use = use_of(a, &all, r, r->products.items[i]);
            use->runs++;
            if (!str_list_has(&use->modes, str_of(r->mode))) {
                *VEC_PUSH(a, &use->modes) = r->mode;
            }
        }
    }
    return all;
}

/* "TOKEN from MODE CASE on, ..." of one connector; how many tokens there are. */
static size_t tokens_tell(struct buf *out, const struct product_uses *all, const char *connector)
{
    size_t tokens = 0;
    VEC_FOREACH(const struct product_use, use, all) {
        if (str_eq_z(str_of(use->connector), connector)) {
            buf_printf(out, "%s%s from %s %s on", tokens ? ", " : "", use->token,
                       use->modes.items[0], use->first);
            tokens++;
        }
    }
    return tokens;
}

/* Records made by hand have no excuse at all. */
static bool is_text(const char *s)
{
    return s && s[0];
}

/* Why the manifest's entry does not excuse several tokens, as the end of a sentence. */
static const char *excuse_missing(struct arena *a, const struct product_excuse *e, struct str seen)
{
    if (!is_text(e->reason)) {
        return "";
    }
    if (is_text(e->ended)) {
        return arena_printf(a, " (the expected failure listed for it ended on %s)", e->ended);
    }
    return is_text(e->signature) && str_find(seen, str_of(e->signature), 0) < 0
               ? arena_printf(a, " (another failure than the one listed: `%s' does not occur)",
                              e->signature)
               : NULL;
}

/* All that could have shown a second token was run. */
static bool is_whole(const struct run_record *run, const struct run_connector *c)
{
    return run->complete && run->selection.count == 0 && run->part.total < 2 &&
           c->skipped_modes.count == 0;
}

static struct product_standing standing_of(struct arena *a, const struct run_record *run,
                                           const struct run_connector *c,
                                           const struct product_uses *all)
{
    AUTO_BUF struct buf text = {0};
    struct product_standing s = {.whole = is_whole(run, c)};
    VEC_FOREACH(const struct product_use, use, all) {
        if (str_eq_z(str_of(use->connector), c->name)) {
            *VEC_PUSH(a, &s.tokens) = use->token;
        }
    }
    tokens_tell(&text, all, c->name);
    s.excused = s.tokens.count > 1 && !excuse_missing(a, &c->excuse, buf_str(&text));
    s.seen = arena_strdup(a, buf_z(&text));
    return s;
}

struct product_standing run_product_standing(struct arena *a, const struct run_record *run,
                                             const struct run_connector *connector)
{
    struct product_uses all = uses_of(a, run);
    return standing_of(a, run, connector, &all);
}

static const char *product_trouble(struct arena *a, const struct run_record *run,
                                   const struct run_connector *c, const struct product_uses *all)
{
    struct product_standing s = standing_of(a, run, c, all);
    if (s.tokens.count == 1 && is_text(c->excuse.reason) && s.whole) {
        return arena_printf(a,
                            "`%s\' names itself by one product token in all runs and modes, "
                            "although the manifest expects a failure (%s): remove the entry for "
                            "run/one-product",
                            c->name, c->excuse.reason);
    }
    return s.tokens.count > 1 && !s.excused
               ? arena_printf(a,
                              "`%s\' does not name itself by one product token in all runs "
                              "and modes (PWAF-UA-3): %s%s",
                              c->name, s.seen, excuse_missing(a, &c->excuse, str_of(s.seen)))
               : NULL;
}

struct str_list run_product_troubles(struct arena *a, const struct run_record *run)
{
    struct product_uses all = uses_of(a, run);
    struct str_list troubles = {0};
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        const char *trouble = product_trouble(a, run, c, &all);
        if (trouble) {
            *VEC_PUSH(a, &troubles) = trouble;
        }
    }
    return troubles;
}

/* Where several tokens are expected, why. */
static void excuses_tell(struct arena *a, struct buf *out, const struct run_record *run,
                         const struct product_uses *all)
{
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        if (standing_of(a, run, c, all).excused) {
            buf_add_z(out, "\nThat ");
            markdown_code(out, c->name);
            buf_add_z(out, " names itself by several is an expected failure: ");
            markdown_text(out, c->excuse.reason);
            buf_add_char(out, '\n');
        }
    }
}

void report_products(struct arena *a, struct buf *out, const struct run_record *run)
{
    struct product_uses all = uses_of(a, run);
    if (all.count == 0) {
        return;
    }
    buf_add_z(out, "How they named themselves in their API calls, over all case runs:\n\n"
                   "| connector | product token | modes | case runs |\n|---|---|---|---:|\n");
    VEC_FOREACH(const struct product_use, use, &all) {
        buf_add_z(out, "| ");
        markdown_code(out, use->connector);
        buf_add_z(out, " | ");
        markdown_code(out, use->token);
        buf_add_z(out, " | ");
        for (size_t m = 0; m < use->modes.count; m++) {
            buf_add_z(out, m ? ", " : "");
            markdown_text(out, use->modes.items[m]);
        }
        buf_printf(out, " | %zu |\n", use->runs);
    }
    excuses_tell(a, out, run, &all);
    buf_add_char(out, '\n');
}
