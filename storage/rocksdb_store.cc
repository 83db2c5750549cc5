#include "storage/rocksdb_store.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/options.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"
#include "rocksdb/utilities/checkpoint.h"
#include "storage/group_committer.h"
#include "storage/key_codec.h"
#include "storage/layered_reader.h"
#include "storage/rocksdb_status.h"

namespace milkway::storage {

namespace {

constexpr absl::Duration kPurgePause = absl::Milliseconds(5);

// () -> format version, 4 bytes, big-endian
using FormatKey = KeySchema<0x0000>;

class RocksDbSnapshot : public Snapshot {
 public:
  explicit RocksDbSnapshot(rocksdb::DB* db)
      : db_(*db), snapshot_(db_.GetSnapshot()), reader_(db, snapshot_, {}) {}
  ~RocksDbSnapshot() override { db_.ReleaseSnapshot(snapshot_); }

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override {
    return reader_.Get(key);
  }
  absl::Status Scan(const KeyRange& range, ScanOrder order, Visitor visit) const override {
    return reader_.Scan(range, order, visit);
  }

 private:
  rocksdb::DB& db_;
  const rocksdb::Snapshot* snapshot_;
  LayeredReader reader_;
};

class RocksDbStore : public Store {
 public:
  RocksDbStore(std::unique_ptr<rocksdb::DB> db, uint32_t format, absl::Duration purge_patience,
               GroupCommitter::Limits limits)
      : db_(std::move(db)),
        format_(format),
        purge_patience_(purge_patience),
        committer_(std::make_unique<GroupCommitter>(db_.get(), std::move(limits))) {}

  ~RocksDbStore() override {
    committer_.reset();
    // Saves the next start from replaying the log; the log is still there if
    // this fails.
    (void)db_->Flush(rocksdb::FlushOptions());
  }

  void Transact(Body body, Done done) override {
    committer_->Transact(std::move(body), std::move(done));
  }

  std::shared_ptr<const Snapshot> NewSnapshot() override {
    return std::make_shared<RocksDbSnapshot>(db_.get());
  }

  absl::StatusOr<int64_t> WriteCheckpoint(const std::string& folder) override;
  absl::Status Purge(const KeyRange& range) override;

  absl::Status Health() const override { return committer_->Health(); }
  uint32_t FormatVersion() const override { return format_; }

 private:
  std::unique_ptr<rocksdb::DB> db_;
  // Held by whoever makes a checkpoint, during which no file goes, or waits for some to go.
  absl::Mutex files_;
  const uint32_t format_;
  const absl::Duration purge_patience_;
  std::unique_ptr<GroupCommitter> committer_;
};

absl::StatusOr<int64_t> RocksDbStore::WriteCheckpoint(const std::string& folder) {
  const absl::MutexLock lock(&files_);
  rocksdb::Env* env = db_->GetEnv();
  if (env->FileExists(folder).ok()) {
    return absl::AlreadyExistsError(
        absl::StrCat(folder, " exists already; name a folder that does not"));
  }
  rocksdb::Checkpoint* made = nullptr;
  if (rocksdb::Status status = rocksdb::Checkpoint::Create(db_.get(), &made); !status.ok()) {
    return FromRocksDb(status);
  }
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (rocksdb::Status status = checkpoint->CreateCheckpoint(folder); !status.ok()) {
    return FromRocksDb(status);
  }
  std::vector<rocksdb::Env::FileAttributes> files;
  if (rocksdb::Status status = env->GetChildrenFileAttributes(folder, &files); !status.ok()) {
    return FromRocksDb(status);
  }
  int64_t bytes = 0;
  for (const auto& file : files) bytes += static_cast<int64_t>(file.size_bytes);
  return bytes;
}

absl::Status StillRead() {
  return absl::UnavailableError(
      "somebody still reads what was deleted, so that its bytes cannot go; try again in a moment");
}

// Compaction keeps what a snapshot can still see. OK once none is older than `sequence`.
absl::Status AwaitSnapshots(rocksdb::DB* db, uint64_t sequence, absl::Duration patience) {
  const absl::Time deadline = absl::Now() + patience;
  uint64_t oldest = 0;
  while (db->GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence, &oldest) &&
         oldest != 0 && oldest < sequence) {
    if (absl::Now() > deadline) return StillRead();
    absl::SleepFor(kPurgePause);
  }
  return absl::OkStatus();
}

// The files of sorted rows in the folder of the store.
absl::StatusOr<std::set<std::string>> FilesOfRows(rocksdb::DB* db) {
  std::vector<std::string> names;
  if (rocksdb::Status status = db->GetEnv()->GetChildren(db->GetName(), &names); !status.ok()) {
    return FromRocksDb(status);
  }
  std::set<std::string> files;
  for (const std::string& name : names) {
    if (absl::EndsWith(name, ".sst")) files.insert(name);
  }
  return files;
}

bool IsAnyThere(rocksdb::DB* db, const std::set<std::string>& files) {
  return std::any_of(files.begin(), files.end(), [&](const std::string& file) {
    return db->GetEnv()->FileExists(db->GetName() + "/" + file).ok();
  });
}

// A file that was replaced, now or by a purge before, stays for as long as somebody reads
// in it. One that is being written comes to be live.
absl::Status AwaitRemoval(rocksdb::DB* db, absl::Duration patience) {
  absl::StatusOr<std::set<std::string>> files = FilesOfRows(db);
  if (!files.ok()) return files.status();
  const absl::Time deadline = absl::Now() + patience;
  while (true) {
    std::vector<rocksdb::LiveFileMetaData> live;
    db->GetLiveFilesMetaData(&live);
    for (const rocksdb::LiveFileMetaData& file : live) files->erase(file.relative_filename);
    if (!IsAnyThere(db, *files)) return absl::OkStatus();
    if (absl::Now() > deadline) return StillRead();
    absl::SleepFor(kPurgePause);
  }
}

absl::Status RocksDbStore::Purge(const KeyRange& range) {
  if (absl::Status waited =
          AwaitSnapshots(db_.get(), db_->GetLatestSequenceNumber(), purge_patience_);
      !waited.ok()) {
    return waited;
  }
  const absl::MutexLock lock(&files_);
  // Begins a new log: what the old one says is in the sorted files now.
  if (rocksdb::Status status = db_->Flush(rocksdb::FlushOptions()); !status.ok()) {
    return FromRocksDb(status);
  }
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  const rocksdb::Slice from(range.from.data(), range.from.size());
  const rocksdb::Slice to(range.to.data(), range.to.size());
  rocksdb::Status status = db_->CompactRange(options, range.from.empty() ? nullptr : &from,
                                             range.to.empty() ? nullptr : &to);
  if (!status.ok()) return FromRocksDb(status);
  // Files that are not needed go a moment later; this waits until they are gone, logs too.
  status = db_->DisableFileDeletions();
  if (status.ok()) status = db_->EnableFileDeletions(/*force=*/false);
  if (!status.ok()) return FromRocksDb(status);
  return AwaitRemoval(db_.get(), purge_patience_);
}

rocksdb::Options EngineOptions(const RocksDbStoreOptions& options) {
  rocksdb::Options engine;
  engine.create_if_missing = true;
  if (options.env != nullptr) engine.env = options.env;
  // The default of this version can drop acknowledged writes in silence when a
  // record in the middle of the log is damaged; this one refuses to open.
  engine.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // There is one writer.
  engine.allow_concurrent_memtable_write = false;
  engine.write_buffer_size = options.memtable_bytes;
  engine.max_write_buffer_number = 3;
  engine.max_background_jobs = 2;
  engine.compression = rocksdb::kLZ4Compression;
  engine.bottommost_compression = rocksdb::kZSTD;
  engine.level_compaction_dynamic_level_bytes = true;
  // A group is written in key order, so the rows of a table go in next to each
  // other; the first two bytes are the table's tag.
  engine.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(2));
  // Most lookups are of request ids never seen before.
  engine.memtable_whole_key_filtering = true;
  engine.memtable_prefix_bloom_size_ratio = 0.05;
  engine.keep_log_file_num = 4;
  engine.max_log_file_size = 4 << 20;
  engine.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  rocksdb::BlockBasedTableOptions table;
  // Few shards, so that no block is too large for its part of the cache.
  constexpr int kCacheShardBits = 3;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes, kCacheShardBits);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_size = 16 << 10;
  table.format_version = 5;
  // Indexes and filters in small parts: whole ones are megabytes, and would be read and
  // checked anew for a single row once they do not fit in the cache.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.metadata_block_size = 4 << 10;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_top_level_index_and_filter = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  engine.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return engine;
}

absl::StatusOr<std::unique_ptr<rocksdb::DB>> OpenEngine(const RocksDbStoreOptions& options) {
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(EngineOptions(options), options.folder, &opened);
  if (status.ok()) return std::unique_ptr<rocksdb::DB>(opened);
  if (absl::StrContains(status.ToString(), "/LOCK")) {
    return absl::FailedPreconditionError(
        absl::StrCat("another process has the store ", options.folder,
                     " open; stop that one first, or name another folder"));
  }
  absl::Status translated = FromRocksDb(status);
  return absl::Status(translated.code(),
                      absl::StrCat("cannot open ", options.folder, ": ", translated.message()));
}

// The version of what is on disk; a fresh store gets the newest.
absl::StatusOr<uint32_t> ReadFormat(rocksdb::DB* db, const std::string& folder) {
  LayeredReader reader(db, nullptr, {});
  auto stored = reader.Get(FormatKey::Encode());
  if (!stored.ok()) return stored.status();
  if (stored->has_value()) {
    absl::string_view bytes = **stored;
    uint32_t version = 0;
    if (!key_internal::Consume(&bytes, &version) || !bytes.empty()) {
      return absl::DataLossError(
          absl::StrCat("the format version of ", folder, " is damaged; restore from a backup"));
    }
    if (version > kStoreFormatVersion) {
      return absl::FailedPreconditionError(
          absl::StrCat(folder, " has format ", version, ", and this program knows formats up to ",
                       kStoreFormatVersion, "; run the newer program that wrote it"));
    }
    if (version < kOldestStoreFormatVersion) {
      return absl::FailedPreconditionError(
          absl::StrCat(folder, " has format ", version, ", and this program reads formats from ",
                       kOldestStoreFormatVersion,
                       " on; name a new folder and import the programme's files into it"));
    }
    return version;
  }
  bool is_fresh = true;
  absl::Status scanned =
      reader.Scan(KeyRange{}, ScanOrder::kAscending, [&](absl::string_view, absl::string_view) {
        is_fresh = false;
        return false;
      });
  if (!scanned.ok()) return scanned;
  if (!is_fresh) {
    return absl::DataLossError(absl::StrCat(
        folder, " is not a Milkway store: it has no format version; name another folder"));
  }
  std::string bytes;
  key_internal::Append(kStoreFormatVersion, &bytes);
  rocksdb::WriteOptions options;
  options.sync = true;
  if (rocksdb::Status status = db->Put(options, FormatKey::Encode(), bytes); !status.ok()) {
    return FromRocksDb(status);
  }
  return kStoreFormatVersion;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const RocksDbStoreOptions& options) {
  auto db = OpenEngine(options);
  if (!db.ok()) return db.status();
  const auto format = ReadFormat(db->get(), options.folder);
  if (!format.ok()) return format.status();
  GroupCommitter::Limits limits;
  limits.queued_bodies_max = options.queued_bodies_max;
  limits.free_bytes_floor = options.free_bytes_floor;
  limits.row_cache_bytes = options.row_cache_bytes;
  limits.free_bytes = options.free_bytes;
  if (limits.free_bytes == nullptr) {
    limits.free_bytes = [env = (*db)->GetEnv(), folder = options.folder,
                         floor = options.free_bytes_floor]() -> int64_t {
      uint64_t bytes = 0;
      // A file system that cannot tell, such as one in memory, is never full.
      return env->GetFreeSpace(folder, &bytes).ok() ? static_cast<int64_t>(bytes) : floor;
    };
  }
  return std::make_unique<RocksDbStore>(*std::move(db), *format, options.purge_patience,
                                        std::move(limits));
}

}  // namespace milkway::storage
