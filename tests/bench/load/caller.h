// As whom the bench calls.

#ifndef MILKWAY_TESTS_BENCH_LOAD_CALLER_H_
#define MILKWAY_TESTS_BENCH_LOAD_CALLER_H_

#include <chrono>

#include "clients/cpp/unary_call.h"

namespace milkway::bench {

// An admin: with the access token in the environment variable MILKWAY_TOKEN, which the
// server checks at every call, or else by the development header, which it believes.
clients::CallOptions AsAdmin(std::chrono::milliseconds deadline);

}  // namespace milkway::bench

#endif  // MILKWAY_TESTS_BENCH_LOAD_CALLER_H_
