/* SPDX-License-Identifier: Apache-2.0 */
#ifndef REFERENCE_DEFECTS_TOKEN_ANSWERS_H
#define REFERENCE_DEFECTS_TOKEN_ANSWERS_H

/* What sabotage/token_answers.c can do. */
/*    name, as CONNECTOR_DEFECT has it, what the connector does */
#define DEFECTS_TOKEN_ANSWERS(X)                                                                \
    X(CHALLENGE_ANSWERED, "challenge-answered", "answers each challenge with the same secret")  \
    X(CHALLENGE_NEEDED, "challenge-needed", "takes 401 without a challenge for an outage")      \
    X(BARE_REFUSAL_USED, "bare-refusal-used", "goes on when a token is refused without a word") \
    X(UNTYPED_REPEATED, "untyped-refusal-repeated",                                             \
      "takes a refusal without Content-Type for an outage")                                     \
    X(CUT_TOKEN_USED, "cut-token-used", "uses a token that was cut short")                      \
    X(LOST_TOKEN_STORM, "lost-token-storm", "asks for ever while no token answer comes")        \
    X(IMPATIENT, "impatient-for-token", "waits for a token one second")                         \
    X(ONE_SECOND_LOOP, "expires-in-1-loop", "asks again while a lifetime is one second")

#endif
