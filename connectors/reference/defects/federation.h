/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_FEDERATION_H
#define REFERENCE_DEFECTS_FEDERATION_H

/* What sabotage/federation.c can do. */
#define DEFECTS_FEDERATION(X)                                          \
    X(EXCHANGE_TYPE_MISSING, "subject-token-type-missing",             \
      "leaves out the type of the subject token at first")             \
    X(EXCHANGE_N_A_USED, "n-a-token-used", "uses a token of type N_A") \
    X(EXCHANGE_TOKEN_QUOTED, "subject-token-quoted",                   \
      "quotes the subject token when it is refused")                   \
    X(EXCHANGE_TOKEN_DIRECT, "subject-token-sent",                     \
      "sends the subject token to the workspace itself")

#endif
