# SPDX-License-Identifier: Apache-2.0
# One static library per source folder: target_link_libraries repeats the include law,
# so that an arrow in the wrong direction fails to link as well.

# assay_library(NAME SOURCES a.c ... [DEPS lib ...] [VENDOR imported ...])
function(assay_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;VENDOR" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE assay_flags)
  if(ARG_DEPS)
    target_link_libraries(${name} PUBLIC ${ARG_DEPS})
  endif()
  if(ARG_VENDOR)
    target_link_libraries(${name} PRIVATE ${ARG_VENDOR})
  endif()
endfunction()

# assay_program(NAME SOURCES a.c ... [DEPS lib ...] [VENDOR imported ...])
function(assay_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;VENDOR" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE assay_flags ${ARG_DEPS} ${ARG_VENDOR})
endfunction()

# A sanitizer's finding must fail a test even where the runner would exit 0.
set(ASSAY_TEST_FAIL_REGEX "ERROR: [A-Za-z]+Sanitizer;runtime error:;WARNING: ThreadSanitizer")

# assay_unit_test(NAME SOURCES test_x.c ... DEPS lib ...): one Criterion program, label "unit".
function(assay_unit_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE assay_flags_test ${ARG_DEPS} PkgConfig::CRITERION)
  add_test(NAME unit.${name} COMMAND ${name} --short-filename)
  set_tests_properties(unit.${name} PROPERTIES LABELS unit TIMEOUT 120
    FAIL_REGULAR_EXPRESSION "${ASSAY_TEST_FAIL_REGEX}")
endfunction()

# assay_script_test(NAME LABEL component|system|docs COMMAND ...): exit 77 means skipped.
function(assay_script_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "COMMAND;ENVIRONMENT" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_test(NAME ${ARG_LABEL}.${name} COMMAND ${ARG_COMMAND})
  set_tests_properties(${ARG_LABEL}.${name} PROPERTIES LABELS ${ARG_LABEL}
    TIMEOUT ${ARG_TIMEOUT} SKIP_RETURN_CODE 77
    FAIL_REGULAR_EXPRESSION "${ASSAY_TEST_FAIL_REGEX}"
    ENVIRONMENT "ASSAY_BIN=${CMAKE_BINARY_DIR}/bin;ASSAY_SOURCE=${CMAKE_SOURCE_DIR};${ARG_ENVIRONMENT}")
endfunction()

# assay_fuzzer(PARSER DEPS lib ...): tests/fuzz/fuzz_PARSER.c. With clang and ASSAY_BUILD_FUZZERS a
# libFuzzer program; in every build also a plain program that replays the corpus as a test.
function(assay_fuzzer parser)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  set(dir ${CMAKE_SOURCE_DIR}/tests/fuzz)
  add_executable(replay_${parser} ${dir}/fuzz_${parser}.c ${dir}/standalone_main.c)
  target_link_libraries(replay_${parser} PRIVATE assay_flags_test ${ARG_DEPS})
  add_test(NAME fuzz.${parser} COMMAND replay_${parser} ${dir}/corpus/${parser})
  set_tests_properties(fuzz.${parser} PROPERTIES LABELS fuzz TIMEOUT 120
    FAIL_REGULAR_EXPRESSION "${ASSAY_TEST_FAIL_REGEX}")
  if(ASSAY_BUILD_FUZZERS)
    add_executable(fuzz_${parser} ${dir}/fuzz_${parser}.c)
    target_compile_options(fuzz_${parser} PRIVATE -fsanitize=fuzzer)
    target_link_libraries(fuzz_${parser} PRIVATE assay_flags_test ${ARG_DEPS})
    target_link_options(fuzz_${parser} PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()
