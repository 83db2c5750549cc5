// Backups come back whole, or not at all.

#include "clients/cli/restore.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "clients/cli/failure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_runner.h"
#include "tests/support/status_matchers.h"

namespace milkway::cli {
namespace {

namespace fs = std::filesystem;

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

// `printf abc | sha256sum`, and the same of nothing.
constexpr char kHashOfAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kHashOfNothing[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

class RestoreTest : public ::testing::Test {
 protected:
  RestoreTest() {
    backup_.Write("CURRENT", "abc");
    backup_.Write("sst/1.sst", "");
    WriteManifest();
  }

  void WriteManifest(const std::string& more = "") {
    backup_.Write(kManifestName, std::string(kHashOfAbc) + "  CURRENT\n" + kHashOfNothing +
                                     "  ./sst/1.sst\n" + more);
  }

  absl::StatusOr<Restored> RestoreInto(const std::string& name) {
    std::ostringstream out, err;
    Console console(&out, &err, false);
    return Restore(backup_.path(), target_.path() + "/" + name, &console, interrupt_);
  }

  // How many entries lie beside and in the target.
  ptrdiff_t EntriesThere() const {
    return std::distance(fs::recursive_directory_iterator(target_.path()),
                         fs::recursive_directory_iterator());
  }

  TemporaryFolder backup_;
  TemporaryFolder target_;
  Interrupt interrupt_;
};

TEST_F(RestoreTest, CopiesEveryFileOfTheManifest) {
  const auto restored = RestoreInto("store");

  ASSERT_THAT(restored, IsOk());
  EXPECT_EQ(restored->files, 2);
  EXPECT_EQ(restored->bytes, 3);
  std::ifstream copy(target_.path() + "/store/CURRENT");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(copy), {}), "abc");
  EXPECT_TRUE(fs::exists(target_.path() + "/store/sst/1.sst"));
  EXPECT_FALSE(fs::exists(target_.path() + "/store/" + kManifestName));
}

TEST_F(RestoreTest, TakesThePlaceOfAnEmptyFolder) {
  fs::create_directory(target_.path() + "/store");

  EXPECT_THAT(RestoreInto("store/"), IsOk());

  EXPECT_TRUE(fs::exists(target_.path() + "/store/CURRENT"));
}

TEST_F(RestoreTest, NeverTouchesAFolderWithSomethingInIt) {
  target_.Write("store/mine", "x");

  EXPECT_EQ(ExitCodeOf(RestoreInto("store").status()), kWrongUsage);

  EXPECT_EQ(EntriesThere(), 2);
}

TEST_F(RestoreTest, AChangedByteStopsItAndNothingIsLeft) {
  backup_.Write("CURRENT", "abd");

  const auto restored = RestoreInto("store");

  EXPECT_THAT(restored, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(std::string(restored.status().message()), HasSubstr("CURRENT is not what it was"));
  EXPECT_EQ(EntriesThere(), 0);
}

TEST_F(RestoreTest, AMissingOrSurplusFileStopsIt) {
  backup_.Write("extra", "x");
  EXPECT_THAT(RestoreInto("store"), StatusIs(absl::StatusCode::kDataLoss));
  fs::remove(backup_.path() + "/extra");
  fs::remove(backup_.path() + "/CURRENT");
  EXPECT_THAT(RestoreInto("store"), StatusIs(absl::StatusCode::kDataLoss));

  EXPECT_EQ(EntriesThere(), 0);
}

TEST_F(RestoreTest, AManifestCannotNameFilesOutsideTheBackup) {
  for (const char* line : {"  ../CURRENT\n", "  /etc/passwd\n", "  a/../../b\n", " CURRENT\n",
                           "  MANIFEST.sha256\n"}) {
    WriteManifest(std::string(kHashOfAbc) + line);

    EXPECT_THAT(RestoreInto("store"), StatusIs(absl::StatusCode::kDataLoss)) << line;
  }
}

TEST_F(RestoreTest, ASymbolicLinkIsNoBackup) {
  fs::create_symlink("/etc/hostname", backup_.path() + "/link");

  EXPECT_THAT(RestoreInto("store"), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(RestoreTest, AnInterruptLeavesNothing) {
  interrupt_.Request();

  EXPECT_THAT(RestoreInto("store"), StatusIs(absl::StatusCode::kCancelled));

  EXPECT_EQ(EntriesThere(), 0);
}

TEST_F(RestoreTest, AFolderWithoutManifestIsWrongUsage) {
  fs::remove(backup_.path() + "/" + kManifestName);

  EXPECT_EQ(ExitCodeOf(RestoreInto("store").status()), kWrongUsage);
}

}  // namespace
}  // namespace milkway::cli
