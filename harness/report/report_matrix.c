/* SPDX-License-Identifier: Apache-2.0 */
/* Mode x case family, per connector: the whole run in one look. */
#include "harness/report/markdown.h"
#include "harness/report/sections_priv.h"

#include "base/core/map.h"
#include "base/core/str.h"

struct cell {
    size_t count[VERDICT_COUNT], total;
};

struct matrix {
    struct str_list families;
    struct map cells; /* cell_key() -> struct cell */
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

/* No name has a line break in it. */
static const char *cell_key(struct arena *a, const char *connector, const char *mode,
                            const char *family)
{
    return arena_printf(a, "%s\n%s\n%s", connector, mode, family);
}

/* In one pass: a kill matrix has tens of thousands of results and of cells. */
static void cells_count(struct arena *a, const struct run_record *run, struct map *cells)
{
    AUTO_MAP struct map cases = {0};
    VEC_FOREACH(struct run_case, c, &run->cases) {
        (void)map_put(&cases, str_of(c->id), c);
    }
    VEC_FOREACH(const struct run_result, r, &run->results) {
        const struct run_case *c = map_get(&cases, str_of(r->case_id));
        if (c == NULL) {
            continue;
        }
        struct str key = str_of(cell_key(a, r->connector, r->mode, c->family));
        struct cell *cell = map_get(cells, key);
        if (cell == NULL) {
            cell = ARENA_NEW(a, struct cell);
            (void)map_put(cells, key, cell);
        }
        cell->count[r->verdict]++;
        cell->total++;
    }
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

static void write_row(struct buf *out, const struct matrix *m, const struct run_connector *c,
                      const char *mode)
{
    static const struct cell none = {0};
    AUTO_ARENA struct arena *scratch = arena_new();
    buf_printf(out, "| %s |", mode);
    for (size_t f = 0; f < m->families.count; f++) {
        const char *key = cell_key(scratch, c->name, mode, m->families.items[f]);
        const struct cell *cell = map_get(&m->cells, str_of(key));
        write_cell(out, cell != NULL ? cell : &none);
    }
    buf_add_char(out, '\n');
}

static void write_connector(struct buf *out, const struct matrix *matrix,
                            const struct run_connector *c)
{
    const struct str_list *families = &matrix->families;
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
        write_row(out, matrix, c, c->modes.items[m]);
    }
    buf_add_char(out, '\n');
}

void report_matrix(struct arena *a, struct buf *out, const struct run_record *run)
{
    struct matrix matrix = {.families = families_of(a, run)};
    cells_count(a, run, &matrix.cells);
    buf_add_z(out,
              "## Matrix\n\nCase runs by mode and family of cases; a dot means that the family "
              "has no case for the mode.\n\n");
    VEC_FOREACH(const struct run_connector, c, &run->connectors) {
        write_connector(out, &matrix, c);
    }
    map_done(&matrix.cells);
}
