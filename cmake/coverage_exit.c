/* SPDX-License-Identifier: Apache-2.0 */
/* For the coverage preset alone: _exit() as the linker's --wrap replaces it. gcov writes what it
 * counted at exit(), of which _exit() is the way round. */
#include <stdlib.h>

void __gcov_dump(void);
_Noreturn void __real__exit(int code);
_Noreturn void __wrap__exit(int code);

_Noreturn void __wrap__exit(int code)
{
    __gcov_dump();
    __real__exit(code);
}
