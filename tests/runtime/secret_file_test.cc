// Keys on disk: whole or not at all.

#include "services/runtime/secret_file.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;

class SecretFile : public ::testing::Test {
 protected:
  std::optional<std::string> Read() { return *ReadSecretFile("key", file_); }

  int FilesInFolder() const {
    int files = 0;
    const std::filesystem::path folder = std::filesystem::path(file_).parent_path();
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      files += entry.is_regular_file();
    }
    return files;
  }

  milkway::testing::TempFolder folder_;
  const std::string file_ = folder_ / "secret.key";
};

TEST_F(SecretFile, IsForItsOwnerOnly) {
  ASSERT_THAT(WriteSecretFile("key", file_, "secret"), IsOk());

  EXPECT_EQ(Read(), "secret");
  struct stat status {};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(FilesInFolder(), 1);
}

TEST_F(SecretFile, IsNeverWrittenOver) {
  ASSERT_THAT(WriteSecretFile("key", file_, "secret"), IsOk());

  EXPECT_THAT(WriteSecretFile("key", file_, "another"), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(Read(), "secret");
  EXPECT_EQ(FilesInFolder(), 1);
}

TEST_F(SecretFile, IsReadWhereItIsAndMadeWhereItIsNot) {
  const auto make = [] { return std::string("secret"); };
  EXPECT_EQ(*ReadOrMakeSecretFile("key", file_, make), "secret");

  EXPECT_EQ(*ReadOrMakeSecretFile("key", file_, [] { return std::string("another"); }), "secret");
  EXPECT_EQ(Read(), "secret");
}

// Somebody else makes it just after nobody had.
TEST_F(SecretFile, IsWhatSomebodyElseMadeMeanwhile) {
  const auto made = ReadOrMakeSecretFile("key", file_, [this] {
    EXPECT_THAT(WriteSecretFile("key", file_, "theirs"), IsOk());
    return std::string("mine");
  });

  EXPECT_EQ(*made, "theirs");
  EXPECT_EQ(Read(), "theirs");
  EXPECT_EQ(FilesInFolder(), 1);
}

// A half key, or an empty one, would keep the server from ever starting again.
TEST_F(SecretFile, IsNotThereAfterACrashWhileItWasWritten) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const rlimit nothing = {0, 0};
    setrlimit(RLIMIT_FSIZE, &nothing);  // the first byte kills
    WriteSecretFile("key", file_, "secret").IgnoreError();
    _exit(0);
  }
  int how = 0;
  ASSERT_EQ(waitpid(child, &how, 0), child);
  ASSERT_TRUE(WIFSIGNALED(how));

  EXPECT_EQ(Read(), std::nullopt);
  ASSERT_THAT(WriteSecretFile("key", file_, "secret"), IsOk());
  EXPECT_EQ(Read(), "secret");
}

}  // namespace
}  // namespace milkway::runtime
