// Kills a process that writes and looks at what it left.
//
// A child process writes numbered changes and acknowledges each on a pipe once
// the store reported it durable. It is killed at a random moment, again and
// again on the same store. After every kill each acknowledged change must be
// there, whole, and of any other change all or nothing.
//
//   MILKWAY_CRASH_ROUNDS=5000 store_crash_test    for a long run (default 200)

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <random>
#include <string>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "gtest/gtest.h"
#include "storage/key_codec.h"
#include "storage/rocksdb_store.h"
#include "tests/support/stores.h"

namespace milkway::storage {
namespace {

// () -> number of the last change
using HeadKey = KeySchema<0x7f00>;
// change, part -> bytes that say which change they belong to
using PartKey = KeySchema<0x7f01, uint64_t, uint32_t>;

constexpr uint32_t kPartsMax = 8;

uint32_t PartsOf(uint64_t change) { return 1 + change % kPartsMax; }
std::string PartBytes(uint64_t change, uint32_t part) {
  const std::string unit = absl::StrCat("change ", change, " part ", part, ";");
  std::string bytes;
  for (uint64_t repeat = 0; repeat <= change % 37; ++repeat) bytes += unit;
  return bytes;
}

std::unique_ptr<Store> OpenOrDie(const std::string& folder) {
  RocksDbStoreOptions options;
  options.folder = folder;
  options.memtable_bytes = 1 << 20;  // so that flushes and compactions are hit too
  auto store = OpenRocksDbStore(options);
  if (!store.ok()) {
    fprintf(stderr, "%s\n", store.status().ToString().c_str());
    abort();
  }
  return *std::move(store);
}

uint64_t LastChange(const Reader& reader) {
  const auto head = reader.Get(HeadKey::Encode());
  if (!head.ok()) abort();
  uint64_t last = 0;
  if (head->has_value() && !absl::SimpleAtoi(**head, &last)) abort();
  return last;
}

// Writes changes for ever, 32 at a time, acknowledging each on `pipe`.
[[noreturn]] void WriteUntilKilled(const std::string& folder, int pipe) {
  const auto store = OpenOrDie(folder);
  absl::Mutex mutex;
  int under_way = 0;
  for (uint64_t change = LastChange(*store->NewSnapshot()) + 1;; ++change) {
    {
      absl::MutexLock lock(&mutex);
      const auto may_go_on = [&] { return under_way < 32; };
      mutex.Await(absl::Condition(&may_go_on));
      ++under_way;
    }
    store->Transact(
        [change](Transaction& transaction) -> absl::Status {
          for (uint32_t part = 0; part < PartsOf(change); ++part) {
            absl::Status status =
                transaction.Put(PartKey::Encode(change, part), PartBytes(change, part));
            if (!status.ok()) return status;
          }
          return transaction.Put(HeadKey::Encode(), absl::StrCat(change));
        },
        [&, change](absl::Status status) {
          if (!status.ok()) abort();
          if (write(pipe, &change, sizeof(change)) != sizeof(change)) abort();
          absl::MutexLock lock(&mutex);
          --under_way;
        });
  }
}

struct Killed {
  uint64_t last_acknowledged = 0;
};

// Starts a writer on `folder` and kills it `after` it acknowledged its first change.
Killed WriteAndKill(const std::string& folder, std::chrono::microseconds after) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) abort();
  const pid_t child = fork();
  if (child == 0) {
    close(pipe_ends[0]);
    const std::string pipe_number = absl::StrCat(pipe_ends[1]);
    execl("/proc/self/exe", "store_crash_test", "--write", folder.c_str(), pipe_number.c_str(),
          nullptr);
    _exit(127);
  }
  close(pipe_ends[1]);
  Killed killed;
  uint64_t change = 0;
  bool is_timed = false;
  std::thread killer;
  while (read(pipe_ends[0], &change, sizeof(change)) == sizeof(change)) {
    killed.last_acknowledged = change;
    if (std::exchange(is_timed, true)) continue;
    killer = std::thread([=] {
      std::this_thread::sleep_for(after);
      kill(child, SIGKILL);
    });
  }
  close(pipe_ends[0]);
  if (killer.joinable()) killer.join();
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the writer died by itself";
  return killed;
}

// Everything from `first` to the head is whole and there is nothing above it.
void ExpectWholeFrom(uint64_t first, const Reader& reader, uint64_t last) {
  uint64_t change = first;
  uint32_t part = 0;
  const absl::Status scanned =
      reader.Scan({PartKey::Prefix(first), PartKey::Range().to}, ScanOrder::kAscending,
                  [&](absl::string_view key, absl::string_view value) {
                    EXPECT_EQ(key, PartKey::Encode(change, part));
                    EXPECT_EQ(value, PartBytes(change, part));
                    if (++part == PartsOf(change)) {
                      ++change;
                      part = 0;
                    }
                    return !::testing::Test::HasFailure();
                  });
  EXPECT_TRUE(scanned.ok()) << scanned;
  EXPECT_EQ(part, 0u) << "half of change " << change;
  EXPECT_EQ(change, last + 1);
}

TEST(StoreCrash, AKilledWriterLosesNothingAcknowledgedAndLeavesNoHalves) {
  const uint32_t seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  int rounds = 200;
  if (const char* wanted = getenv("MILKWAY_CRASH_ROUNDS")) {
    ASSERT_TRUE(absl::SimpleAtoi(wanted, &rounds));
  }
  const testing::TempFolder folder;
  const std::string store_folder = folder / "store";

  uint64_t last = 0;
  for (int round = 0; round < rounds && !HasFailure(); ++round) {
    const Killed killed = WriteAndKill(store_folder, std::chrono::microseconds(random() % 60'000));
    const auto store = OpenOrDie(store_folder);
    const auto snapshot = store->NewSnapshot();
    const uint64_t now = LastChange(*snapshot);
    EXPECT_GE(now, killed.last_acknowledged);
    EXPECT_GE(now, last);
    // Older changes are looked at once more in the last round.
    ExpectWholeFrom(round + 1 == rounds ? 1 : last + 1, *snapshot, now);
    last = now;
  }
  printf("%d rounds, %lu changes\n", rounds, static_cast<unsigned long>(last));
}

}  // namespace
}  // namespace milkway::storage

int main(int argc, char** argv) {
  if (argc == 4 && absl::string_view(argv[1]) == "--write") {
    int pipe = 0;
    if (!absl::SimpleAtoi(argv[3], &pipe)) return 2;
    milkway::storage::WriteUntilKilled(argv[2], pipe);
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
