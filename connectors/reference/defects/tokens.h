/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_TOKENS_H
#define REFERENCE_DEFECTS_TOKENS_H

/* What sabotage/tokens.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_TOKENS(X)                                                                         \
    X(TOKEN_PER_CALL, "token-per-call", "fetches a token for each call")                          \
    X(TOKEN_KEPT_FOREVER, "token-kept-forever", "keeps the first token, even when refused")       \
    X(EXPIRY_IGNORED, "token-expiry-ignored", "replaces a token only after it was refused")       \
    X(SUCCESS_REMEMBERED, "success-remembered", "repeats an old success once the token is over")  \
    X(REFRESH_401_ONLY, "refresh-on-401-only", "fetches another token after 401 only")            \
    X(REFRESH_403_ONLY, "refresh-on-403-only", "fetches another token after 403 only")            \
    X(TYPE_CASE_SENSITIVE, "token-type-case-sensitive", "understands `Bearer' in this case only") \
    X(TYPE_IGNORED, "token-type-ignored", "uses tokens of any type")                              \
    X(EXPIRES_STRING_LOST, "expires-in-string-lost", "takes a lifetime in quotes for none")       \
    X(EXPIRES_ABSENT_ZERO, "expires-in-absent-zero", "does not keep a token without lifetime")    \
    X(EXPIRES_ABSENT_FOREVER, "expires-in-absent-forever",                                        \
      "keeps a token without lifetime for a day")                                                 \
    X(EXPIRES_ZERO_LOOP, "expires-in-zero-loop", "asks again while a lifetime is 0")              \
    X(EXTRA_REFUSED, "extra-members-refused", "refuses token answers with unknown members")       \
    X(SCOPE_MUST_MATCH, "scope-must-match", "refuses tokens of another scope than asked for")     \
    X(TOKEN_TRUNCATED, "token-truncated", "keeps 4096 bytes of a token")                          \
    X(JWT_NEEDED, "jwt-needed", "refuses tokens that are no JWTs")                                \
    X(JWT_BASE64, "jwt-base64", "decodes tokens as base64")                                       \
    X(JWT_WHOLE_SECONDS, "jwt-whole-seconds", "refuses times with fractions")

#endif
