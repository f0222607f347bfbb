/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_SPEC_MODE_H
#define HARNESS_SPEC_MODE_H

/* The ways a connector may authenticate, and the verdicts of judging one. */

#include "base/core/str.h"

#include <stdbool.h>

/*    enum          name     family  title */
#define MODE_TABLE(X)                                                                         \
    X(MODE_PAT, "pat", "pat", "personal access token")                                        \
    X(MODE_M2M, "m2m", "m2m", "OAuth M2M (client credentials)")                               \
    X(MODE_U2M, "u2m", "u2m", "OAuth U2M (code with PKCE, custom application)")               \
    X(MODE_U2M_BUILT_IN, "u2m-built-in", "u2m", "OAuth U2M (code with PKCE, databricks-cli)") \
    X(MODE_TOKEN, "token", "u2m", "U2M token pass-through")                                   \
    X(MODE_FEDERATION, "federation", "federation", "workload identity federation")            \
    X(MODE_ENTRA, "entra", "azure", "Entra ID service principal (client credentials)")        \
    X(MODE_MSI, "msi", "azure", "Azure managed identity")                                     \
    X(MODE_OBO, "obo", "azure", "Entra ID on behalf of a user")                               \
    X(MODE_GOOGLE_CREDENTIALS, "google-credentials", "gcp",                                   \
      "Google ID token by a service account's key")                                           \
    X(MODE_GOOGLE_ID, "google-id", "gcp", "Google ID token by impersonation from the machine")
#define MODE_ENUM(name, text, family, title) name,
enum mode { MODE_TABLE(MODE_ENUM) MODE_COUNT };
#undef MODE_ENUM

/* A person signs in with a browser. */
#define MODE_IS_BROWSER(m) ((m) == MODE_U2M || (m) == MODE_U2M_BUILT_IN)

extern const char *const mode_names[MODE_COUNT + 1]; /* NULL-terminated, for option tables */
const char *mode_name(enum mode m);
const char *mode_family(enum mode m);
const char *mode_title(enum mode m);
/* Asked of every connector by the guide on their structure; the others are for those that need
 * them.
 */
bool mode_is_expected(enum mode m);
/* It is a service principal that comes, not a user. */
bool mode_is_service(enum mode m);
/* The set (bit i = mode i) that a word selects: a mode's name, or a family's ("u2m" selects u2m and
 * token); 0 when unknown. */
unsigned mode_set_of(struct str word);

enum level { LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY, LEVEL_COUNT };
extern const char *const level_names[LEVEL_COUNT + 1];

/*    enum                    text               green  what it means */
#define VERDICT_TABLE(X)                                                                         \
    X(VERDICT_PASS, "pass", true, "every check held")                                            \
    X(VERDICT_WARN, "warn", true, "a should did not hold")                                       \
    X(VERDICT_FAIL, "fail", false, "a must did not hold")                                        \
    X(VERDICT_NOT_APPLICABLE, "not-applicable", true, "the connector does not claim to do this") \
    X(VERDICT_COULD_NOT_RUN, "could-not-run", false, "something needed to run it was missing")   \
    X(VERDICT_INCONCLUSIVE, "inconclusive", false, "measured, but not sure enough to say")       \
    X(VERDICT_HARNESS_ERROR, "harness-error", false, "assay or its mock did something wrong")    \
    X(VERDICT_XFAIL, "xfail", true, "failed as the manifest says it does, for its reason")       \
    X(VERDICT_XPASS, "xpass", false, "listed as an expected failure, but did not fail")          \
    X(VERDICT_FLAKY, "flaky", false, "passed only on a repeat")
#define VERDICT_ENUM(name, text, green, doc) name,
enum verdict { VERDICT_TABLE(VERDICT_ENUM) VERDICT_COUNT };
#undef VERDICT_ENUM
const char *verdict_name(enum verdict v);
const char *verdict_doc(enum verdict v);
bool verdict_is_green(enum verdict v);
int verdict_of(const char *name); /* or -1 */

#endif
