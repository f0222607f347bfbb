/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_TEXT_H
#define REFERENCE_TEXT_H

/* Text that grows, and the message of a failure. Running out of memory ends the program. */

#include <stddef.h>

struct text {
    char *ptr; /* NUL-terminated; NULL while empty */
    size_t len, capacity;
};

void text_add(struct text *t, const char *bytes, size_t len);
void text_printf(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Replaces every occurrence of a secret by "***". NULL and "" are no secrets. */
void text_mask(struct text *t, const char *secret);
const char *text_z(const struct text *t); /* never NULL */
void text_done(struct text *t);           /* wipes, then frees */

char *string_copy(const char *s); /* NULL stays NULL */
void secret_free(char *s);        /* wipes, then frees; accepts NULL */

struct failure {
    char text[800];
};
/* Always returns -1, so that `return failure_set(...)` reads well. */
int failure_set(struct failure *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
