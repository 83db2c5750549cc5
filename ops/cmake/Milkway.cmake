# What every folder of the build shares: the language, the dependencies, and one
# way to declare a library, a program, a test.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(MILKWAY_CCACHE ccache)
if(MILKWAY_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${MILKWAY_CCACHE})
endif()
find_program(MILKWAY_MOLD mold)
if(MILKWAY_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Protobuf's module must be found before gRPC's config.
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(GTest CONFIG REQUIRED)
find_package(benchmark CONFIG REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
include(GoogleTest)

option(MILKWAY_ASAN "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(MILKWAY_FUZZ "Build the fuzzers (clang only)" OFF)
if(MILKWAY_ASAN)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()
if(MILKWAY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Where the code is worked on, warnings are errors. Where it is used they are not: what a
# compiler suspects differs with its version and its optimisation, and nobody's first build
# should fail on it.
option(MILKWAY_WERROR "Warnings are errors" OFF)

# Our own code is clean under these; generated code is not asked.
add_library(milkway_warnings INTERFACE)
target_compile_options(
  milkway_warnings
  INTERFACE -Wall -Wextra $<$<BOOL:${MILKWAY_WERROR}>:-Werror> -Wshadow -Wnon-virtual-dtor
            $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
            # g++ 12 reports it falsely for strings in optimised builds (GCC bug 105651).
            $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
            # gRPC, protobuf and RocksDB leave parameters of their virtuals unused.
            -Wno-unused-parameter)

# milkway_library(NAME name SOURCES … DEPS … [PRIVATE_DEPS …]): a static library
# named milkway_<name> whose includes start at the root of the tree. Who uses it
# cannot include what only PRIVATE_DEPS bring.
function(milkway_library)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(milkway_${ARG_NAME} STATIC ${ARG_SOURCES})
  target_include_directories(milkway_${ARG_NAME} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(milkway_${ARG_NAME} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS} milkway_warnings)
endfunction()

# milkway_program(NAME name SOURCES … DEPS …): an executable in bin/.
function(milkway_program)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_include_directories(${ARG_NAME} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPS} milkway_warnings)
endfunction()

# milkway_test(NAME name SOURCES … DEPS … [TIMEOUT seconds]): a GoogleTest
# program that ctest runs as one test.
function(milkway_test)
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SOURCES;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_include_directories(${ARG_NAME} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPS} GTest::gmock_main milkway_warnings)
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  if(MILKWAY_ASAN)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 5")
  endif()
  set_tests_properties(${ARG_NAME} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
endfunction()
