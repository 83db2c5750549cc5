// The same load over HTTP: class records as binary messages of the Connect protocol.

#ifndef MILKWAY_TESTS_BENCH_LOAD_HTTP_LOAD_H_
#define MILKWAY_TESTS_BENCH_LOAD_HTTP_LOAD_H_

#include <string>

#include "tests/bench/load/load.h"
#include "tests/bench/load/programme.h"

namespace milkway::bench {

// `address`: "127.0.0.1:8080", of a gateway. Each call under way has a connection of its own,
// which is kept.
LoadResult RecordOneByOneOverHttp(const std::string& address, Programme& programme,
                                  const LoadOptions& options);
LoadResult RecordInBatchesOverHttp(const std::string& address, Programme& programme, int batch_size,
                                   const LoadOptions& options);

}  // namespace milkway::bench

#endif  // MILKWAY_TESTS_BENCH_LOAD_HTTP_LOAD_H_
