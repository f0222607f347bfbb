/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_BROWSER_HTML_H
#define HARNESS_BROWSER_HTML_H

/* As much of HTML as it takes to fill in a form and to see what a page would load: tags with their
 * attributes, character references decoded where they stand in attributes. Comments, scripts and
 * styles are skipped. Total: every input yields a list of tags. Results live in the arena. */

#include "base/core/arena.h"
#include "base/core/str.h"

#include <stdbool.h>

struct html_attribute {
    struct str name; /* lower case */
    struct str value;
};
struct html_attributes {
    struct html_attribute *items;
    size_t count, capacity;
};
struct html_tag {
    struct str name; /* lower case; "/form" for an end tag */
    struct html_attributes attributes;
};

/* The next tag of *rest, which moves on; false at the end. */
bool html_next_tag(struct arena *a, struct str *rest, struct html_tag *ret);
/* "" when there is none. */
struct str html_attribute(const struct html_tag *tag, const char *name);
bool html_has_attribute(const struct html_tag *tag, const char *name);

struct html_field {
    struct str name, value, type; /* type: "text" when not said; "submit" for buttons */
    struct str id;
};
struct html_fields {
    struct html_field *items;
    size_t count, capacity;
};
struct html_form {
    bool found;
    bool is_post;
    struct str action; /* "" = the page's own address */
    struct html_fields fields;
};
/* The first form of the page. */
void html_first_form(struct arena *a, struct str page, struct html_form *ret);

/* The absolute addresses that a browser would load for this page: scripts, styles, images, frames.
 */
void html_loads(struct arena *a, struct str page, struct str_list *ret);

#endif
