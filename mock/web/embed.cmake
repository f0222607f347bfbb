# SPDX-License-Identifier: Apache-2.0
# cmake -DFROM=page.html -DTO=page_html.c -P embed.cmake: a file as a C array.
file(READ ${FROM} hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
file(WRITE ${TO} "/* SPDX-License-Identifier: Apache-2.0 */
#include \"mock/web/page_priv.h\"

const unsigned char web_page_html[] = {\n${bytes}0x00};
const size_t web_page_html_len = sizeof(web_page_html) - 1;
")
