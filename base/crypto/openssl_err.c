/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/openssl_err_priv.h"

#include <openssl/err.h>

#include <stddef.h>

int openssl_err(struct err *err, enum err_code code, const char *what)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    err_set(err, code, "%s%s%s", what, reason ? ": " : "", reason ? reason : "");
    ERR_clear_error();
    return -1;
}

void openssl_err_forget(void)
{
    ERR_clear_error();
}
