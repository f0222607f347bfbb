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

struct str_list run_product_troubles(struct arena *a, const struct run_record *run)
{
    struct product_uses all = uses_of(a, run);
    struct str_list troubles = {0};
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        AUTO_BUF struct buf text = {0};
        size_t tokens = 0;
        VEC_FOREACH(const struct product_use, use, &all) {
            if (str_eq_z(str_of(use->connector), c->name)) {
                buf_printf(&text, "%s%s from %s %s on", tokens ? ", " : "", use->token,
                           use->modes.items[0], use->first);
                tokens++;
            }
        }
        if (tokens > 1) {
            *VEC_PUSH(a, &troubles) = arena_printf(
                a,
                "`%s\' does not name itself by one product token in all runs and modes "
                "(PWAF-UA-3): %s",
                c->name, buf_z(&text));
        }
    }
    return troubles;
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
    buf_add_char(out, '\n');
}
