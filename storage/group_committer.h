// The one writer of a store: runs bodies one after another, commits them in
// groups.
//
// Three threads form a pipeline: one runs bodies over an overlay, one writes a
// finished group with a single synced write, one tells the callers. While a
// group is synced the next one runs and reads through it.

#ifndef MILKWAY_STORAGE_GROUP_COMMITTER_H_
#define MILKWAY_STORAGE_GROUP_COMMITTER_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "storage/row_cache.h"
#include "storage/store.h"
#include "storage/write_set.h"

namespace rocksdb {
class DB;
}  // namespace rocksdb

namespace milkway::storage {

// Thread-safe.
class GroupCommitter {
 public:
  struct Limits {
    size_t queued_bodies_max = 0;
    int64_t free_bytes_floor = 0;
    // Free bytes on the disk of the store.
    std::function<int64_t()> free_bytes;
    // Memory for rows that bodies read often.
    size_t row_cache_bytes = 0;
  };

  // `db` must outlive the committer.
  GroupCommitter(rocksdb::DB* db, Limits limits);
  // Runs and commits what is queued, then stops.
  ~GroupCommitter();

  // As Store::Transact and Store::Health.
  void Transact(Store::Body body, Store::Done done);
  absl::Status Health() const;

 private:
  struct Queued {
    Store::Body body;
    Store::Done done;
  };
  // A body that was run, and what it said.
  struct Ran {
    Store::Done done;
    absl::Status status;
  };
  struct Group {
    WriteSet writes;
    std::vector<Ran> ran;
  };

  void RunBodies();
  void CommitGroups();
  void CompleteGroups();

  // Waits for work. Moves what is queued into `*bodies`; none means stop.
  // `group` is what has been run and not handed over yet.
  bool TakeQueued(std::shared_ptr<Group>* group, std::vector<Queued>* bodies);
  void Run(Queued queued, Group* group);
  // Waits until nothing is being committed, then lets `group` be.
  void HandOver(std::shared_ptr<Group> group);
  absl::Status CommitOne(const Group& group);
  absl::Status CheckDisk();

  rocksdb::DB& db_;
  const Limits limits_;

  mutable absl::Mutex mutex_;
  absl::CondVar work_to_run_;
  absl::CondVar work_to_commit_;
  absl::CondVar work_to_complete_;
  std::vector<Queued> queue_ ABSL_GUARDED_BY(mutex_);
  // The group that is being committed; its writes are read through meanwhile.
  std::shared_ptr<Group> committing_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<Group>> committed_ ABSL_GUARDED_BY(mutex_);
  // Once a commit has failed nobody can tell what is on disk.
  absl::Status failed_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool all_run_ ABSL_GUARDED_BY(mutex_) = false;
  bool all_committed_ ABSL_GUARDED_BY(mutex_) = false;

  // Used by the running thread only.
  std::shared_ptr<Group> below_;
  RowCache cache_;  // the rows as `below_` leaves them
  absl::Time disk_checked_ = absl::InfinitePast();
  absl::Status disk_;

  std::atomic<bool> committer_is_idle_{true};
  std::thread runner_;
  std::thread committer_;
  std::thread completer_;
};

}  // namespace milkway::storage

#endif  // MILKWAY_STORAGE_GROUP_COMMITTER_H_
