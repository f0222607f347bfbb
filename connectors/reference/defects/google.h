/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_GOOGLE_H
#define REFERENCE_DEFECTS_GOOGLE_H

/* What sabotage/google.c can do. */
#define DEFECTS_GOOGLE(X)                                                                       \
    X(GOOGLE_AUDIENCE_ELSEWHERE, "google-audience-elsewhere",                                   \
      "asks for a token for the account console first")                                         \
    X(GOOGLE_ACCESS_AS_BEARER, "google-access-as-bearer",                                       \
      "sends Google's access token in place of the ID token first")                             \
    X(GOOGLE_END_IGNORED, "google-end-ignored", "takes an ID token to live for a day")          \
    X(GOOGLE_TOKEN_ANYWHERE, "google-token-anywhere", "sends the second token to Google, too")  \
    X(GOOGLE_TOKEN_LOGGED, "google-token-logged", "logs the header of the second token")        \
    X(GOOGLE_TOKEN_KEPT, "google-token-kept", "renews the first token alone")                   \
    X(GOOGLE_TOKEN_LOST, "google-token-lost", "leaves the second token out once it is renewed") \
    X(GOOGLE_TOKEN_REDIRECTED, "google-token-redirected",                                       \
      "follows redirects, without Authorization but with the second token")                     \
    X(GOOGLE_FLAVOR_MISSING, "google-flavor-missing",                                           \
      "asks the metadata of the machine without its header first")                              \
    X(GOOGLE_KEY_LOGGED, "google-key-logged", "logs the key file")

#endif
