// An ordered, transactional, durable map from keys to bytes.
//
// The contract is engine-neutral: RocksDB fulfils it today, a server that speaks
// the PostgreSQL protocol can fulfil it tomorrow. tests/conformance/ holds one
// suite that every engine runs.

#ifndef MILKWAY_STORAGE_STORE_H_
#define MILKWAY_STORAGE_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::storage {

// Keys at or above `from` and below `to`; an empty `to` has no upper end.
struct KeyRange {
  std::string from;
  std::string to;
};

// All keys that start with `prefix`.
KeyRange PrefixRange(absl::string_view prefix);

enum class ScanOrder { kAscending, kDescending };

// What can be read: a transaction or a snapshot.
class Reader {
 public:
  // Sees one row; the views die when it returns. False ends the scan.
  using Visitor = absl::FunctionRef<bool(absl::string_view key, absl::string_view value)>;

  virtual ~Reader() = default;

  // nullopt if there is no value at `key`. DATA_LOSS if the bytes on disk are
  // damaged; UNAVAILABLE if the disk cannot be read.
  virtual absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const = 0;

  // Visits the rows of `range` in `order`. The visitor must not write.
  virtual absl::Status Scan(const KeyRange& range, ScanOrder order, Visitor visit) const = 0;
};

// Reads and writes of one atomic change. Sees its own writes. Not thread-safe;
// valid only inside the body it was handed to.
class Transaction : public Reader {
 public:
  // INVALID_ARGUMENT if the key is empty or longer than kKeyBytesMax, or the
  // value longer than kValueBytesMax.
  virtual absl::Status Put(absl::string_view key, absl::string_view value) = 0;

  // Removing what is not there is OK.
  virtual absl::Status Delete(absl::string_view key) = 0;
};

// One unchanging, consistent view. Thread-safe. Never waits for a writer.
class Snapshot : public Reader {};

inline constexpr size_t kKeyBytesMax = 4096;
inline constexpr size_t kValueBytesMax = 16 << 20;

// Thread-safe.
class Store {
 public:
  // May run more than once, so it has no side effect but on the transaction and
  // on what it captured, which it must leave right when run again. Runs on the
  // store's own thread: never blocks.
  using Body = absl::AnyInvocable<absl::Status(Transaction&)>;
  // Called exactly once, on a thread of the store; must not block.
  using Done = absl::AnyInvocable<void(absl::Status) &&>;

  virtual ~Store() = default;

  // Queues `body`. If it returns OK its writes are committed together, and
  // `done(OK)` is called once they are durable; any other status leaves nothing
  // and goes to `done`. Bodies run one after another, in the order of the calls,
  // each seeing all earlier ones. Besides the body's own errors:
  //   UNAVAILABLE         a commit failed earlier: the store refuses writes
  //                       until the process is restarted;
  //   RESOURCE_EXHAUSTED  the disk is too full, or too many bodies are queued.
  virtual void Transact(Body body, Done done) = 0;

  // The same, waiting. Never call it from a body, a done or a gRPC callback.
  absl::Status TransactAndWait(Body body);

  // A view of everything that was reported durable before this call.
  virtual std::shared_ptr<const Snapshot> NewSnapshot() = 0;

  // Writes a consistent copy into `folder`, which must not exist yet; it can be
  // opened as a store. Serving goes on meanwhile. Waits for a purge under way. Returns
  // its size in bytes.
  virtual absl::StatusOr<int64_t> WriteCheckpoint(const std::string& folder) = 0;

  // Rows of `range` that were deleted or overwritten before the call leave no bytes in
  // the files of the store: neither in what it keeps sorted nor in its log. Keys may stay
  // in it, values not. Checkpoints are files of their own, and keep what they have.
  // Blocks, and rewrites the range: for small stores, or rare deletions. Waits for
  // checkpoints and purges under way, for as long as they take; and, half a minute each,
  // for snapshots of before the call and for whoever still reads in files that it or an
  // earlier purge replaced: then UNAVAILABLE, and the call is to be repeated.
  virtual absl::Status Purge(const KeyRange& range) = 0;

  // OK while writes are accepted; else why not.
  virtual absl::Status Health() const = 0;

  // Format version of what is on disk.
  virtual uint32_t FormatVersion() const = 0;
};

}  // namespace milkway::storage

#endif  // MILKWAY_STORAGE_STORE_H_
