// Addresses as people write them, and which of them never leave the machine.

#include "clients/cpp/server_address.h"

#include <string>

#include "clients/cpp/channel.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace milkway::clients {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;

TEST(AServerAddress, IsWrittenAsItWasRead) {
  for (const char* text : {"127.0.0.1:7700", "[::1]:7700", "milk.example.org:443", "0.0.0.0:0",
                           "unix:/run/milkway/milkwayd.sock", "unix:here.sock"}) {
    const auto address = ParseServerAddress(text);
    ASSERT_THAT(address, IsOk()) << text;
    EXPECT_EQ(address->ToString(), text);
  }
}

TEST(AServerAddress, MayNameItsSocketAsAUri) {
  EXPECT_EQ(ParseServerAddress("unix:///run/milkwayd.sock")->socket_file, "/run/milkwayd.sock");
}

TEST(AServerAddress, IsRefusedWhenItNamesNoPlace) {
  for (const char* text :
       {"", "7700", ":7700", "127.0.0.1", "127.0.0.1:", "127.0.0.1:port", "127.0.0.1:-1",
        "127.0.0.1:65536", "[::1:7700", "::1:7700", "[127.0.0.1]:7700", "[]:7700", "unix:"}) {
    EXPECT_THAT(ParseServerAddress(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
  EXPECT_THAT(std::string(ParseServerAddress("7700").status().message()), HasSubstr("HOST:PORT"));
}

TEST(AServerAddress, HasNoLongerPathThanASocketCanHave) {
  EXPECT_THAT(ParseServerAddress("unix:/" + std::string(106, 'x')), IsOk());
  EXPECT_THAT(ParseServerAddress("unix:/" + std::string(107, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ThisMachine, HasAFewNames) {
  for (const char* text : {"127.0.0.1:7700", "127.0.0.1:0", "127.1.2.3:80", "localhost:7700",
                           "[::1]:7700", "unix:/run/milkwayd.sock"}) {
    EXPECT_TRUE(IsLocal(text)) << text;
  }
}

TEST(ThisMachine, IsNothingElse) {
  for (const char* text :
       {"", "0.0.0.0:7700", "[::]:7700", "192.168.0.1:7700", "example.org:7700", "127.0.0.1",
        "localhost", ":7700", "localhost.example.org:7700", "127.example.org:7700",
        "127.0.0.1.example.org:7700", "1127.0.0.1:7700", "[::1:7700", "127.0.0.1:port"}) {
    EXPECT_FALSE(IsLocal(text)) << text;
  }
}

TEST(WhatIsSent, IsPlainOnlyOnThisMachine) {
  EXPECT_TRUE(IsPlain("127.0.0.1:7700", {}));
  EXPECT_TRUE(IsPlain("unix:/run/milkwayd.sock", {}));
  EXPECT_FALSE(IsPlain("milk.example.org:7700", {}));
  EXPECT_FALSE(IsPlain("what is this", {}));
}

TEST(WhatIsSent, IsPlainThroughASocketFileEvenWhereAuthoritiesAreNamed) {
  const ChannelFiles files = {"ca.pem", "", ""};

  EXPECT_FALSE(IsPlain("127.0.0.1:7700", files));
  EXPECT_TRUE(IsPlain("unix:/run/milkwayd.sock", files));
}

}  // namespace
}  // namespace milkway::clients
