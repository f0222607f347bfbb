/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_JUDGE_U2M_PRIV_H
#define HARNESS_JUDGE_U2M_PRIV_H

/* What the files of family "u2m" share: u2m.c judges what is sent, u2m_browser.c what the browser
 * saw, u2m_family.c is the table. */

#include "harness/judge/check.h"

struct u2m_scope_params {
    struct str_list allowed;
};
struct u2m_rotation_params {
    int64_t min;
};
struct u2m_sign_ins_params {
    int64_t min, max;
};

typedef void u2m_run(const struct check_context *x, struct check_outcome *o);
u2m_run u2m_pkce, u2m_unguessable, u2m_request_of, u2m_scope, u2m_redemption, u2m_rotation,
    u2m_refresh_scope, u2m_refresh_token_kept;
u2m_run u2m_external_browser, u2m_listener, u2m_page, u2m_replay, u2m_sign_ins, u2m_answered,
    u2m_own_session;

#endif
