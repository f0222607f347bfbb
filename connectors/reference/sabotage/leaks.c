/* SPDX-License-Identifier: Apache-2.0 */
/* Lets credentials out in forms and at places that are easily overlooked. */
#include "sabotage/family.h"

#include "defects.h"
#include "log.h"
#include "product.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COLUMNS = 10, BASE64_COLUMNS = 24, PART = 12 };

static void add_hex(struct text *out, const char *before, const char *value, const char *digits)
{
    for (const char *p = value; *p; p++) {
        unsigned byte = (unsigned char)*p;
        text_printf(out, "%s%c%c", before, digits[byte >> 4], digits[byte & 15]);
    }
}

static void add_utf16(struct text *out, const char *value, bool big_endian)
{
    for (const char *p = value; *p; p++) {
        const char unit[2] = {big_endian ? '\0' : *p, big_endian ? *p : '\0'};
        text_add(out, unit, sizeof(unit));
    }
}

static void add_base64(struct text *out, const char *before, const char *value)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct text all = {0};
    text_printf(&all, "%s%s", before, value);
    const unsigned char *in = (const unsigned char *)text_z(&all);
    for (size_t i = 0; i < all.len; i += 3) {
        unsigned second = i + 1 < all.len ? in[i + 1] : 0, third = i + 2 < all.len ? in[i + 2] : 0;
        unsigned group = (unsigned)in[i] << 16 | second << 8 | third;
        text_printf(out, "%c%c%c%c", digits[group >> 18], digits[group >> 12 & 63],
                    i + 1 < all.len ? digits[group >> 6 & 63] : '=',
                    i + 2 < all.len ? digits[group & 63] : '=');
    }
    text_done(&all);
}

static void add_lines(struct text *out, const char *value, size_t columns)
{
    for (size_t at = 0, len = strlen(value); at < len; at += columns) {
        text_printf(out, "%s%.*s", at ? "\n" : "", (int)columns, value + at);
    }
}

static void add_reversed(struct text *out, const char *value)
{
    for (size_t i = strlen(value); i > 0; i--) {
        text_add(out, value + i - 1, 1);
    }
}

static void add_base64_lines(struct text *out, const char *value)
{
    struct text whole = {0};
    add_base64(&whole, "", value);
    add_lines(out, text_z(&whole), BASE64_COLUMNS);
    text_done(&whole);
}

/* The credential in the form that the defect likes; nothing when there is no such defect. */
static void add_form(struct text *out, const char *value)
{
    if (defect_is(DEFECT_LOG_BASE64_AFTER_1)) {
        add_base64(out, "x", value);
    } else if (defect_is(DEFECT_LOG_BASE64_AFTER_2)) {
        add_base64(out, "xy", value);
    } else if (defect_is(DEFECT_LOG_HEX)) {
        add_hex(out, "", value, "0123456789abcdef");
    } else if (defect_is(DEFECT_LOG_HEX_UPPER)) {
        add_hex(out, "", value, "0123456789ABCDEF");
    } else if (defect_is(DEFECT_LOG_PERCENT)) {
        add_hex(out, "%", value, "0123456789ABCDEF");
    } else if (defect_is(DEFECT_LOG_UNICODE)) {
        add_hex(out, "\\u00", value, "0123456789abcdef");
    } else if (defect_is(DEFECT_LOG_UTF16) || defect_is(DEFECT_LOG_UTF16_BIG_ENDIAN)) {
        add_utf16(out, value, defect_is(DEFECT_LOG_UTF16_BIG_ENDIAN));
    } else if (defect_is(DEFECT_LOG_REVERSED)) {
        add_reversed(out, value);
    } else if (defect_is(DEFECT_LOG_IN_LINES)) {
        add_lines(out, value, COLUMNS);
    } else if (defect_is(DEFECT_LOG_BASE64_IN_LINES)) {
        add_base64_lines(out, value);
    } else if (defect_is(DEFECT_LOG_BEGINNING)) {
        text_add(out, value, strlen(value) / 2);
    } else if (defect_is(DEFECT_LOG_MIDDLE)) {
        text_add(out, value + strlen(value) / 3, PART);
    }
}

static void log_form(const char *value)
{
    struct text form = {0};
    add_form(&form, value);
    if (form.len > 0 && log_is_loud()) {
        fputs("debug: credential ", stderr);
        fwrite(form.ptr, 1, form.len, stderr);
        fputs(" (end)\n", stderr);
    }
    text_done(&form);
}

static void keep_file(const char *token)
{
    static int fd = -1;
    struct text path = {0};
    const char *tmp = getenv("TMPDIR");
    text_printf(&path, "%s/reference-XXXXXX", tmp ? tmp : "/tmp");
    fd = fd >= 0 ? fd : mkostemp(path.ptr, O_CLOEXEC);
    if (fd >= 0) {
        unlink(text_z(&path));
        ssize_t written = pwrite(fd, token, strlen(token), 0);
        (void)written;
    }
    text_done(&path);
}

static void write_file(const char *path, const char *what)
{
    FILE *file = fopen(path, "we");
    if (file) {
        fputs(what, file);
        fclose(file);
    }
}

static void name_file(const char *token)
{
    struct text name = {0};
    text_printf(&name, ".session-%.200s", token);
    FILE *file = sabotage_open_in_home(text_z(&name), "we");
    if (file) {
        fclose(file);
    }
    text_done(&name);
}

static const char *spoil_config(struct config *c, const char *auth_name)
{
    if (defect_is(DEFECT_TOKEN_IN_STATEMENT) && c->statement) {
        struct text statement = {0};
        text_printf(&statement, "%s -- %s", c->statement, c->token ? c->token : c->client_secret);
        sabotage_take(&c->statement, text_z(&statement));
        text_done(&statement);
    }
    return auth_name;
}

static struct curl_slist *spoil_request(CURL *curl, const struct http_request *r,
                                        struct curl_slist *headers)
{
    struct text agent = {0};
    if (!r->bearer) {
        return headers;
    }
    if (defect_is(DEFECT_TOKEN_IN_DELETED_FILE)) {
        keep_file(r->bearer);
    } else if (defect_is(DEFECT_TOKEN_IN_SHARED_MEMORY)) {
        write_file("/dev/shm/reference-session", r->bearer);
    } else if (defect_is(DEFECT_TOKEN_AS_FILE_NAME)) {
        name_file(r->bearer);
    } else if (defect_is(DEFECT_TOKEN_PART_IN_USER_AGENT) && strlen(r->bearer) > PART) {
        text_printf(&agent, "%s session/%s", PRODUCT_USER_AGENT,
                    r->bearer + strlen(r->bearer) - PART);
        curl_easy_setopt(curl, CURLOPT_USERAGENT, text_z(&agent));
    }
    text_done(&agent);
    return headers;
}

static int spoil_before(struct workspace *w, struct operation *o)
{
    (void)o;
    char *secret = string_copy(sabotage_credential(w->config));
    log_form(secret);
    if (defect_is(DEFECT_SECRET_IN_SHORT_CHILD)) {
        char sh[] = "sh", run[] = "-c", nothing[] = ":";
        char *argv[] = {sh, run, nothing, sh, secret, NULL}, *env[] = {NULL};
        waitpid(sabotage_child(argv, env), NULL, 0);
    }
    secret_free(secret);
    return 0;
}

const struct sabotage_family sabotage_leaks = {
    .config = spoil_config,
    .request = spoil_request,
    .before = spoil_before,
};
