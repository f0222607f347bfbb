/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/app/repro.h"

#include "base/core/str.h"
#include "base/json/json.h"
#include "base/sys/fs.h"
#include "base/wire/journal.h"
#include "harness/evidence/evidence.h"

enum { MOST_EXCHANGES = 200 };

/* 'text' for a shell. */
static void add_quoted(struct buf *out, struct str text)
{
    buf_add_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'') {
            buf_add_z(out, "'\\''");
        } else {
            buf_add_char(out, text.ptr[i]);
        }
    }
    buf_add_char(out, '\'');
}

static void add_word(struct buf *out, const char *text)
{
    buf_add_char(out, ' ');
    add_quoted(out, str_of(text));
}

static void add_command(struct buf *out, const struct repro_options *o,
                        const struct run_record *run, const struct run_result *r,
                        const char *manifest)
{
    add_quoted(out, str_of(o->program));
    buf_add_z(out, " run -q -c");
    add_word(out, manifest);
    buf_add_z(out, " --auth");
    add_word(out, r->mode);
    buf_add_z(out, " --case");
    add_word(out, r->case_id);
    buf_add_z(out, " --seed");
    add_word(out, run->seed && run->seed[0] ? run->seed : "0");
    buf_add_z(out, " --isolation");
    add_word(out, run->world.isolation);
    if (o->cases_dir) {
        buf_add_z(out, " --cases");
        add_word(out, o->cases_dir);
    }
    for (size_t i = 0; i < o->judged_by.count; i++) {
        add_word(out, o->judged_by.items[i]);
    }
    buf_add_z(out, " -o \"$out\" \"$@\"\n");
}

static void render_run(struct buf *out, const struct repro_options *o, const struct run_record *run,
                       const struct run_result *r, const char *manifest)
{
    buf_printf(out,
               "#!/bin/sh\n# %s in mode %s, case %s: %s. Runs it again, alone, with the same seed\n"
               "# and options; the verdict is the exit status. More arguments go to `assay run'.\n"
               "# OUT is the output folder; without it a new one is made.\nset -eu\n"
               "out=${OUT:-$(mktemp -d)}\necho \"output: $out\" >&2\nexec ",
               r->connector, r->mode, r->case_id, verdict_name(r->verdict));
    add_command(out, o, run, r, manifest);
}

/* A marker is «name» or «name:encoding»; what is inside becomes the name of a variable. */
static void add_text_with_secrets(struct buf *out, struct str text)
{
    static const struct str open = {"\xc2\xab", 2}, close = {"\xc2\xbb", 2};
    buf_add_char(out, '\'');
    for (size_t i = 0; i < text.len;) {
        long end = str_starts(str_slice(text, i, text.len), open) ? str_find(text, close, i) : -1;
        if (end >= 0) {
            buf_add_z(out, "'\"${");
            for (size_t k = i + open.len; k < (size_t)end; k++) {
                bool plain = (text.ptr[k] >= 'a' && text.ptr[k] <= 'z') ||
                             (text.ptr[k] >= '0' && text.ptr[k] <= '9');
                buf_add_char(out, plain ? text.ptr[k] : '_');
            }
            buf_add_z(out, "}\"'");
            i = (size_t)end + close.len;
            continue;
        }
        if (text.ptr[i] == '\'') {
            buf_add_z(out, "'\\''");
        } else {
            buf_add_char(out, text.ptr[i]);
        }
        i++;
    }
    buf_add_char(out, '\'');
}

/* What curl works out by itself. */
static bool is_left_to_curl(const char *name)
{
    static const char *const left[] = {"Host", "Content-Length", "Connection", "Transfer-Encoding",
                                       "Accept-Encoding"};
    for (size_t i = 0; i < ARRAY_LEN(left); i++) {
        if (str_eq_nocase(str_of(name), str_of(left[i]))) {
            return true;
        }
    }
    return false;
}

void repro_curl(struct buf *out, const struct journal_record *r)
{
    buf_printf(out, "# #%lld, answered %d\ncurl -sS -i -X ", (long long)r->seq, r->response.status);
    add_quoted(out, str_of(r->request.method));
    buf_add_z(out, " \"${ASSAY_URL}\"");
    add_text_with_secrets(out, str_of(r->request.target));
    buf_add_z(out, " -H ");
    AUTO_BUF struct buf header = {0};
    buf_printf(&header, "Host: %s", r->request.host);
    add_text_with_secrets(out, buf_str(&header));
    VEC_FOREACH(const struct journal_pair, h, &r->request.headers) {
        if (is_left_to_curl(h->name)) {
            continue;
        }
        buf_reset(&header);
        buf_printf(&header, "%s: %s", h->name, h->value);
        buf_add_z(out, " \\\n  -H ");
        add_text_with_secrets(out, buf_str(&header));
    }
    if (r->request.body && r->request.body[0]) {
        buf_add_z(out, " \\\n  --data-binary ");
        add_text_with_secrets(out, str_of(r->request.body));
    }
    buf_add_char(out, '\n');
}

static void render_requests(struct buf *out, const struct evidence *e)
{
    size_t shown = 0;
    buf_add_z(out,
              "#!/bin/sh\n# The requests of the connector, one curl command each. Before: start a\n"
              "# server (`assay serve', `assay-mock serve'), set ASSAY_URL to it\n"
              "# (http://127.0.0.1:8080) and each secret to its value: the variables are named as\n"
              "# in the transcript.\nset -eu\n: \"${ASSAY_URL:?set it to the server}\"\n");
    VEC_FOREACH(const struct journal_record, r, &e->journal) {
        if (shown++ < MOST_EXCHANGES) {
            repro_curl(out, r);
        }
    }
    if (shown > MOST_EXCHANGES) {
        buf_printf(out, "# ... and %zu more\n", shown - MOST_EXCHANGES);
    }
}

static void render_transcript(struct buf *out, const struct evidence *e)
{
    size_t shown = 0;
    VEC_FOREACH(const struct journal_record, r, &e->journal) {
        if (shown++ < MOST_EXCHANGES) {
            AUTO_JSON struct json *line = journal_record_encode(r);
            json_write(out, line);
            buf_add_char(out, '\n');
        }
    }
}

static void add_names(struct buf *out, const char *from, const struct shape_pairs *pairs)
{
    VEC_FOREACH(const struct shape_pair, p, pairs) {
        buf_printf(out, "%-36s %s\n", p->key, from);
    }
}

static void render_environment(struct buf *out, const struct manifest *m, const struct case_spec *c,
                               const char *mode)
{
    unsigned set = mode_set_of(str_of(mode));
    buf_add_z(out, "# Names only; what is not listed was not there, but for PATH, HOME, TMPDIR, "
                   "LC_ALL, TZ and,\n# in a sealed world, the variables that make runtimes trust "
                   "its certificates.\n");
    add_names(out, "manifest, run", &m->run.env);
    for (int i = 0; i < MODE_COUNT; i++) {
        bool own = (set >> i & 1u) && str_eq_z(str_of(mode), mode_name((enum mode)i));
        if (own || (c && (c->given.also_modes >> i & 1u))) {
            add_names(out, own ? "manifest, mode" : "manifest, another mode",
                      &m->modes[i].start.env);
        }
    }
    if (c && c->given.loudest_logging) {
        add_names(out, "manifest, logging", &m->logging.env);
    }
    if (c) {
        add_names(out, "case", &c->given.env);
    }
}

static const struct manifest *manifest_find(const struct repro_options *o, const char *name)
{
    for (size_t i = 0; i < o->manifest_count; i++) {
        if (str_eq_z(str_of(o->manifests[i]->name), name)) {
            return o->manifests[i];
        }
    }
    return NULL;
}

static int render_result(const struct repro_options *o, const struct output *output,
                         const struct run_record *run, const struct run_result *r,
                         struct placed *out, struct err *err)
{
    struct arena *a = output->arena;
    struct evidence *evidence = NULL;
    const struct manifest *m = manifest_find(o, r->connector);
    const struct case_spec *c = case_set_find(o->cases, r->case_id);
    const char *dir = fs_join(a, output->dir,
                              arena_printf(a, "repro/%s/%s/%s", r->connector, r->mode, r->case_id));
    const char *manifest = NULL;
    if (!m || !r->evidence) {
        return 0;
    }
    if (fs_real_path(a, m->path, &manifest, err) < 0 ||
        evidence_load(a, fs_join(a, output->dir, r->evidence), &evidence, err) < 0) {
        return -1;
    }
    render_run(placed_add(out, fs_join(a, dir, "run.sh"), PLACED_PROGRAM), o, run, r, manifest);
    render_requests(placed_add(out, fs_join(a, dir, "requests.sh"), PLACED_FILE), evidence);
    render_transcript(placed_add(out, fs_join(a, dir, "transcript.ndjson"), PLACED_FILE), evidence);
    render_environment(placed_add(out, fs_join(a, dir, "environment.txt"), PLACED_FILE), m, c,
                       r->mode);
    if (c) {
        struct buf *text = placed_add(out, fs_join(a, dir, "case.json"), PLACED_FILE);
        json_write_pretty(text, c->doc->root);
        buf_add_char(text, '\n');
    }
    evidence_done(evidence);
    return 0;
}

int repro_render(const struct repro_options *options, const struct output *output,
                 const struct run_record *run, struct placed *out, struct err *err)
{
    VEC_FOREACH(const struct run_result, r, &run->results) {
        if (!verdict_is_green(r->verdict) || r->verdict == VERDICT_XFAIL) {
            if (render_result(options, output, run, r, out, err) < 0) {
                return -1;
            }
        }
    }
    return 0;
}
