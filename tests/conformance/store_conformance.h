// What every storage engine promises. An engine instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(RocksDb, StoreConformance, ::testing::Values(MakeEngine));

#ifndef MILKWAY_TESTS_CONFORMANCE_STORE_CONFORMANCE_H_
#define MILKWAY_TESTS_CONFORMANCE_STORE_CONFORMANCE_H_

#include <functional>
#include <memory>

#include "gtest/gtest.h"
#include "storage/store.h"

namespace milkway::storage {

// An engine with a fresh store that keeps its rows over Reopen.
class Engine {
 public:
  virtual ~Engine() = default;
  virtual Store* store() = 0;
  virtual void Reopen() = 0;
};

using EngineFactory = std::function<std::unique_ptr<Engine>()>;

class StoreConformance : public ::testing::TestWithParam<EngineFactory> {
 protected:
  Store& store() { return *engine_->store(); }
  void Reopen() { engine_->Reopen(); }

 private:
  std::unique_ptr<Engine> engine_ = GetParam()();
};

}  // namespace milkway::storage

#endif  // MILKWAY_TESTS_CONFORMANCE_STORE_CONFORMANCE_H_
