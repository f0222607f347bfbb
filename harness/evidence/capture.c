/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/evidence/capture.h"

#include "base/secret/scan.h"
#include "base/text/utf8.h"
#include "harness/evidence/capture_priv.h"

/* Shown of the redacted text on either side of a find. */
enum { EXCERPT_BYTES = 48 };

/* Valid UTF-8 without NUL, at most max bytes, cut between code points. */
static const char *text_clean(struct arena *a, struct str bytes, size_t max)
{
    AUTO_BUF struct buf out = {0};
    utf8_repair(&out, str_slice(bytes, 0, max));
    for (size_t i = 0; i < out.len; i++) {
        if (out.ptr[i] == '\0') {
            out.ptr[i] = ' ';
        }
    }
    return arena_strndup(a, buf_z(&out), out.len);
}

static size_t cut_at_code_point(struct str text, size_t at)
{
    while (at < text.len && at > 0 && ((unsigned char)text.ptr[at] & 0xC0) == 0x80) {
        at--;
    }
    return at;
}

static const char *excerpt_make(struct arena *a, struct str redacted, size_t at, size_t len)
{
    size_t from = cut_at_code_point(redacted, at > EXCERPT_BYTES ? at - EXCERPT_BYTES : 0);
    size_t end = at + len + EXCERPT_BYTES;
    size_t to = end < redacted.len ? cut_at_code_point(redacted, end) : redacted.len;
    AUTO_BUF struct buf out = {0};
    utf8_repair(&out, str_slice(redacted, from, to));
    for (size_t i = 0; i < out.len; i++) {
        if ((unsigned char)out.ptr[i] < 0x20 || out.ptr[i] == 0x7F) {
            out.ptr[i] = ' ';
        }
    }
    return arena_strndup(a, buf_z(&out), out.len);
}

static const struct capture_range *range_of(const struct capture_ranges *ranges, uint64_t offset)
{
    if (ranges == NULL) {
        return NULL;
    }
    VEC_FOREACH(struct capture_range, range, ranges) {
        if (offset >= range->begin && offset < range->end) {
            return range;
        }
    }
    return NULL;
}

void capture_bytes(struct capture *c, struct str bytes, const char *place, const char *detail,
                   const struct capture_ranges *ranges, struct buf *out)
{
    AUTO_ARENA struct arena *scratch = arena_new();
    AUTO_BUF struct buf redacted = {0};
    struct secret_hits hits = {0};
    secret_redact(c->scanner, scratch, bytes, &redacted, &hits);
    long shift = 0; /* how far redaction has moved what follows */
    for (size_t i = 0; i < hits.count && i < CAPTURE_FINDS; i++) {
        const struct secret_hit *hit = &hits.items[i];
        AUTO_BUF struct buf marker = {0};
        secret_marker(&marker, hit->canary, hit->encoding);
        const struct capture_range *range = range_of(ranges, hit->offset);
        size_t at = (size_t)((long)hit->offset + shift);
        *VEC_PUSH(c->arena, &c->finds) = (struct secret_find){
            .name = arena_strdup(c->arena, hit->canary->name),
            .kind = secret_kind_name(hit->canary->kind),
            .encoding = secret_encoding_name(hit->encoding),
            .place = range != NULL ? range->place : place,
            .detail = range != NULL ? range->detail : detail,
            .offset = (int64_t)hit->offset,
            .excerpt = excerpt_make(c->arena, buf_str(&redacted), at, marker.len)};
        shift += (long)marker.len - (long)hit->len;
    }
    if (out != NULL) {
        buf_add_str(out, buf_str(&redacted));
    }
}

const char *capture_redact(struct capture *c, struct str bytes)
{
    AUTO_ARENA struct arena *scratch = arena_new();
    AUTO_BUF struct buf redacted = {0};
    struct secret_hits hits = {0};
    secret_redact(c->scanner, scratch, bytes, &redacted, &hits);
    return text_clean(c->arena, buf_str(&redacted), redacted.len);
}

void capture_output(struct capture *c, const char *name, struct str bytes,
                    const struct capture_ranges *ranges, struct output_record *ret)
{
    AUTO_BUF struct buf redacted = {0};
    capture_bytes(c, bytes, name, NULL, ranges, &redacted);
    size_t keep = redacted.len;
    if (keep > CAPTURE_TEXT_BYTES) {
        keep = cut_at_code_point(buf_str(&redacted), CAPTURE_TEXT_BYTES);
    }
    *ret = (struct output_record){.name = name,
                                  .text = text_clean(c->arena, buf_str(&redacted), keep),
                                  .bytes = (int64_t)bytes.len};
}

static bool is_given(const char *entry, const char *const *given)
{
    for (size_t i = 0; given != NULL && given[i] != NULL; i++) {
        if (strcmp(given[i], entry) == 0) {
            return true;
        }
    }
    return false;
}

static void argv_capture(struct capture *c, const struct capture_process *p,
                         const char *const *given)
{
    for (size_t i = 0; i < p->argv.count; i++) {
        const char *entry = p->argv.items[i];
        if ((p->is_direct || p->is_copy) && is_given(entry, given)) {
            continue;
        }
        const char *detail = arena_printf(c->arena, "%s argv[%zu]", p->command, i);
        capture_bytes(c, str_of(entry), "argv", detail, NULL, NULL);
    }
}

void capture_process_view(struct capture *c, const struct capture_process *p,
                          const char *const *given_argv, const char *const *given_env)
{
    argv_capture(c, p, given_argv);
    for (size_t i = 0; i < p->environ.count; i++) {
        const char *entry = p->environ.items[i];
        bool given = is_given(entry, given_env);
        if (given && p->is_direct) {
            continue;
        }
        struct str rest = str_of(entry), name = {0};
        (void)str_split(&rest, '=', &name);
        const char *clean = capture_redact(c, name);
        const char *detail =
            arena_printf(c->arena, "%s %.64s%s", p->command, clean, given ? " inherited" : "");
        capture_bytes(c, str_of(entry), "environ", detail, NULL, NULL);
    }
}
