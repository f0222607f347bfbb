/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/browser/html.h"

#include "base/core/buf.h"

enum { MAX_ATTRIBUTES = 64, MAX_FIELDS = 200, MAX_LOADS = 100 };

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct str lower(struct arena *a, struct str s)
{
    char *out = arena_strndup(a, s.len > 0 ? s.ptr : "", s.len);
    for (size_t i = 0; i < s.len; i++) {
        out[i] = out[i] >= 'A' && out[i] <= 'Z' ? (char)(out[i] - 'A' + 'a') : out[i];
    }
    return str_n(out, s.len);
}

/* "&#38;", "&#x26;", "&amp;" at the front of s: how long it is, and what it means; 0 = it is none.
 */
static size_t reference_read(struct str s, char *ret)
{
    static const struct {
        const char *text;
        char means;
    } named[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (size_t i = 0; i < ARRAY_LEN(named); i++) {
        if (str_starts(s, str_of(named[i].text))) {
            *ret = named[i].means;
            return strlen(named[i].text);
        }
    }
    unsigned value = 0, base = 10;
    size_t at = 2;
    if (!str_starts(s, STR("&#"))) {
        return 0;
    }
    if (at < s.len && (s.ptr[at] == 'x' || s.ptr[at] == 'X')) {
        base = 16;
        at++;
    }
    size_t first = at;
    for (; at < s.len && at < first + 4; at++) {
        char c = s.ptr[at];
        unsigned digit = c >= '0' && c <= '9'                 ? (unsigned)(c - '0')
                         : base == 16 && c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                         : base == 16 && c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                                              : base;
        if (digit == base) {
            break;
        }
        value = value * base + digit;
    }
    if (at == first || at >= s.len || s.ptr[at] != ';' || value == 0 || value > 0x7F) {
        return 0; /* beyond ASCII: left as it is written */
    }
    *ret = (char)value;
    return at + 1;
}

static struct str decoded(struct arena *a, struct str s)
{
    AUTO_BUF struct buf out = {0};
    while (s.len > 0) {
        char c = s.ptr[0];
        size_t len = c == '&' ? reference_read(s, &c) : 1;
        buf_add_char(&out, len > 0 ? c : '&');
        s = str_slice(s, len > 0 ? len : 1, s.len);
    }
    return str_n(arena_strndup(a, buf_z(&out), out.len), out.len);
}

static void skip_space(struct str *s)
{
    while (s->len > 0 && is_space(s->ptr[0])) {
        *s = str_slice(*s, 1, s->len);
    }
}

static struct str take_until(struct str *s, const char *ends)
{
    size_t len = 0;
    while (len < s->len && !is_space(s->ptr[len]) && strchr(ends, s->ptr[len]) == NULL) {
        len++;
    }
    struct str taken = str_slice(*s, 0, len);
    *s = str_slice(*s, len, s->len);
    return taken;
}

static struct str value_take(struct str *s)
{
    char quote = s->len > 0 ? s->ptr[0] : '\0';
    if (quote != '"' && quote != '\'') {
        return take_until(s, ">");
    }
    size_t end = 1;
    while (end < s->len && s->ptr[end] != quote) {
        end++;
    }
    struct str value = str_slice(*s, 1, end);
    *s = str_slice(*s, end < s->len ? end + 1 : end, s->len);
    return value;
}

/* Behind the tag's name, up to and with ">". */
static void attributes_take(struct arena *a, struct str *s, struct html_attributes *ret)
{
    for (;;) {
        skip_space(s);
        if (s->len == 0) {
            return;
        }
        if (s->ptr[0] == '>') {
            *s = str_slice(*s, 1, s->len);
            return;
        }
        struct str name = take_until(s, "=>/");
        if (name.len == 0) { /* a lone "/" or "=" */
            *s = str_slice(*s, 1, s->len);
            continue;
        }
        struct html_attribute attribute = {.name = lower(a, name), .value = STR("")};
        skip_space(s);
        if (s->len > 0 && s->ptr[0] == '=') {
            *s = str_slice(*s, 1, s->len);
            skip_space(s);
            attribute.value = decoded(a, value_take(s));
        }
        if (ret->count < MAX_ATTRIBUTES) {
            *VEC_PUSH(a, ret) = attribute;
        }
    }
}

/* What stands between <script> and </script> is no markup. */
static void raw_skip(struct str *s, struct str name)
{
    for (size_t i = 0; i + 2 + name.len <= s->len; i++) {
        if (s->ptr[i] == '<' && s->ptr[i + 1] == '/' &&
            str_eq_nocase(str_slice(*s, i + 2, i + 2 + name.len), name)) {
            *s = str_slice(*s, i, s->len);
            return;
        }
    }
    *s = STR("");
}

static bool comment_skip(struct str *s)
{
    if (!str_starts(*s, STR("<!--"))) {
        return false;
    }
    long end = str_find(*s, STR("-->"), 4);
    *s = end < 0 ? STR("") : str_slice(*s, (size_t)end + 3, s->len);
    return true;
}

bool html_next_tag(struct arena *a, struct str *rest, struct html_tag *ret)
{
    for (;;) {
        long at = str_find(*rest, STR("<"), 0);
        if (at < 0) {
            *rest = STR("");
            return false;
        }
        *rest = str_slice(*rest, (size_t)at, rest->len);
        if (comment_skip(rest)) {
            continue;
        }
        size_t name_at = rest->len > 1 && rest->ptr[1] == '/' ? 2 : 1;
        bool is_tag = rest->len > name_at && is_letter(rest->ptr[name_at]);
        *rest = str_slice(*rest, 1, rest->len);
        if (!is_tag) {
            continue;
        }
        struct str slash = str_slice(*rest, 0, name_at - 1);
        *rest = str_slice(*rest, name_at - 1, rest->len);
        struct str name = take_until(rest, "/>");
        *ret = (struct html_tag){
            .name = str_n(slash.len > 0 ? slash.ptr : name.ptr, slash.len + name.len)};
        ret->name = lower(a, ret->name);
        attributes_take(a, rest, &ret->attributes);
        if (str_eq_z(ret->name, "script") || str_eq_z(ret->name, "style")) {
            raw_skip(rest, ret->name);
        }
        return true;
    }
}

bool html_has_attribute(const struct html_tag *tag, const char *name)
{
    VEC_FOREACH(struct html_attribute, it, &tag->attributes) {
        if (str_eq_z(it->name, name)) {
            return true;
        }
    }
    return false;
}

struct str html_attribute(const struct html_tag *tag, const char *name)
{
    VEC_FOREACH(struct html_attribute, it, &tag->attributes) {
        if (str_eq_z(it->name, name)) {
            return it->value;
        }
    }
    return STR("");
}

static void field_add(struct arena *a, const struct html_tag *tag, struct html_form *form)
{
    bool button = str_eq_z(tag->name, "button");
    struct str type = lower(a, html_attribute(tag, "type"));
    if ((!button && !str_eq_z(tag->name, "input")) || form->fields.count >= MAX_FIELDS) {
        return;
    }
    if (type.len == 0) {
        type = button ? STR("submit") : STR("text");
    }
    *VEC_PUSH(a, &form->fields) = (struct html_field){.name = html_attribute(tag, "name"),
                                                      .value = html_attribute(tag, "value"),
                                                      .type = type,
                                                      .id = html_attribute(tag, "id")};
}

void html_first_form(struct arena *a, struct str page, struct html_form *ret)
{
    struct html_tag tag;
    *ret = (struct html_form){.action = STR("")};
    while (html_next_tag(a, &page, &tag)) {
        if (!ret->found && str_eq_z(tag.name, "form")) {
            ret->found = true;
            ret->is_post = str_eq_nocase(html_attribute(&tag, "method"), STR("post"));
            ret->action = html_attribute(&tag, "action");
        } else if (ret->found && str_eq_z(tag.name, "/form")) {
            return;
        } else if (ret->found) {
            field_add(a, &tag, ret);
        }
    }
}

void html_loads(struct arena *a, struct str page, struct str_list *ret)
{
    static const struct {
        const char *tag, *attribute;
    } loading[] = {{"script", "src"}, {"link", "href"},   {"img", "src"},   {"iframe", "src"},
                   {"embed", "src"},  {"object", "data"}, {"audio", "src"}, {"video", "src"}};
    struct html_tag tag;
    while (html_next_tag(a, &page, &tag)) {
        for (size_t i = 0; i < ARRAY_LEN(loading); i++) {
            struct str url = html_attribute(&tag, loading[i].attribute);
            bool absolute = str_find(url, STR("://"), 0) > 0 || str_starts(url, STR("//"));
            if (str_eq_z(tag.name, loading[i].tag) && absolute && ret->count < MAX_LOADS) {
                *VEC_PUSH(a, ret) = arena_strndup(a, url.ptr, url.len);
            }
        }
    }
}
