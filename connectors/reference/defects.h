/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_H
#define REFERENCE_DEFECTS_H

/* The ways in which this connector can be made wrong, one at a time: CONNECTOR_DEFECT=name. They
 * prove that assay finds each of them (mutants/ says by which check) and are all off otherwise. A
 * family of them has its table in defects/ and what it does in sabotage/; the connector calls that
 * only where defects_on(). Whoever copies the connector leaves all three folders out. */

#include "defects/azure.h"
#include "defects/certificates.h"
#include "defects/concurrency.h"
#include "defects/connect.h"
#include "defects/discovery.h"
#include "defects/errors.h"
#include "defects/federation.h"
#include "defects/google.h"
#include "defects/isolation.h"
#include "defects/kbase.h"
#include "defects/leaks.h"
#include "defects/probe.h"
#include "defects/redirects.h"
#include "defects/refresh.h"
#include "defects/resilience.h"
#include "defects/secrets.h"
#include "defects/services.h"
#include "defects/sql.h"
#include "defects/token_answers.h"
#include "defects/tokens.h"
#include "defects/u2m.h"
#include "defects/user_agent.h"

#include <stdbool.h>
#include <stdio.h>

#define DEFECT_TABLE(X)      \
    DEFECTS_AZURE(X)         \
    DEFECTS_CERTIFICATES(X)  \
    DEFECTS_CONCURRENCY(X)   \
    DEFECTS_CONNECT(X)       \
    DEFECTS_DISCOVERY(X)     \
    DEFECTS_ERRORS(X)        \
    DEFECTS_FEDERATION(X)    \
    DEFECTS_GOOGLE(X)        \
    DEFECTS_ISOLATION(X)     \
    DEFECTS_KBASE(X)         \
    DEFECTS_LEAKS(X)         \
    DEFECTS_PROBE(X)         \
    DEFECTS_REDIRECTS(X)     \
    DEFECTS_REFRESH(X)       \
    DEFECTS_RESILIENCE(X)    \
    DEFECTS_SECRETS(X)       \
    DEFECTS_SERVICES(X)      \
    DEFECTS_SQL(X)           \
    DEFECTS_TOKEN_ANSWERS(X) \
    DEFECTS_TOKENS(X)        \
    DEFECTS_U2M(X)           \
    DEFECTS_USER_AGENT(X)

#define DEFECT_ENUM(name, text, doc) DEFECT_##name,
enum defect { DEFECT_NONE, DEFECT_TABLE(DEFECT_ENUM) DEFECT_COUNT };
#undef DEFECT_ENUM

/* NULL or "": none. An unknown name is an error, told on stderr. Called once, at the start. */
int defects_choose(const char *name);
bool defect_is(enum defect d);
bool defects_on(void);
void defects_print(FILE *out);

#endif
