/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SECRET_SCAN_FORMS_PRIV_H
#define BASE_SECRET_SCAN_FORMS_PRIV_H

/* The forms of a secret: the byte strings that give it away. Ownership: a list owns its bytes and
 * wipes them. */

#include "base/secret/scan.h"

enum { FORM_MIN = 8 }; /* shorter ones would be found everywhere */

struct form {
    const struct canary *canary;
    enum secret_encoding encoding;
    unsigned char *bytes;
    size_t len;
};

struct form_list {
    struct form *items;
    size_t count, capacity;
};

void form_list_add(struct form_list *list, const struct canary *canary);
void form_list_done(struct form_list *list);

#endif
