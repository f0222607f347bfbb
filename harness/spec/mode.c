/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/spec/mode.h"

#include "base/core/assert.h"

static const struct {
    const char *name, *family, *title;
} modes[MODE_COUNT] = {
#define MODE_ROW(name, text, family, title) {text, family, title},
    MODE_TABLE(MODE_ROW)
#undef MODE_ROW
};

static const struct {
    const char *name, *doc;
    bool green;
} verdicts[VERDICT_COUNT] = {
#define VERDICT_ROW(name, text, green, doc) {text, doc, green},
    VERDICT_TABLE(VERDICT_ROW)
#undef VERDICT_ROW
};

#define MODE_NAME(name, text, family, title) text,
const char *const mode_names[MODE_COUNT + 1] = {MODE_TABLE(MODE_NAME) NULL};
#undef MODE_NAME

const char *const level_names[LEVEL_COUNT + 1] = {"must", "should", "may", NULL};

const char *mode_name(enum mode m)
{
    ASSERT(m < MODE_COUNT);
    return modes[m].name;
}

const char *mode_family(enum mode m)
{
    ASSERT(m < MODE_COUNT);
    return modes[m].family;
}

const char *mode_title(enum mode m)
{
    ASSERT(m < MODE_COUNT);
    return modes[m].title;
}

bool mode_is_expected(enum mode m)
{
    return m == MODE_PAT || m == MODE_M2M || m == MODE_U2M || m == MODE_U2M_BUILT_IN ||
           m == MODE_TOKEN;
}

bool mode_is_service(enum mode m)
{
    return m == MODE_M2M || m == MODE_FEDERATION || m == MODE_ENTRA || m == MODE_MSI ||
           m == MODE_GOOGLE_CREDENTIALS || m == MODE_GOOGLE_ID;
}

unsigned mode_set_of(struct str word)
{
    unsigned set = 0;
    for (unsigned i = 0; i < MODE_COUNT; i++) {
        if (str_eq_z(word, modes[i].family)) {
            set |= 1u << i;
        }
    }
    for (unsigned i = 0; i < MODE_COUNT && set == 0; i++) {
        if (str_eq_z(word, modes[i].name)) {
            set = 1u << i;
        }
    }
    return set;
}

const char *verdict_name(enum verdict v)
{
    ASSERT(v < VERDICT_COUNT);
    return verdicts[v].name;
}

const char *verdict_doc(enum verdict v)
{
    ASSERT(v < VERDICT_COUNT);
    return verdicts[v].doc;
}

bool verdict_is_green(enum verdict v)
{
    ASSERT(v < VERDICT_COUNT);
    return verdicts[v].green;
}

int verdict_of(const char *name)
{
    for (int i = 0; i < VERDICT_COUNT; i++) {
        if (str_eq_z(str_of(name), verdicts[i].name)) {
            return i;
        }
    }
    return -1;
}
