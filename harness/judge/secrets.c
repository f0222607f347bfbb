/* SPDX-License-Identifier: Apache-2.0 */
/* Family "secrets": no credential anywhere but where the protocol puts it. Every credential of a
 * run is a canary, so this looks for values, not for patterns or key names. */
#include "harness/judge/families.h"

#include "base/core/buf.h"
#include "base/core/str.h"
#include "base/secret/secret.h"

enum place {
    PLACE_STDOUT,
    PLACE_STDERR,
    PLACE_FILES,
    PLACE_ARGV,
    PLACE_ENVIRON,
    PLACE_ANSWERS,
    PLACE_DUMP,
    PLACE_URLS,
    PLACE_HEADERS,
    PLACE_BODIES,
    PLACE_PAGE,
    PLACE_COUNT
};
static const char *const place_names[PLACE_COUNT] = {"stdout",  "stderr",  "files", "argv",
                                                     "environ", "answers", "dump",  "urls",
                                                     "headers", "bodies",  "page"};

struct secrets_params {
    unsigned places;
};

struct findings {
    struct buf text;
    size_t count;
    const char *first;
};

static void findings_add(struct findings *f, const char *line)
{
    if (f->count == 0) {
        f->first = line;
    }
    if (f->count < 12) {
        buf_printf(&f->text, "%s\n", line);
    }
    f->count++;
}

static int place_of_find(const struct secret_find *s)
{
    struct str p = str_of(s->place);
    if (str_starts(p, STR("file:"))) {
        return PLACE_FILES;
    }
    if (str_eq_z(p, "answer")) {
        return PLACE_ANSWERS;
    }
    if (str_eq_z(p, "decoy")) {
        return PLACE_HEADERS; /* another origin; the exchange itself is in the decoy's journal */
    }
    for (int i = 0; i < PLACE_COUNT; i++) {
        if (str_eq_z(p, place_names[i])) {
            return i;
        }
    }
    return -1;
}

/* A process that the connector starts has the connector's environment unless it takes care; what we
 * put there ourselves says nothing about the connector. */
static bool is_inherited(const struct secret_find *s)
{
    return str_eq_z(str_of(s->place), "environ") &&
           str_ends(str_of(s->detail ? s->detail : ""), STR(" inherited"));
}

/* The case put the file there, with what is in it. */
static bool is_planted(const struct evidence *e, const struct secret_find *s)
{
    struct str place = str_of(s->place);
    if (!str_starts(place, STR("file:"))) {
        return false;
    }
    for (size_t i = 0; i < e->file_count; i++) {
        const struct file_record *f = &e->files[i];
        if (str_eq_z(str_slice(place, strlen("file:"), place.len), f->path)) {
            bool poison = str_eq_z(str_of(s->kind), secret_kind_name(SECRET_POISON));
            return f->planted && (poison || !f->changed);
        }
    }
    return false;
}

static bool is_log_file(const struct manifest *m, struct str path)
{
    VEC_FOREACH(const char *, file, &m->logging.files) {
        const char *name = strrchr(*file, '/');
        if (str_ends(path, str_of(name != NULL ? name : *file))) {
            return true;
        }
    }
    return false;
}

/* A user who signed in once is not asked again at each start: the tokens of the session may be
 * kept, in a file below HOME that nobody else can read, and that is no log. */
static bool is_token_cache(const struct check_context *x, const struct secret_find *s)
{
    struct str place = str_of(s->place), detail = str_of(s->detail ? s->detail : "");
    bool token = str_eq_z(str_of(s->kind), secret_kind_name(SECRET_ACCESS_TOKEN)) ||
                 str_eq_z(str_of(s->kind), secret_kind_name(SECRET_REFRESH_TOKEN));
    bool private = detail.len == 4 && str_ends(detail, STR("00"));
    return MODE_IS_BROWSER(x->mode) && token && private && str_starts(place, STR("file:~/")) &&
           !is_log_file(x->manifest, place);
}

static void collect_process(const struct check_context *x, unsigned places, struct findings *f)
{
    for (size_t i = 0; i < x->evidence->find_count; i++) {
        const struct secret_find *s = &x->evidence->finds[i];
        int place = place_of_find(s);
        if (place < 0 || !(places >> place & 1u) || is_inherited(s) || is_planted(x->evidence, s) ||
            is_token_cache(x, s)) {
            continue;
        }
        findings_add(f, arena_printf(x->arena, "%s (%s) in %s%s%s at byte %lld: %s", s->name,
                                     s->encoding, s->place, s->detail && s->detail[0] ? ", " : "",
                                     s->detail ? s->detail : "", (long long)s->offset,
                                     s->excerpt ? s->excerpt : ""));
    }
}

/* Where a credential belongs into the body. */
static bool is_login(const struct journal_record *r)
{
    return r->class == ROUTE_TOKEN || r->class == ROUTE_AUTHORIZE;
}

static void collect_wire(const struct check_context *x, const struct journal *j, unsigned places,
                         struct findings *f)
{
    const char *host = j == &x->evidence->decoy ? " to the planted host" : "";
    VEC_FOREACH(const struct journal_record, r, j) {
        VEC_FOREACH(const struct journal_secret, s, &r->secrets) {
            bool url = str_eq_z(str_of(s->where), "target");
            bool header = str_starts(str_of(s->where), STR("header:"));
            bool body = str_eq_z(str_of(s->where), "body") && !is_login(r);
            if ((url && (places >> PLACE_URLS & 1u)) ||
                (header && (places >> PLACE_HEADERS & 1u)) ||
                (body && (places >> PLACE_BODIES & 1u))) {
                findings_add(f, arena_printf(x->arena, "%s (%s) in the %s of request #%lld%s: %s",
                                             s->name, s->encoding, url ? "URL" : s->where,
                                             (long long)r->seq, host,
                                             check_exchange_text(x->arena, r)));
            }
        }
    }
}

static const char *places_text(struct arena *a, unsigned places)
{
    AUTO_BUF struct buf b = {0};
    for (int i = 0; i < PLACE_COUNT; i++) {
        if (places >> i & 1u) {
            buf_printf(&b, "%s%s", b.len ? ", " : "", place_names[i]);
        }
    }
    return arena_strndup(a, buf_z(&b), b.len);
}

/* Answers and dumps come through standard output. */
static const char *cut_stream(const struct evidence *e, unsigned places)
{
    unsigned out = 1u << PLACE_STDOUT | 1u << PLACE_ANSWERS | 1u << PLACE_DUMP;
    if (e->stdout_text.truncated && (places & out)) {
        return "standard output";
    }
    return e->stderr_text.truncated && (places >> PLACE_STDERR & 1u) ? "standard error" : NULL;
}

static void run_absent(const struct check_context *x, struct check_outcome *o)
{
    const struct secrets_params *p = x->params;
    struct findings f = {0};
    const char *expected = arena_printf(x->arena, "no credential occurs, in any encoding, in: %s",
                                        places_text(x->arena, p->places));
    const char *cut = cut_stream(x->evidence, p->places);
    collect_process(x, p->places, &f);
    collect_wire(x, &x->evidence->journal, p->places, &f);
    collect_wire(x, &x->evidence->decoy, p->places, &f);
    if (f.count > 0) {
        check_fail(o, expected,
                   arena_printf(x->arena, "%zu finding%s, first: %s", f.count,
                                f.count == 1 ? "" : "s", f.first),
                   arena_strndup(x->arena, buf_z(&f.text), f.text.len));
    } else if (cut) {
        check_inconclusive(o, expected,
                           arena_printf(x->arena,
                                        "none was found, but %s was larger than its limit and was "
                                        "not searched to its end",
                                        cut));
    } else {
        check_pass(o, expected, "none was found");
    }
    buf_done(&f.text);
}

static const struct shape_field fields[] = {
    {.key = "in",
     .type = SHAPE_ENUM_SET,
     .offset = offsetof(struct secrets_params, places),
     .required = true,
     .names = {place_names, PLACE_COUNT},
     .doc = "where to look; environ and argv are those of processes that the connector starts; in "
            "modes with a browser the session's tokens may be in a file below HOME that its owner "
            "alone can read; page is what the connector's listener answered",
     .example = "[stdout, stderr]"},
};
static const struct shape secrets_shape = {.name = "secrets.absent",
                                           .doc = "where no credential may occur",
                                           .size = sizeof(struct secrets_params),
                                           .fields = fields,
                                           .field_count = ARRAY_LEN(fields)};

static const struct check_row rows[] = {
    {.kind = {"secrets.absent",
              "No credential of the run occurs in the places named: by value, raw and encoded.",
              &secrets_shape},
     .run = run_absent,
     .cause = "a request, a configuration object or an exception is printed or stored as it is",
     .fix = "mask credentials where they are held (their string form), not where they are printed"},
};

const struct check_family family_secrets = {
    .name = "secrets",
    .doc = "No credential anywhere but where the protocol puts it.",
    .rows = rows,
    .count = ARRAY_LEN(rows)};
