// What a server seals, and what opens it.

#include "services/runtime/master_key.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/barrier.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kName[] = "\xe6\x9d\x8e\xe5\xb0\x8f\xe7\xba\xa2";

TEST(AMasterKey, OpensWhatItSealed) {
  const MasterKey key = MasterKey::Generate();
  const std::string sealed = key.Seal("names", kName, "changyuan/7");

  EXPECT_THAT(sealed, Not(HasSubstr(kName)));
  EXPECT_EQ(sealed.size(), std::string(kName).size() + 41);
  EXPECT_EQ(*key.Open("names", sealed, "changyuan/7"), kName);
  EXPECT_NE(key.Seal("names", kName, "changyuan/7"), sealed) << "a nonce was used twice";
}

TEST(AMasterKey, OpensNothingElse) {
  const MasterKey key = MasterKey::Generate();
  const std::string sealed = key.Seal("names", kName, "changyuan/7");

  EXPECT_THAT(key.Open("notes", sealed, "changyuan/7"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(key.Open("names", sealed, "changyuan/8"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(MasterKey::Generate().Open("names", sealed, "changyuan/7"),
              StatusIs(absl::StatusCode::kDataLoss));
  for (size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_THAT(key.Open("names", changed, "changyuan/7"), StatusIs(absl::StatusCode::kDataLoss));
    EXPECT_THAT(key.Open("names", sealed.substr(0, at), "changyuan/7"),
                StatusIs(absl::StatusCode::kDataLoss));
  }
}

class KeyFile : public ::testing::Test {
 protected:
  ~KeyFile() override { std::filesystem::remove(file_); }
  const std::string file_ = ::testing::TempDir() + "/master_key_test.key";
};

// Else one of them would seal what nobody can ever open.
TEST_F(KeyFile, HoldsTheKeyOfAllWhoStartAtOnce) {
  constexpr int kStarters = 2;
  for (int round = 0; round < 200 && !HasFailure(); ++round) {
    std::filesystem::remove(file_);
    std::vector<std::string> held(kStarters);
    auto* together = new absl::Barrier(kStarters);
    std::vector<std::thread> starters;
    for (std::string& mine : held) {
      starters.emplace_back([this, together, &mine] {
        if (together->Block()) delete together;
        const auto key = MasterKey::Load(file_);
        EXPECT_THAT(key, IsOk());
        if (key.ok()) mine = key->Derive("x");
      });
    }
    for (std::thread& starter : starters) starter.join();

    const auto on_disk = MasterKey::Load(file_);
    ASSERT_THAT(on_disk, IsOk());
    EXPECT_THAT(held, Each(on_disk->Derive("x"))) << "round " << round;
  }
}

TEST_F(KeyFile, IsMadeForItsOwnerOnlyAndReadAgain) {
  const auto made = MasterKey::Load(file_);
  ASSERT_THAT(made, IsOk());
  struct stat status {};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);

  const auto read = MasterKey::Load(file_);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->Derive("x"), made->Derive("x"));
  EXPECT_NE(made->Derive("x"), made->Derive("y"));
}

TEST_F(KeyFile, IsRefusedIfOthersMayReadItOrItIsDamaged) {
  ASSERT_THAT(MasterKey::Load(file_), IsOk());
  chmod(file_.c_str(), 0640);
  EXPECT_THAT(std::string(MasterKey::Load(file_).status().message()), HasSubstr("chmod 600"));

  chmod(file_.c_str(), 0600);
  std::ofstream(file_) << "bm90IGEga2V5";
  EXPECT_THAT(MasterKey::Load(file_), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace milkway::runtime
