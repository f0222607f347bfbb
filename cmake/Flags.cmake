# SPDX-License-Identifier: Apache-2.0
# Compiler flags, as interface targets that every target of ours links PRIVATE.
#   assay_flags_test  what test programs use (Criterion's macros trip a few extra warnings)
#   assay_flags       assay_flags_test plus those extra warnings
include(CheckCCompilerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

option(ASSAY_WERROR "Treat warnings as errors" ON)
set(ASSAY_SANITIZE "" CACHE STRING "Comma separated sanitizers: address,undefined or thread")
option(ASSAY_COVERAGE "Instrument for gcov" OFF)

add_library(assay_flags_test INTERFACE)
add_library(assay_flags INTERFACE)
target_link_libraries(assay_flags INTERFACE assay_flags_test)

target_compile_definitions(assay_flags_test INTERFACE _GNU_SOURCE)
target_include_directories(assay_flags_test INTERFACE ${CMAKE_SOURCE_DIR})

set(ASSAY_WARNINGS
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wformat=2 -Wundef -Wvla
  -Walloca -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wcast-qual -Wpointer-arith
  -Wnull-dereference -Wdouble-promotion -Wimplicit-fallthrough -Wswitch-enum)
set(ASSAY_WARNINGS_GNU
  -Wformat-signedness -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wcast-align=strict)
set(ASSAY_WARNINGS_CLANG -Wcomma -Wassign-enum)
target_compile_options(assay_flags_test INTERFACE ${ASSAY_WARNINGS}
  $<$<C_COMPILER_ID:GNU>:${ASSAY_WARNINGS_GNU}>
  $<$<C_COMPILER_ID:Clang>:${ASSAY_WARNINGS_CLANG}>)
target_compile_options(assay_flags INTERFACE
  $<$<C_COMPILER_ID:Clang>:-Wmissing-variable-declarations>)
if(ASSAY_WERROR)
  target_compile_options(assay_flags_test INTERFACE -Werror)
endif()
if(ASSAY_SANITIZE AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
  # Sanitizer instrumentation makes gcc 12 see impossible null paths.
  target_compile_options(assay_flags_test INTERFACE -Wno-null-dereference)
endif()

# Reproducible objects: no build directory in them.
target_compile_options(assay_flags_test INTERFACE -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)

if(ASSAY_SANITIZE)
  target_compile_options(assay_flags_test INTERFACE -fsanitize=${ASSAY_SANITIZE}
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(assay_flags_test INTERFACE -fsanitize=${ASSAY_SANITIZE})
else()
  # Hardening, as the OpenSSF compiler guide lists it; each one probed.
  foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection
          -ftrivial-auto-var-init=zero)
    string(MAKE_C_IDENTIFIER "HAVE${flag}" var)
    check_c_compiler_flag(${flag} ${var})
    if(${var})
      target_compile_options(assay_flags_test INTERFACE ${flag})
    endif()
  endforeach()
  target_compile_definitions(assay_flags_test INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=3>)
  target_link_options(assay_flags_test INTERFACE -Wl,-z,relro,-z,now -Wl,-z,noexecstack
    -Wl,--as-needed)
endif()
if(ASSAY_BUILD_FUZZERS)
  # The libraries are instrumented too, or the fuzzers see nothing of what they call.
  target_compile_options(assay_flags_test INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(ASSAY_COVERAGE)
  target_compile_options(assay_flags_test INTERFACE --coverage -fprofile-update=atomic)
  # A worker, the inner end of a cell and whoever else ends by _exit() has run lines, too: what it
  # counted is written before (cmake/coverage_exit.c).
  add_library(assay_coverage_exit OBJECT ${CMAKE_CURRENT_LIST_DIR}/coverage_exit.c)
  target_link_options(assay_flags_test INTERFACE --coverage -Wl,--wrap=_exit
    $<TARGET_OBJECTS:assay_coverage_exit>)
endif()
