/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_QUERY_LIKE_H
#define MOCK_QUERY_LIKE_H

/* Names and patterns of metadata calls (JDBC DatabaseMetaData: % any characters, _ any one, \ takes
 * the next literally; Hive's * is any characters too). Upper and lower case are the same. Takes
 * time in proportion to the product of the lengths. Pure. */

#include <stdbool.h>

/* pattern NULL or "" = any. */
bool name_is_like(const char *name, const char *pattern);

#endif
