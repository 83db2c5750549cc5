#include "storage/group_committer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "rocksdb/write_batch.h"
#include "storage/layered_reader.h"
#include "storage/rocksdb_status.h"

namespace milkway::storage {

namespace {

// Enough for thousands of small bodies, little enough that a write stalls nobody.
constexpr size_t kGroupBytesMax = 8 << 20;
constexpr size_t kGroupBodiesMax = 8192;
constexpr absl::Duration kDiskCheckPause = absl::Milliseconds(200);

// The writes of one body go into its group's write set.
class GroupTransaction : public Transaction {
 public:
  GroupTransaction(rocksdb::DB* db, WriteSet* writes, const WriteSet* below, RowCache* cache)
      : writes_(*writes), cache_(*cache), reader_(db, nullptr, LayersOf(writes, below)) {}

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override {
    if (const WriteSet::Value* written = writes_.Find(key)) return *written;
    // Whatever the group below wrote to a cached row is in the cache, too.
    if (const std::string* cached = cache_.Find(key)) return *cached;
    auto value = reader_.Get(key);
    if (value.ok() && value->has_value()) cache_.Insert(key, **value);
    return value;
  }
  absl::Status Scan(const KeyRange& range, ScanOrder order, Visitor visit) const override {
    return reader_.Scan(range, order, visit);
  }

  absl::Status Put(absl::string_view key, absl::string_view value) override {
    if (value.size() > kValueBytesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("a value of ", value.size(), " bytes is longer than ", kValueBytesMax));
    }
    return Write(key, std::string(value));
  }
  absl::Status Delete(absl::string_view key) override { return Write(key, std::nullopt); }

 private:
  static std::vector<const WriteSet*> LayersOf(const WriteSet* writes, const WriteSet* below) {
    if (below == nullptr) return {writes};
    return {writes, below};
  }

  absl::Status Write(absl::string_view key, WriteSet::Value value) {
    if (key.empty() || key.size() > kKeyBytesMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("a key of ", key.size(), " bytes is not between 1 and ", kKeyBytesMax));
    }
    writes_.Write(key, std::move(value));
    return absl::OkStatus();
  }

  WriteSet& writes_;
  RowCache& cache_;
  LayeredReader reader_;
};

absl::Status StoreFailed(const absl::Status& cause) {
  return absl::UnavailableError(absl::StrCat(
      "the store refuses writes since a commit failed: ", cause.message(), "; restart the server"));
}

}  // namespace

GroupCommitter::GroupCommitter(rocksdb::DB* db, Limits limits)
    : db_(*db),
      limits_(std::move(limits)),
      cache_(limits_.row_cache_bytes),
      runner_([this] { RunBodies(); }),
      committer_([this] { CommitGroups(); }),
      completer_([this] { CompleteGroups(); }) {}

GroupCommitter::~GroupCommitter() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    work_to_run_.Signal();
  }
  runner_.join();
  committer_.join();
  completer_.join();
}

void GroupCommitter::Transact(Store::Body body, Store::Done done) {
  absl::Status refusal;
  {
    absl::MutexLock lock(&mutex_);
    if (!failed_.ok()) {
      refusal = StoreFailed(failed_);
    } else if (queue_.size() >= limits_.queued_bodies_max) {
      refusal = absl::ResourceExhaustedError(
          absl::StrCat(queue_.size(), " changes wait for the store; try again later"));
    } else {
      queue_.push_back({std::move(body), std::move(done)});
      if (queue_.size() == 1) work_to_run_.Signal();
      return;
    }
  }
  std::move(done)(std::move(refusal));
}

absl::Status GroupCommitter::Health() const {
  absl::MutexLock lock(&mutex_);
  return failed_.ok() ? absl::OkStatus() : StoreFailed(failed_);
}

void GroupCommitter::RunBodies() {
  auto group = std::make_shared<Group>();
  std::vector<Queued> bodies;
  while (TakeQueued(&group, &bodies)) {
    for (Queued& queued : bodies) {
      Run(std::move(queued), group.get());
      const bool is_full =
          group->writes.bytes() >= kGroupBytesMax || group->ran.size() >= kGroupBodiesMax;
      if (is_full || committer_is_idle_.load(std::memory_order_acquire)) {
        HandOver(std::exchange(group, std::make_shared<Group>()));
      }
    }
    bodies.clear();
  }
  absl::MutexLock lock(&mutex_);
  all_run_ = true;
  work_to_commit_.Signal();
}

bool GroupCommitter::TakeQueued(std::shared_ptr<Group>* group, std::vector<Queued>* bodies) {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      const bool has_run = !(*group)->ran.empty();
      while (queue_.empty() && !stopping_ && (!has_run || committing_ != nullptr)) {
        work_to_run_.Wait(&mutex_);
      }
      if (!queue_.empty()) {
        bodies->swap(queue_);
        below_ = committing_;
        return true;
      }
      if (!has_run) return false;  // stopping, and all is handed over
    }
    HandOver(std::exchange(*group, std::make_shared<Group>()));
  }
}

void GroupCommitter::Run(Queued queued, Group* group) {
  absl::Status status = CheckDisk();
  if (status.ok()) {
    GroupTransaction transaction(&db_, &group->writes,
                                 below_ == nullptr ? nullptr : &below_->writes, &cache_);
    status = queued.body(transaction);
  }
  if (status.ok()) {
    group->writes.Keep();
  } else {
    group->writes.Undo();
  }
  // Even a refusal waits for the commit: it may rest on writes of this group.
  group->ran.push_back({std::move(queued.done), std::move(status)});
}

absl::Status GroupCommitter::CheckDisk() {
  const absl::Time now = absl::Now();
  if (now < disk_checked_ + kDiskCheckPause) return disk_;
  disk_checked_ = now;
  const int64_t free_bytes = limits_.free_bytes();
  disk_ = free_bytes >= limits_.free_bytes_floor
              ? absl::OkStatus()
              : absl::ResourceExhaustedError(
                    absl::StrCat("the disk of the store has ", free_bytes >> 20,
                                 " MiB left, less than the ", limits_.free_bytes_floor >> 20,
                                 " MiB it keeps free; nothing is recorded until space is freed"));
  return disk_;
}

void GroupCommitter::HandOver(std::shared_ptr<Group> group) {
  cache_.Update(group->writes);
  below_ = group;
  absl::MutexLock lock(&mutex_);
  while (committing_ != nullptr) work_to_run_.Wait(&mutex_);
  committing_ = std::move(group);
  committer_is_idle_.store(false, std::memory_order_release);
  work_to_commit_.Signal();
}

void GroupCommitter::CommitGroups() {
  while (true) {
    std::shared_ptr<Group> group;
    absl::Status failed;
    {
      absl::MutexLock lock(&mutex_);
      while (committing_ == nullptr && !all_run_) work_to_commit_.Wait(&mutex_);
      if (committing_ == nullptr) break;
      group = committing_;
      failed = failed_;
    }
    if (failed.ok()) failed = CommitOne(*group);
    if (!failed.ok()) {
      for (Ran& ran : group->ran) ran.status = StoreFailed(failed);
    }
    absl::MutexLock lock(&mutex_);
    failed_ = failed;
    committing_ = nullptr;
    committer_is_idle_.store(true, std::memory_order_release);
    committed_.push_back(std::move(group));
    work_to_run_.Signal();
    work_to_complete_.Signal();
  }
  absl::MutexLock lock(&mutex_);
  all_committed_ = true;
  work_to_complete_.Signal();
}

absl::Status GroupCommitter::CommitOne(const Group& group) {
  if (group.writes.empty()) return absl::OkStatus();
  rocksdb::WriteBatch batch(group.writes.bytes() + group.writes.rows().size() * 16);
  for (const auto& [key, value] : group.writes.rows()) {
    const rocksdb::Status status = value.has_value() ? batch.Put(key, *value) : batch.Delete(key);
    if (!status.ok()) return FromRocksDb(status);
  }
  rocksdb::WriteOptions options;
  options.sync = true;
  return FromRocksDb(db_.Write(options, &batch));
}

void GroupCommitter::CompleteGroups() {
  while (true) {
    std::shared_ptr<Group> group;
    {
      absl::MutexLock lock(&mutex_);
      while (committed_.empty() && !all_committed_) work_to_complete_.Wait(&mutex_);
      if (committed_.empty()) return;
      group = std::move(committed_.front());
      committed_.pop_front();
    }
    for (Ran& ran : group->ran) std::move(ran.done)(std::move(ran.status));
  }
}

}  // namespace milkway::storage
