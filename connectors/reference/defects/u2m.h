/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_U2M_H
#define REFERENCE_DEFECTS_U2M_H

/* What sabotage/u2m.c can do, with the few lines that ask for a defect where it happens. Where a
 * server refuses the wrong way, the right one is tried after it: only what is wrong shall show. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_U2M(X)                                                                             \
    X(NO_PKCE, "no-pkce", "signs in without PKCE")                                                 \
    X(PKCE_PLAIN, "pkce-plain", "sends the verifier as the challenge, with method plain")          \
    X(PKCE_METHOD_ABSENT, "pkce-method-absent", "does not name the method of its challenge")       \
    X(PKCE_PADDED, "pkce-padded", "pads its challenge with `='")                                   \
    X(PKCE_BY_METADATA, "pkce-by-metadata", "leaves PKCE out when the metadata does not name it")  \
    X(PKCE_DOWNGRADE, "pkce-downgrade", "tries plain when the first sign-in failed")               \
    X(VERIFIER_CONSTANT, "verifier-constant", "has one verifier for all sign-ins")                 \
    X(VERIFIER_SHORT, "verifier-short", "has a verifier of 20 characters")                         \
    X(VERIFIER_NOT_SENT, "verifier-not-sent", "redeems the code without the verifier")             \
    X(STATE_ABSENT, "state-absent", "sends no state")                                              \
    X(STATE_IGNORED, "state-ignored", "takes an answer with any state")                            \
    X(STATE_CONSTANT, "state-constant", "has one state for all sign-ins")                          \
    X(STATE_SHORT, "state-short", "has a state of four digits")                                    \
    X(ISS_IGNORED, "iss-ignored", "takes an answer of another server")                             \
    X(ISS_REFUSED, "iss-refused", "refuses an answer that names its issuer")                       \
    X(ERROR_CALLBACK_IGNORED, "error-callback-ignored", "redeems a code that did not come")        \
    X(FIRST_REQUEST_DECIDES, "first-request-decides", "takes any first request for the answer")    \
    X(REPLAY_ANSWERED, "replay-answered", "welcomes the same answer twice")                        \
    X(LISTENS_EVERYWHERE, "listens-everywhere", "awaits the answer on all interfaces")             \
    X(LISTENER_LEFT_OPEN, "listener-left-open", "never closes its listener")                       \
    X(CODE_REPLAYED, "code-replayed", "redeems its code twice")                                    \
    X(EMBEDDED_SECRET, "embedded-secret", "sends a secret that every copy of it holds")            \
    X(CLIENT_ID_NOT_SENT, "client-id-not-sent", "does not say who redeems the code")               \
    X(REDIRECT_URI_CHANGED, "redirect-uri-changed", "redeems with another redirect URI")           \
    X(IMPLICIT_FIRST, "implicit-first", "asks for the token in the address at first")              \
    X(EMBEDDED_BROWSER, "embedded-browser", "visits the sign-in page itself")                      \
    X(BUILT_IN_CLIENT, "built-in-client", "uses the application of the command line tool")         \
    X(PAGE_LEAKS_CODE, "page-leaks-code", "shows the answer on its page")                          \
    X(PAGE_LOADS_SCRIPT, "page-loads-script", "has a script of somebody else on its page")         \
    X(REFRESH_TOKEN_TO_API, "refresh-token-to-api", "sends the refresh token with API calls")      \
    X(REFRESH_TOKEN_DROPPED, "refresh-token-dropped", "forgets it when none comes with a refresh") \
    X(ROTATION_IGNORED, "rotation-ignored", "goes on with the first refresh token")                \
    X(SCOPE_WIDENED, "scope-widened", "asks for more scope when it refreshes")                     \
    X(STATE_OPTIONAL, "state-optional", "takes an answer without state")                           \
    X(EXTRA_PARAMS_REFUSED, "extra-params-refused", "refuses an answer with unknown parameters")   \
    X(SIGN_IN_LOOP, "sign-in-loop", "asks the user again and again when a code is refused")        \
    X(SCOPE_WIDE, "scope-wide", "asks for scopes that it does not need")                           \
    X(PORT_ANY, "port-any", "listens at any free port at first")                                   \
    X(REFRESH_STORM, "refresh-storm", "refreshes again and again when it is refused")              \
    X(NO_CACHE, "no-cache", "keeps no session between two runs")                                   \
    X(CACHE_READABLE, "cache-readable", "lets everybody read its cached tokens")                   \
    X(CACHE_WITHOUT_CLIENT, "cache-without-client", "uses cached tokens of another application")   \
    X(SESSION_OF_A_DAY, "session-of-a-day", "does not use a refresh token that is a day old")

#endif
