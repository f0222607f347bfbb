/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_KBASE_H
#define REFERENCE_DEFECTS_KBASE_H

/* What verb_kbase.c can do wrong. */
#define DEFECTS_KBASE(X)                                                                     \
    X(KBASE_BEARER, "kbase-bearer", "puts the scheme Bearer before a KBase token")           \
    X(KBASE_REFUSAL_OK, "kbase-refusal-ok", "takes a KBase token that is refused")           \
    X(KBASE_ONE_REASON, "kbase-one-reason", "calls every refused KBase token invalid")       \
    X(KBASE_STORM, "kbase-storm", "asks for a refused KBase token again and again")          \
    X(KBASE_TOKEN_QUOTED, "kbase-token-quoted", "quotes the KBase token when it is refused") \
    X(KBASE_LOCAL_TIME, "kbase-local-time", "reads the end of a KBase token as local time")

#endif
