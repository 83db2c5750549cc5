// The RocksDB engine keeps the contract of a store.

#include "tests/conformance/store_conformance.h"
#include "tests/support/stores.h"

namespace milkway::storage {
namespace {

class RocksDbInMemory : public Engine {
 public:
  Store* store() override { return store_.get(); }
  void Reopen() override { store_.Reopen(); }

 private:
  testing::MemoryStore store_;
};

INSTANTIATE_TEST_SUITE_P(RocksDb, StoreConformance,
                         ::testing::Values([] { return std::make_unique<RocksDbInMemory>(); }));

}  // namespace
}  // namespace milkway::storage
