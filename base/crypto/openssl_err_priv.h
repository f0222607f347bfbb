/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CRYPTO_OPENSSL_ERR_PRIV_H
#define BASE_CRYPTO_OPENSSL_ERR_PRIV_H

/* OpenSSL's error queue as a struct err. The queue is per thread and has to be emptied after each
 * failure, or the next caller reads a stranger's reason. Reasons are fixed texts without data. */

#include "base/core/err.h"

/* Sets "what: reason", empties the queue, returns -1. */
int openssl_err(struct err *err, enum err_code code, const char *what);
/* Only empties the queue: for failures that are an ordinary answer, such as a bad signature. */
void openssl_err_forget(void);

#endif
