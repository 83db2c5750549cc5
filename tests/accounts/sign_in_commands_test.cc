// milkway sign-in and what follows from it, against a real server.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cli/interrupt.h"
#include "clients/cli/session_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/accounts/accounts_system.h"
#include "tests/cli/cli_runner.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"

namespace milkway::accounts {
namespace {

using cli::SessionFile;
using cli::StoredState;
using cli::testing::CliResult;
using ::milkway::testing::AccountsSystem;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::kOtherPassword;
using ::milkway::testing::kPassword;
using ::milkway::testing::NewRequestId;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class SignInCommands : public ::testing::Test {
 protected:
  SignInCommands() {
    setenv("XDG_STATE_HOME", (home_ / "state").c_str(), 1);
    unsetenv("MILKWAY_CALLER");
    unsetenv("MILKWAY_TOKEN");
    // The program compares times of the server with the machine's clock.
    milkway_.clock().Set(absl::ToUnixMicros(absl::Now()));
    milkway_.UpdateTrust();
    milkway_.Admit("li", common::v1::ROLE_WAREHOUSE, {"depot"});
  }

  CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--accounts", milkway_.address()});
    return cli::testing::RunCli(arguments);
  }
  // With lines on the standard input.
  CliResult RunWith(const std::vector<std::string>& lines, std::vector<std::string> arguments) {
    const std::string path = home_ / "stdin";
    std::ofstream(path) << absl::StrJoin(lines, "\n") << "\n";
    const int before = dup(STDIN_FILENO);
    const int input = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    dup2(input, STDIN_FILENO);
    CliResult result = Run(std::move(arguments));
    dup2(before, STDIN_FILENO);
    close(input);
    close(before);
    return result;
  }
  CliResult SignIn(const std::string& password = kPassword) {
    return RunWith({password}, {"sign-in", "li", "--password-stdin"});
  }
  SessionFile File() const { return SessionFile::For(milkway_.address()); }
  // As if the access token had ended.
  void EndAccessToken() {
    StoredState state = *File().Read();
    state.session->access_expires_us = 0;
    ASSERT_THAT(File().Write(state), IsOk());
  }

  const testing::TempFolder home_;
  AccountsSystem milkway_;
};

TEST_F(SignInCommands, SignInLeavesASessionForItsOwnerOnly) {
  const CliResult result = SignIn();
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, StartsWith("signed in as li, warehouse for depot, until "));

  struct stat file = {};
  ASSERT_EQ(stat(File().path().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  struct stat folder = {};
  ASSERT_EQ(stat(std::filesystem::path(File().path()).parent_path().c_str(), &folder), 0);
  EXPECT_EQ(folder.st_mode & 0777, 0700u);
  EXPECT_EQ(Run({"whoami"}).out, "li, warehouse for depot\n");
}

TEST_F(SignInCommands, SignOutEndsTheSessionAndKeepsTheDevice) {
  ASSERT_EQ(SignIn().exit_code, 0);
  const StoredState before = *File().Read();
  const CliResult result = Run({"sign-out"});
  ASSERT_EQ(result.exit_code, 0) << result.err;

  const StoredState after = *File().Read();
  EXPECT_FALSE(after.session.has_value());
  EXPECT_EQ(after.device_token_by_name, before.device_token_by_name);
  EXPECT_THAT(milkway_.Refresh(before.session->refresh_token), IsRefusal("SESSION_ENDED"));
  EXPECT_EQ(Run({"sign-out"}).exit_code, 0);
}

TEST_F(SignInCommands, AWrongPasswordIsRefusedAndLeavesNothing) {
  const CliResult result = SignIn(kOtherPassword);

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("SIGN_IN_REFUSED"));
  EXPECT_THAT(absl::StrCat(result.out, result.err), Not(HasSubstr(kOtherPassword)));
  EXPECT_FALSE(File().Read()->session.has_value());
}

TEST_F(SignInCommands, AnAccessTokenThatEndedIsReplacedWithoutAWord) {
  ASSERT_EQ(SignIn().exit_code, 0);
  EndAccessToken();
  const std::string before = File().Read()->session->refresh_token;
  const CliResult result = Run({"whoami"});

  EXPECT_EQ(result.out, "li, warehouse for depot\n");
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_NE(File().Read()->session->refresh_token, before);
}

TEST_F(SignInCommands, ATokenThatTheServerDoesNotTakeAnyMoreIsReplaced) {
  ASSERT_EQ(SignIn().exit_code, 0);
  v1::RotateKeysRequest request;
  request.set_request_id(NewRequestId());
  request.set_drop_old_keys(true);
  ASSERT_THAT(milkway_.Call(&v1::TrustService::Stub::RotateKeys, request, "admin:root"), IsOk());
  milkway_.UpdateTrust();

  EXPECT_EQ(Run({"whoami"}).out, "li, warehouse for depot\n");
}

// The process that made the keys tells others of them when they ask, which they do every
// few seconds.
TEST_F(SignInCommands, ATokenOfAKeyThatAServerHasNotHeardOfIsTriedForAWhile) {
  ASSERT_EQ(SignIn().exit_code, 0);
  v1::RotateKeysRequest request;
  request.set_request_id(NewRequestId());
  request.set_drop_old_keys(true);
  ASSERT_THAT(milkway_.Call(&v1::TrustService::Stub::RotateKeys, request, "admin:root"), IsOk());
  EndAccessToken();
  std::thread others([this] {
    absl::SleepFor(absl::Seconds(2));
    milkway_.UpdateTrust();
  });
  const CliResult result = Run({"whoami"});
  others.join();

  EXPECT_EQ(result.out, "li, warehouse for depot\n") << result.err;
}

TEST_F(SignInCommands, ATokenOfAScriptThatIsNoneIsNotTriedForAWhile) {
  setenv("MILKWAY_TOKEN", "eyJ.none.such", 1);
  const absl::Time start = absl::Now();

  EXPECT_EQ(Run({"whoami"}).exit_code, 1);
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

TEST_F(SignInCommands, TheDeviceIsKnownHoweverTheNameIsTyped) {
  ASSERT_EQ(SignIn().exit_code, 0);
  const std::string device = File().Read()->device_token_by_name.at("li");
  ASSERT_EQ(RunWith({kPassword}, {"sign-in", "LI", "--password-stdin"}).exit_code, 0);

  EXPECT_EQ(File().Read()->device_token_by_name.at("li"), device);
}

TEST_F(SignInCommands, SignInEndsTheSessionBefore) {
  milkway_.Admit("wang", common::v1::ROLE_AUDITOR);
  ASSERT_EQ(SignIn().exit_code, 0);
  const std::string before = File().Read()->session->refresh_token;
  ASSERT_EQ(RunWith({kPassword}, {"sign-in", "wang", "--password-stdin"}).exit_code, 0);

  EXPECT_THAT(milkway_.Refresh(before), IsRefusal("SESSION_ENDED"));
  EXPECT_EQ(Run({"whoami"}).out, "wang, auditor\n");
}

TEST_F(SignInCommands, SignInAgainAfterTheSessionEndedElsewhereIsNoTrouble) {
  ASSERT_EQ(SignIn().exit_code, 0);
  v1::SignOutRequest request;
  request.set_request_id(NewRequestId());
  ASSERT_THAT(milkway_.Call(&v1::SignInService::Stub::SignOut, request,
                            File().Read()->session->access_token),
              IsOk());
  const CliResult again = SignIn();

  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, IsEmpty());
  EXPECT_EQ(Run({"whoami"}).out, "li, warehouse for depot\n");
}

TEST_F(SignInCommands, SignOutOfAScriptsTokenLeavesTheSessionOfTheFile) {
  ASSERT_EQ(SignIn().exit_code, 0);
  const auto other = milkway_.Admit("wang", common::v1::ROLE_AUDITOR);
  setenv("MILKWAY_TOKEN", other.access_token().c_str(), 1);
  const CliResult result = Run({"sign-out"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  unsetenv("MILKWAY_TOKEN");

  EXPECT_THAT(milkway_.Refresh(other.refresh_token()), IsRefusal("SESSION_ENDED"));
  EXPECT_EQ(Run({"whoami"}).out, "li, warehouse for depot\n");
}

TEST_F(SignInCommands, AFileThatCannotBeWrittenSaysWhyAndLeavesNoSecretBehind) {
  ASSERT_EQ(SignIn().exit_code, 0);
  const StoredState state = *File().Read();
  std::filesystem::remove(File().path());
  std::filesystem::create_directories(File().path() + "/in the way");
  const absl::Status status = File().Write(state);

  EXPECT_THAT(status.message(), HasSubstr("directory")) << status;
  EXPECT_FALSE(std::filesystem::exists(File().path() + ".new"));
}

TEST_F(SignInCommands, ALockThatIsNeverLeftIsNotWaitedForForEver) {
  cli::Interrupt interrupt;
  const auto held = SessionFile::Lock::Take(File(), &interrupt);
  ASSERT_THAT(held, IsOk());
  const absl::Status refusal =
      SessionFile::Lock::Take(File(), &interrupt, absl::Milliseconds(50)).status();

  EXPECT_THAT(refusal, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(refusal.message(), HasSubstr("another run of the program"));
}

TEST_F(SignInCommands, WhoWaitsForALockMayStopWaiting) {
  cli::Interrupt interrupt;
  const auto held = SessionFile::Lock::Take(File(), &interrupt);
  ASSERT_THAT(held, IsOk());
  std::thread user([&interrupt] {
    absl::SleepFor(absl::Milliseconds(50));
    interrupt.Request();
  });
  const absl::Time start = absl::Now();
  const absl::Status stopped = SessionFile::Lock::Take(File(), &interrupt).status();
  user.join();

  EXPECT_THAT(stopped, StatusIs(absl::StatusCode::kCancelled));
  EXPECT_LT(absl::Now() - start, absl::Seconds(30));
}

TEST_F(SignInCommands, ManyRunsAtOnceShareOneSession) {
  ASSERT_EQ(SignIn().exit_code, 0);
  EndAccessToken();
  std::vector<std::thread> threads;
  std::vector<CliResult> results(8);
  for (CliResult& result : results) {
    threads.emplace_back([&] { result = Run({"whoami"}); });
  }
  for (std::thread& thread : threads) thread.join();

  for (const CliResult& result : results) EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(Run({"whoami"}).exit_code, 0);
}

// The program ended after the server had given the next tokens, and before it had them.
TEST_F(SignInCommands, ARefreshWhoseAnswerWasLostIsRepeated) {
  ASSERT_EQ(SignIn().exit_code, 0);
  EndAccessToken();
  StoredState state = *File().Read();
  state.session->refresh_request_id = NewRequestId();
  ASSERT_THAT(File().Write(state), IsOk());
  const auto lost =
      milkway_.Refresh(state.session->refresh_token, state.session->refresh_request_id);
  ASSERT_THAT(lost, IsOk());

  EXPECT_EQ(Run({"whoami"}).exit_code, 0);
  EXPECT_EQ(File().Read()->session->refresh_token, lost->refresh_token());
}

TEST_F(SignInCommands, WhoWasSignedOutElsewhereIsToldSo) {
  ASSERT_EQ(SignIn().exit_code, 0);
  EndAccessToken();
  v1::DisablePersonRequest request;
  request.set_request_id(NewRequestId());
  request.set_person_id("li");
  ASSERT_THAT(milkway_.Call(&v1::AccountService::Stub::DisablePerson, request, "admin:root"),
              IsOk());
  const CliResult result = Run({"whoami"});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("sign in again"));
  EXPECT_FALSE(File().Read()->session.has_value());
}

TEST_F(SignInCommands, ASessionThatOthersMayReadIsNotUsed) {
  ASSERT_EQ(SignIn().exit_code, 0);
  ASSERT_EQ(chmod(File().path().c_str(), 0644), 0);

  EXPECT_THAT(File().Read(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Run({"whoami"}).err, HasSubstr("may be read by others"));
}

TEST_F(SignInCommands, ScriptsBringATokenAndDevelopersANameOfTheirs) {
  ASSERT_EQ(SignIn().exit_code, 0);
  EXPECT_EQ(Run({"whoami", "--as", "auditor:gao"}).out, "gao, auditor\n");

  const auto other = milkway_.Admit("wang", common::v1::ROLE_AUDITOR);
  setenv("MILKWAY_TOKEN", other.access_token().c_str(), 1);
  EXPECT_EQ(Run({"whoami"}).out, "wang, auditor\n");
}

TEST_F(SignInCommands, AnInviteIsAcceptedFromItsLink) {
  ASSERT_THAT(milkway_.AddPerson("zhou", common::v1::ROLE_DONOR, {"D-1"}), IsOk());
  const CliResult made = Run({"invite", "create", "zhou", "--as", "admin:root", "--base-url",
                              "https://milk.example.org/"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, StartsWith("https://milk.example.org/i#"));

  const CliResult accepted = RunWith({made.out.substr(0, made.out.find('\n'))},
                                     {"accept-invite", "--invite-stdin", "--without-password"});
  EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
  EXPECT_EQ(Run({"whoami"}).out, "zhou, donor for D-1\n");
}

// Whoever lost the tokens would have used the link up for nothing.
TEST_F(SignInCommands, AnInviteIsNotUsedUpWhereItsSessionCannotBeKept) {
  ASSERT_EQ(SignIn().exit_code, 0);
  ASSERT_THAT(milkway_.AddPerson("zhou", common::v1::ROLE_DONOR, {"D-1"}), IsOk());
  const auto invite = milkway_.Invite("zhou");
  ASSERT_THAT(invite, IsOk());
  const auto accept = [&] {
    return RunWith({invite->invite_token()},
                   {"accept-invite", "--invite-stdin", "--without-password"});
  };
  for (const char* ending : {".new", ".lock"}) {
    const std::string in_the_way = File().path() + ending;
    std::filesystem::remove(in_the_way);
    std::filesystem::create_directories(in_the_way + "/in the way");
    const CliResult result = accept();
    EXPECT_EQ(result.exit_code, 1) << ending;
    EXPECT_THAT(result.err, HasSubstr("session file")) << ending;
    std::filesystem::remove_all(in_the_way);
  }

  EXPECT_EQ(accept().exit_code, 0);
  EXPECT_EQ(Run({"whoami"}).out, "zhou, donor for D-1\n");
}

TEST_F(SignInCommands, TheFirstAdminIsMadeFromTheDataFolder) {
  const std::string data = milkway_.folder().path();
  const CliResult made =
      RunWith({kPassword}, {"admin", "init", "--data", data, "--id", "root", "--password-stdin"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(made.out, "the admin root can sign in: milkway sign-in root\n");

  const CliResult again =
      RunWith({kPassword}, {"admin", "init", "--data", data, "--id", "root", "--password-stdin"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("--recover-admin"));
}

}  // namespace
}  // namespace milkway::accounts
