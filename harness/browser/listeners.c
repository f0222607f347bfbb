/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/browser/listeners.h"

#include "base/core/buf.h"
#include "base/sys/fs.h"
#include "harness/browser/listeners_priv.h"

#include <arpa/inet.h>
#include <stdint.h>

enum { TABLE_MAX = 16 * 1024 * 1024, HEX_WORD = 8 };
#define STATE_LISTEN "0A"

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

static bool hex_read(struct str s, uint32_t *ret)
{
    uint32_t value = 0;
    for (size_t i = 0; i < s.len; i++) {
        int digit = hex_digit(s.ptr[i]);
        if (digit < 0) {
            return false;
        }
        value = value << 4 | (uint32_t)digit;
    }
    *ret = value;
    return s.len > 0 && s.len <= HEX_WORD;
}

void listeners_add(struct arena *a, bool is_v6, const uint32_t words[4], struct str_list *ret)
{
    char text[INET6_ADDRSTRLEN];
    /* An IPv4 address of a socket for both families, as Java binds: only IPv4 reaches it. */
    bool mapped = is_v6 && words[0] == 0 && words[1] == 0 && words[2] == htonl(0xffff);
    const void *address = mapped ? &words[3] : words;
    if (inet_ntop(!is_v6 || mapped ? AF_INET : AF_INET6, address, text, sizeof(text)) != NULL &&
        !str_list_has(ret, str_of(text))) {
        *VEC_PUSH(a, ret) = arena_strdup(a, text);
    }
}

/* Words of four bytes in the order of this machine: one for IPv4, four for IPv6. */
static bool address_read(struct str hex, uint32_t ret_words[4], bool *ret_is_v6)
{
    size_t count = hex.len / HEX_WORD;
    if ((count != 1 && count != 4) || hex.len % HEX_WORD != 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!hex_read(str_slice(hex, i * HEX_WORD, (i + 1) * HEX_WORD), &ret_words[i])) {
            return false;
        }
    }
    *ret_is_v6 = count == 4;
    return true;
}

/* "0: 0100007F:1F54 00000000:0000 0A ..." */
static void line_read(struct arena *a, struct str line, int port, struct str_list *ret)
{
    struct str words[4] = {{0}}, word;
    size_t count = 0;
    while (count < ARRAY_LEN(words) && str_split(&line, ' ', &word)) {
        if (word.len > 0) {
            words[count++] = word;
        }
    }
    struct str local = words[1], address;
    uint32_t number = 0;
    if (count < ARRAY_LEN(words) || !str_eq_z(words[3], STATE_LISTEN) ||
        !str_split(&local, ':', &address) || !hex_read(local, &number) || (int)number != port) {
        return;
    }
    uint32_t address_words[4] = {0};
    bool is_v6 = false;
    if (address_read(address, address_words, &is_v6)) {
        listeners_add(a, is_v6, address_words, ret);
    }
}

void listeners_read(struct arena *a, struct str table, int port, struct str_list *ret)
{
    struct str line;
    while (str_split(&table, '\n', &line)) {
        line_read(a, line, port, ret);
    }
}

/* A walk through the tables of the whole machine. */
static void tables_read(struct arena *a, int port, struct str_list *ret)
{
    static const char *const tables[] = {"/proc/net/tcp", "/proc/net/tcp6"};
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        AUTO_BUF struct buf text = {0};
        struct err ignored = {0};
        if (fs_read_file(tables[i], TABLE_MAX, &text, &ignored) == 0) {
            listeners_read(a, buf_str(&text), port, ret);
        }
    }
}

const char *listeners_of(struct arena *a, int port)
{
    AUTO_BUF struct buf out = {0};
    struct str_list found = {0};
    if (!listeners_ask(a, port, &found)) {
        tables_read(a, port, &found);
    }
    for (size_t i = 0; i < found.count; i++) {
        buf_printf(&out, "%s%s", i > 0 ? " " : "", found.items[i]);
    }
    return arena_strdup(a, buf_z(&out));
}
