/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CORE_STR_H
#define BASE_CORE_STR_H

/* A borrowed run of bytes that carries its length: how text from outside travels (it may hold NUL
 * and need not end in one). Passed by value; owns nothing. */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
    const char *ptr; /* may be NULL when len is 0 */
    size_t len;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
/* For printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).len, ((s).ptr ? (s).ptr : "")

static inline struct str str_of(const char *z)
{
    return (struct str){z, z ? strlen(z) : 0};
}

static inline struct str str_n(const char *p, size_t len)
{
    return (struct str){p, len};
}

bool str_eq(struct str a, struct str b);
bool str_eq_z(struct str a, const char *z);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
int str_cmp(struct str a, struct str b); /* bytewise, shorter first */
/* Offset of the first needle at or after from, or -1. */
long str_find(struct str s, struct str needle, size_t from);
/* The part [from, to) with both ends clamped. */
struct str str_slice(struct str s, size_t from, size_t to);
struct str str_trim(struct str s); /* spaces, tabs, CR, LF at both ends */
/* Cuts *rest at the first sep: returns what is before it, *rest becomes what follows. Returns false
 * when *rest was exhausted (ptr NULL). "a,,b" yields "a", "", "b". */
bool str_split(struct str *rest, char sep, struct str *ret_part);
/* Among words with one space between: those of an OAuth scope (RFC 6749 section 3.3), say. */
bool str_has_word(struct str words, struct str word);

struct str_list;
bool str_list_has(const struct str_list *list, struct str item);

#endif
