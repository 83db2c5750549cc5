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

  milkway::testing::TempFolder folder_;
  const std::string file_ = folder_ / "secret.key";
};

TEST_F(SecretFile, IsForItsOwnerOnly) {
  ASSERT_THAT(WriteSecretFile("key", file_, "secret"), IsOk());

  EXPECT_EQ(Read(), "secret");
  struct stat status {};
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_FALSE(std::filesystem::exists(file_ + ".new"));
}

TEST_F(SecretFile, IsNeverWrittenOver) {
  ASSERT_THAT(WriteSecretFile("key", file_, "secret"), IsOk());

  EXPECT_THAT(WriteSecretFile("key", file_, "another"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(Read(), "secret");
  EXPECT_FALSE(std::filesystem::exists(file_ + ".new"));
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
