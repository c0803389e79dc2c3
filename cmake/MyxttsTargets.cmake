# Functions and flags that define our targets: warnings, sanitizers, precompiled headers, tests and fuzzers.
include(GoogleTest)

add_library(myxtts_flags INTERFACE)
target_compile_options(myxtts_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Werror)
target_include_directories(myxtts_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
if(NOT MYXTTS_LINK)
  foreach(_kind LINK_EXECUTABLE CREATE_STATIC_LIBRARY CREATE_SHARED_LIBRARY)
    set(CMAKE_CXX_${_kind} "${CMAKE_COMMAND} -E touch <TARGET>")
  endforeach()
endif()
if(MYXTTS_SANITIZE)
  add_compile_options(-fsanitize=${MYXTTS_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${MYXTTS_SANITIZE})
  if(MYXTTS_SANITIZE MATCHES undefined)
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
if(MYXTTS_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # ccache needs a precompiled header without a time stamp; instantiating templates in it saves half of each torch
  # file's compile time.
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp" -fpch-instantiate-templates)
  add_link_options(-fuse-ld=lld)
else()
  # -Wrestrict: false positives of g++ 12 in std::string (GCC bug 105329).
  add_compile_options(-fpch-preprocess -Wno-restrict)
endif()

# Tests are compiled fast; what they test is optimised in full.
set(MYXTTS_TEST_OPTIONS $<$<CONFIG:Release>:-O0>)

add_custom_target(test_programs)  # all programs of tests and fuzzers, and the programs that they run

# myxtts_library(NAME [TORCH] SOURCES ... [LINK ...]): the target of the folder src/NAME. TORCH: it may include torch.
function(myxtts_library name)
  cmake_parse_arguments(ARG "TORCH" "" "SOURCES;LINK" ${ARGN})
  if(ARG_TORCH AND NOT MYXTTS_TORCH)
    return()
  endif()
  add_library(myxtts_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(myxtts_${name} PUBLIC ${ARG_LINK} PRIVATE myxtts_flags)
  target_include_directories(myxtts_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  if(ARG_TORCH)
    target_link_libraries(myxtts_${name} PUBLIC Libtorch::cpu)
    target_precompile_headers(myxtts_${name} REUSE_FROM myxtts_torch_header)
  endif()
endfunction()

# myxtts_tests(MODULE [TORCH] [GPU] SOURCES ... [LINK ...]): the program test_MODULE from tests/MODULE, and its entries
# for ctest, MODULE.Suite.Test, each with one of the labels
#   unit    each test is an entry; but a program with TORCH, and every program with a sanitizer, is one entry MODULE,
#           because it takes 0.25 s to start and its suites share their set-up
#   single  the single tests of a program that is one entry, for `scripts/test NAME`
#   timing  the tests that measure time: suites whose names end in `Timing`. They run alone and have no other label
#   gpu     a program that is one entry and needs a GPU and CUDA's libraries
# An entry counts as skipped if at least one of its tests was skipped and none failed.
function(myxtts_tests module)
  cmake_parse_arguments(ARG "TORCH;GPU" "" "SOURCES;LINK" ${ARGN})
  if(ARG_TORCH AND NOT MYXTTS_TORCH)
    return()
  endif()
  add_executable(test_${module} ${ARG_SOURCES})
  add_dependencies(test_programs test_${module})
  target_compile_options(test_${module} PRIVATE ${MYXTTS_TEST_OPTIONS})
  target_link_libraries(test_${module} PRIVATE ${ARG_LINK} myxtts_test_support GTest::gmock GTest::gtest_main myxtts_flags)
  if(ARG_GPU OR ARG_TORCH)
    target_link_libraries(test_${module} PRIVATE Libtorch::cpu)
    target_precompile_headers(test_${module} REUSE_FROM myxtts_torch_test_header)
  else()
    target_precompile_headers(test_${module} REUSE_FROM myxtts_test_header)
  endif()
  if(ARG_GPU)
    _myxtts_one_entry(${module} gpu)
  elseif(ARG_TORCH)
    _myxtts_one_entry(${module} unit)
    _myxtts_entries(${module} "-*Timing.*" LABELS single)
    _myxtts_entries(${module} "*Timing.*" LABELS timing RUN_SERIAL TRUE)
  elseif(MYXTTS_SANITIZE)
    _myxtts_one_entry(${module} unit)
  else()
    _myxtts_entries(${module} "-*Timing.*" LABELS unit)
    _myxtts_entries(${module} "*Timing.*" LABELS timing RUN_SERIAL TRUE)
  endif()
endfunction()

# All tests of the program except the timing tests. If none failed, the skipped ones come last in its output.
function(_myxtts_one_entry module label)
  add_test(NAME ${module} COMMAND test_${module} --gtest_filter=-*Timing.*)
  set_tests_properties(${module} PROPERTIES LABELS ${label} TIMEOUT 900 COST 100
    FAIL_REGULAR_EXPRESSION "Running 0 tests"
    SKIP_REGULAR_EXPRESSION "error while loading shared libraries: lib(cu|nv)[^\n]*\n*$;\n\\[  SKIPPED \\][^\n]*\n*$")
endfunction()

# One entry for each of the program's tests that the filter selects, with these properties.
function(_myxtts_entries module filter)
  gtest_discover_tests(test_${module} TEST_PREFIX ${module}. TEST_FILTER ${filter} NO_PRETTY_VALUES DISCOVERY_MODE PRE_TEST
                       DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300 FAIL_REGULAR_EXPRESSION "Running 0 tests" ${ARGN})
endfunction()

# myxtts_script_tests([PROPERTY VALUE]... SCRIPTS NAME...): adds the scripts NAME.sh of a folder of tests/, which test
# the programs of build/release, as ctest's entries FOLDER.NAME with the label end_to_end and the properties. A script
# exits with code 77 if one of its checks was skipped.
function(myxtts_script_tests)
  cmake_parse_arguments(ARG "" "" "SCRIPTS" ${ARGN})
  if(MYXTTS_SANITIZE OR NOT MYXTTS_TORCH)
    return()
  endif()
  get_filename_component(_folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  foreach(_script ${ARG_SCRIPTS})
    add_test(NAME ${_folder}.${_script} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/${_script}.sh)
    set_tests_properties(${_folder}.${_script} PROPERTIES LABELS end_to_end TIMEOUT 1200 COST 100 SKIP_RETURN_CODE 77
                         ${ARG_UNPARSED_ARGUMENTS})
  endforeach()
endfunction()

# myxtts_fuzzer(NAME SOURCE ... [LINK ...]): the program fuzz_NAME and its entry for ctest, if MYXTTS_FUZZERS is on.
function(myxtts_fuzzer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  if(MYXTTS_FUZZERS)
    add_executable(fuzz_${name} ${ARG_SOURCES})
    add_dependencies(test_programs fuzz_${name})
    target_link_libraries(fuzz_${name} PRIVATE ${ARG_LINK} myxtts_flags)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    add_test(NAME fuzz.${name} COMMAND ${PROJECT_SOURCE_DIR}/scripts/fuzz ${name})
    set_tests_properties(fuzz.${name} PROPERTIES LABELS fuzz)
  endif()
endfunction()
