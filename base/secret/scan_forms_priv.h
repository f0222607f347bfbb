/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SECRET_SCAN_FORMS_PRIV_H
#define BASE_SECRET_SCAN_FORMS_PRIV_H

/* The forms of a secret: the byte strings that give it away. Ownership: a list owns its bytes and
 * wipes them. */

#include "base/secret/scan.h"

#include <stdbool.h>

enum { FORM_MIN = 8 }; /* shorter ones would be found everywhere */

/* A fragment's form is the value up to where one of its anchors ends, with `after` bytes of the
 * value behind it. Anchors are FRAGMENT_ANCHOR bytes long and FRAGMENT_STEP apart, so that every
 * part of the value that is SECRET_FRAGMENT_MIN long has a whole one in it. */
enum { FRAGMENT_ANCHOR = 8, FRAGMENT_STEP = SECRET_FRAGMENT_MIN + 1 - FRAGMENT_ANCHOR };

struct form {
    const struct canary *canary;
    enum secret_encoding encoding;
    unsigned char *bytes;
    size_t len, after;
    bool is_borrowed; /* the bytes are those of the form before it */
};

struct form_list {
    struct form *items;
    size_t count, capacity;
};

void form_list_add(struct form_list *list, const struct canary *canary);
/* The forms by which parts of the raw value are found. None of a JWT's header and claims, which say
 * nothing that others may not know, nor of a Basic pair, whose secret is a canary of its own. */
void form_list_add_fragments(struct form_list *list, const struct canary *canary);
void form_list_done(struct form_list *list);

#endif
