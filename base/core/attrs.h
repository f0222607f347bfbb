/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CORE_ATTRS_H
#define BASE_CORE_ATTRS_H

/* Compiler attributes and the scope-exit clean-up macro used all over the project.
 *
 *     AUTO(buf_done) struct buf b = {0};     buf_done(&b) runs when b leaves its scope
 *
 * A destructor named in AUTO() takes a pointer to the variable and accepts a zeroed object. */

#define NODISCARD              __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN               __attribute__((noreturn))
#define UNUSED                 __attribute__((unused))
#define AUTO(destructor)       __attribute__((cleanup(destructor)))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Hands a pointer over: yields its value and leaves NULL behind. */
#define TAKE_PTR(p)                 \
    __extension__({                 \
        __typeof__(p) taken_ = (p); \
        (p) = NULL;                 \
        taken_;                     \
    })

#endif
