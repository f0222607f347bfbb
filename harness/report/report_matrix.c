/* SPDX-License-Identifier: Apache-2.0 */
/* Mode x case family, per connector: the whole run in one look. */
#include "harness/report/markdown.h"
#include "harness/report/sections_priv.h"

#include "base/core/str.h"

struct cell {
    size_t count[VERDICT_COUNT], total;
};

static struct str_list families_of(struct arena *a, const struct run_record *run)
{
    struct str_list families = {0};
    VEC_FOREACH(const struct run_case, c, &run->cases) {
        if (!str_list_has(&families, str_of(c->family))) {
            *VEC_PUSH(a, &families) = c->family;
        }
    }
    return families;
}

static struct cell cell_of(const struct run_record *run, const char *connector, const char *mode,
                           const char *family)
{
    struct cell cell = {0};
    VEC_FOREACH(const struct run_result, r, &run->results) {
        const struct run_case *c = run_case_find(run, r->case_id);
        if (str_eq_z(str_of(r->connector), connector) && str_eq_z(str_of(r->mode), mode) && c &&
            str_eq_z(str_of(c->family), family)) {
            cell.count[r->verdict]++;
            cell.total++;
        }
    }
    return cell;
}

/* Worst verdict first, so that what matters stands in front. */
static void write_cell(struct buf *out, const struct cell *cell)
{
    bool any = false;
    for (int rank = VERDICT_COUNT; rank > 0; rank--) {
        for (int v = 0; v < VERDICT_COUNT; v++) {
            if (verdict_rank((enum verdict)v) != rank || cell->count[v] == 0) {
                continue;
            }
            buf_printf(out, "%s%s", any ? "<br>" : " ", verdict_badge((enum verdict)v));
            if (cell->count[v] > 1 || cell->total > 1) {
                buf_printf(out, " %zu", cell->count[v]);
            }
            any = true;
        }
    }
    buf_add_z(out, any ? " |" : " · |");
}

static void write_connector(struct buf *out, const struct run_record *run,
                            const struct run_connector *c, const struct str_list *families)
{
    buf_add_z(out, "**");
    markdown_text(out, c->title && c->title[0] ? c->title : c->name);
    buf_add_z(out, "** (");
    markdown_code(out, c->name);
    buf_add_char(out, ' ');
    markdown_text(out, c->version);
    buf_add_z(out, ")\n\n| mode |");
    for (size_t f = 0; f < families->count; f++) {
        buf_add_char(out, ' ');
        markdown_text(out, families->items[f]);
        buf_add_z(out, " |");
    }
    buf_add_z(out, "\n|---|");
    for (size_t f = 0; f < families->count; f++) {
        buf_add_z(out, "---|");
    }
    buf_add_char(out, '\n');
    for (size_t m = 0; m < c->modes.count; m++) {
        if (str_list_has(&c->skipped_modes, str_of(c->modes.items[m]))) {
            buf_printf(out, "| %s | not selected |\n", c->modes.items[m]);
            continue;
        }
        buf_printf(out, "| %s |", c->modes.items[m]);
        for (size_t f = 0; f < families->count; f++) {
            struct cell cell = cell_of(run, c->name, c->modes.items[m], families->items[f]);
            write_cell(out, &cell);
        }
        buf_add_char(out, '\n');
    }
    buf_add_char(out, '\n');
}

void report_matrix(struct arena *a, struct buf *out, const struct run_record *run)
{
    struct str_list families = families_of(a, run);
    buf_add_z(out,
              "## Matrix\n\nCase runs by mode and family of cases; a dot means that the family "
              "has no case for the mode.\n\n");
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        write_connector(out, run, c, &families);
    }
}
