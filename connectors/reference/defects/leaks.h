/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_LEAKS_H
#define REFERENCE_DEFECTS_LEAKS_H

/* What sabotage/leaks.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_LEAKS(X)                                                                          \
    X(LOG_BASE64_AFTER_1, "log-base64-after-one", "logs base64 of a byte and its credential")     \
    X(LOG_BASE64_AFTER_2, "log-base64-after-two", "logs base64 of two bytes and its credential")  \
    X(LOG_HEX, "log-hex", "logs its credential in hex")                                           \
    X(LOG_HEX_UPPER, "log-hex-upper", "logs its credential in hex, in capitals")                  \
    X(LOG_PERCENT, "log-percent", "logs its credential percent-encoded")                          \
    X(LOG_UNICODE, "log-unicode", "logs its credential as \\u escapes")                           \
    X(LOG_UTF16, "log-utf16", "logs its credential in UTF-16")                                    \
    X(LOG_UTF16_BIG_ENDIAN, "log-utf16-big-endian",                                               \
      "logs its credential in UTF-16, high bytes "                                                \
      "first")                                                                                    \
    X(LOG_REVERSED, "log-reversed", "logs its credential from back to front")                     \
    X(LOG_IN_LINES, "log-in-lines", "logs its credential in lines of ten")                        \
    X(LOG_BASE64_IN_LINES, "log-base64-in-lines", "logs base64 of its credential in lines")       \
    X(LOG_BEGINNING, "log-beginning", "logs the first half of its credential")                    \
    X(LOG_MIDDLE, "log-middle", "logs twelve characters from the middle of its credential")       \
    X(TOKEN_IN_DELETED_FILE, "token-in-deleted-file", "keeps the token in a file without a name") \
    X(TOKEN_IN_SHARED_MEMORY, "token-in-shared-memory", "keeps the token in /dev/shm")            \
    X(TOKEN_AS_FILE_NAME, "token-as-file-name", "names a file after its token")                   \
    X(TOKEN_IN_STATEMENT, "token-in-statement", "writes its credential into the SQL text")        \
    X(TOKEN_PART_IN_USER_AGENT, "token-part-in-user-agent",                                       \
      "writes the end of the token into the User-Agent")                                          \
    X(SECRET_IN_SHORT_CHILD, "secret-in-short-lived-child",                                       \
      "hands its credential to a child that ends at once")

#endif
