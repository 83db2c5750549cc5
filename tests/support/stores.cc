#include "tests/support/stores.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "gtest/gtest.h"
#include "rocksdb/options.h"
#include "rocksdb/sst_file_reader.h"

namespace milkway::testing {

namespace {

std::unique_ptr<storage::Store> Open(rocksdb::Env* env) {
  storage::RocksDbStoreOptions options;
  options.folder = "/store";
  options.env = env;
  auto store = storage::OpenRocksDbStore(options);
  if (!store.ok()) {
    ADD_FAILURE() << store.status();
    std::abort();
  }
  return *std::move(store);
}

// Whether a row of a file of sorted rows has `bytes` in it: on disk rows are compressed.
bool RowsHold(const std::filesystem::path& path, const std::string& bytes) {
  rocksdb::SstFileReader reader{rocksdb::Options()};
  if (path.extension() != ".sst" || !reader.Open(path).ok()) return false;
  const std::unique_ptr<rocksdb::Iterator> row(reader.NewIterator(rocksdb::ReadOptions()));
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const bool holds = row->key().ToString().find(bytes) != std::string::npos ||
                       row->value().ToString().find(bytes) != std::string::npos;
    if (holds) return true;
  }
  return false;
}

}  // namespace

TempFolder::TempFolder() {
  std::string pattern = ::testing::TempDir() + "/milkway-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

bool FilesHold(const std::string& folder, const std::string& bytes) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    if (all.find(bytes) != std::string::npos || RowsHold(entry.path(), bytes)) return true;
  }
  return false;
}

MemoryStore::MemoryStore()
    : env_(rocksdb::NewMemEnv(rocksdb::Env::Default())), store_(Open(env_.get())) {}

void MemoryStore::Reopen() {
  store_.reset();
  store_ = Open(env_.get());
}

}  // namespace milkway::testing
