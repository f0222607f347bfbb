/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/browser_play.h"

#include <stddef.h>

#define NAME_OF(name, text, doc) text,
const char *const browser_act_names[BROWSER_ACT_COUNT + 1] = {BROWSER_ACT_TABLE(NAME_OF) NULL};
const char *const browser_stray_names[BROWSER_STRAY_COUNT + 1] = {BROWSER_STRAY_TABLE(NAME_OF)
                                                                      NULL};
const char *const browser_engine_names[BROWSER_ENGINE_COUNT + 1] = {BROWSER_ENGINE_TABLE(NAME_OF)
                                                                        NULL};
