/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MOCK_STATE_TOKEN_JWT_PRIV_H
#define MOCK_STATE_TOKEN_JWT_PRIV_H

/* The text of access tokens and ID tokens, for token_mint.c. */

#include "mock/state/token_mint.h"

/* The life and reach a token has in the end: claims may have changed them. */
struct token_life {
    int64_t issued_ms, expires_ms;
    char *audience, *scope; /* heap */
    bool forged;            /* not a token of ours: nobody may accept it */
};
void token_life_done(struct token_life *life);

/* Appends the value. life comes with issued_ms and expires_ms. */
int token_text_make(struct mock_state *s, const struct token_request *r, struct token_life *life,
                    struct buf *out, struct err *err) NODISCARD;

#endif
