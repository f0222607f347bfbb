/* SPDX-License-Identifier: Apache-2.0 */
#include "capture.h"

#include "base/core/assert.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

void capture_start(struct capture *c)
{
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        c->saved[i] = dup(i + 1);
        c->files[i] = memfd_create("capture", MFD_CLOEXEC);
        ASSERT(dup2(c->files[i], i + 1) == i + 1);
    }
}

void capture_end(struct capture *c, struct buf *ret_stdout, struct buf *ret_stderr)
{
    struct buf *outs[2] = {ret_stdout, ret_stderr};
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        char chunk[4096];
        off_t at = 0;
        ASSERT(dup2(c->saved[i], i + 1) == i + 1);
        buf_reset(outs[i]);
        for (ssize_t n = 1; n > 0; at += n) {
            n = pread(c->files[i], chunk, sizeof(chunk), at);
            buf_add(outs[i], chunk, n > 0 ? (size_t)n : 0);
        }
        close(c->saved[i]);
        close(c->files[i]);
    }
}
