// What all commands share: mistakes, help, exit codes, the server's address.

#include <cstdlib>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {
namespace {

using ::testing::AllOf;
using testing::CliResult;
using testing::FakeServer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RunCli;

TEST(CommandLine, ItsMistakesAreWrongUsage) {
  EXPECT_EQ(RunCli({}).exit_code, 2);
  EXPECT_EQ(RunCli({"fly"}).exit_code, 2);
  EXPECT_EQ(RunCli({"impact"}).exit_code, 2);
  EXPECT_EQ(RunCli({"stock", "--jason"}).exit_code, 2);
  EXPECT_EQ(RunCli({"dispatch", "S-1", "--at", "yesterday"}).exit_code, 2);
  EXPECT_EQ(
      RunCli({"dispatch", "S-1", "--at", "2025-02-01T09:00:00Z", "--request-id", "1"}).exit_code,
      2);
}

TEST(CommandLine, HelpTeachesWithExamplesAndExitCodes) {
  const CliResult help = RunCli({"--help"});

  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("no answer from the server"), HasSubstr("journey")));
  EXPECT_THAT(
      RunCli({"distribute", "--help"}).out,
      AllOf(HasSubstr("Example:"), HasSubstr("--server"), HasSubstr("students=\"1-12;15\"")));
}

TEST(CommandLine, AServerThatDoesNotAnswerHasItsOwnExitCode) {
  const CliResult result = RunCli({"stock", "--server", "127.0.0.1:1"});

  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.out, IsEmpty());
}

TEST(CommandLine, TheServerIsAlsoTakenFromTheEnvironmentAndFromBeforeTheCommand) {
  FakeServer server;
  setenv("MILKWAY_SERVER", server.address().c_str(), 1);
  EXPECT_EQ(RunCli({"stock"}).exit_code, 0);
  EXPECT_EQ(RunCli({"stock", "--server", "127.0.0.1:1"}).exit_code, 3);
  unsetenv("MILKWAY_SERVER");

  EXPECT_EQ(RunCli({"--server", server.address(), "stock"}).exit_code, 0);
}

}  // namespace
}  // namespace milkway::cli
