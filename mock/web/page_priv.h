/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_WEB_PAGE_PRIV_H
#define MOCK_WEB_PAGE_PRIV_H

/* page.html, with @@NAME@@ where the server writes. */

#include <stddef.h>

extern const unsigned char web_page_html[];
extern const size_t web_page_html_len;

#endif
