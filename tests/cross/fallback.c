/* SPDX-License-Identifier: Apache-2.0 */
/* What a processor without a virtual clock says: prints the refusals of the clock and of following
 * programs. Exit 0 when both refused as unavailable. */
#include "harness/clock/clock_probe.h"
#include "harness/clock/tracer.h"

#include <stdio.h>

int main(void)
{
    struct err clock = {0}, probe = {0}, follow = {0};
    bool refused = tracer_new(NULL, &clock) == NULL && clock.code == ERR_UNAVAILABLE &&
                   clock_self_probe("/bin/true", &probe) < 0 && probe.code == ERR_UNAVAILABLE &&
                   tracer_try(&follow) < 0 && follow.code == ERR_UNAVAILABLE;
    printf("%s\n%s\n%s\n", clock.msg, probe.msg, follow.msg);
    return refused ? 0 : 1;
}
