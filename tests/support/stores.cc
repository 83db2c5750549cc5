#include "tests/support/stores.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/time/clock.h"
#include "absl/time/time.h"
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

constexpr absl::Duration kWritingPatience = absl::Seconds(10);

// Null if the file went away. One that is being written is opened once it is complete.
std::unique_ptr<rocksdb::SstFileReader> OpenRows(const std::filesystem::path& path) {
  const absl::Time deadline = absl::Now() + kWritingPatience;
  while (std::filesystem::exists(path)) {
    auto reader = std::make_unique<rocksdb::SstFileReader>(rocksdb::Options());
    const rocksdb::Status opened = reader->Open(path);
    if (opened.ok()) return reader;
    if (absl::Now() > deadline) {
      ADD_FAILURE() << path << ": " << opened.ToString();
      return nullptr;
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
  return nullptr;
}

// Whether a row of a file of sorted rows has `bytes` in it: on disk rows are compressed.
bool RowsHold(const std::filesystem::path& path, const std::string& bytes) {
  if (path.extension() != ".sst") return false;
  const auto reader = OpenRows(path);
  if (reader == nullptr) return false;
  const std::unique_ptr<rocksdb::Iterator> row(reader->NewIterator(rocksdb::ReadOptions()));
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const bool holds = row->key().ToString().find(bytes) != std::string::npos ||
                       row->value().ToString().find(bytes) != std::string::npos;
    if (holds) return true;
  }
  EXPECT_TRUE(row->status().ok()) << path << ": " << row->status().ToString();
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
