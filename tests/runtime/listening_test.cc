// Where a server listens: ports, socket files, and who can connect to them.

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/peer_identity.h"
#include "tests/runtime/transport_fixture.h"
#include "tests/support/status_matchers.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::Authority;
using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using testing::TransportTest;
using testing::WhoAmIResponse;

mode_t ModeOf(const std::string& file) {
  struct stat status {};
  return lstat(file.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

class AServerThatListens : public TransportTest {
 protected:
  AServerThatListens() {
    method_ = [](const grpc::CallbackServerContext& context, WhoAmIResponse* response) {
      response->set_id(absl::StrCat(IsProvenService(context, "trace") ? "trace" : "", "@",
                                    PeerAddressOf(context)));
    };
  }

  const std::string socket_ = folder_ / "milkwayd.sock";
};

TEST_F(AServerThatListens, MayDoSoAtSeveralPlaces) {
  ServerOptions options = At("127.0.0.1:0");
  options.listen.push_back("[::1]:0");
  options.listen.push_back("unix:" + socket_);
  ASSERT_THAT(Start(std::move(options)), IsOk());

  ASSERT_THAT(server_->addresses(), SizeIs(3));
  EXPECT_EQ(*Call(ChannelTo(server_->addresses()[0])), "@127.0.0.1");
  EXPECT_EQ(*Call(ChannelTo(server_->addresses()[1])), "@::1");
  EXPECT_EQ(*Call(ChannelTo(server_->addresses()[2])), "@unix");
}

TEST_F(AServerThatListens, KnowsALocalhostByBothItsAddresses) {
  ASSERT_THAT(Start(At("localhost:0")), IsOk());

  const std::string port = server_->address().substr(server_->address().rfind(':'));
  EXPECT_THAT(Call(ChannelTo("127.0.0.1" + port)), IsOk());
}

TEST_F(AServerThatListens, WillNotDoSoBeyondThisMachineWithoutTls) {
  for (const char* listen : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0"}) {
    const absl::Status status = Start(At(listen));
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr(listen), HasSubstr("--tls-cert")));
  }
}

TEST_F(AServerThatListens, DoesSoBeyondThisMachineWithTls) {
  const Authority authority("Milkway");
  ServerOptions options = At("0.0.0.0:0");
  options.tls = WriteIdentity("server", authority.Issue("IP:127.0.0.1"));
  ASSERT_THAT(Start(std::move(options)), IsOk());

  const std::string port = server_->address().substr(server_->address().rfind(':'));
  EXPECT_THAT(
      Call(ChannelTo("127.0.0.1" + port, {Write("ca.pem", authority.certificate()), "", ""})),
      IsOk());
}

TEST_F(AServerThatListens, MakesASocketForItsOwnerOnly) {
  const mode_t usual = umask(0);
  ASSERT_THAT(Start(At("unix:" + socket_)), IsOk());
  umask(usual);

  EXPECT_EQ(ModeOf(socket_), 0600);
}

TEST_F(AServerThatListens, TakesItsSocketAway) {
  ASSERT_THAT(Start(At("unix:" + socket_)), IsOk());

  server_.reset();

  EXPECT_FALSE(std::filesystem::exists(socket_));
}

TEST_F(AServerThatListens, ReplacesTheSocketOfADeadServer) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  socket_.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const int dead = socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(bind(dead, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(dead, 1), 0);
  close(dead);
  ASSERT_TRUE(std::filesystem::exists(socket_));

  ASSERT_THAT(Start(At("unix:" + socket_)), IsOk());

  EXPECT_THAT(Call(ChannelTo("unix:" + socket_)), IsOk());
}

TEST_F(AServerThatListens, LeavesTheSocketOfALivingServer) {
  ASSERT_THAT(Start(At("unix:" + socket_)), IsOk());
  const auto first = std::move(server_);

  const absl::Status second = Start(At("unix:" + socket_));

  EXPECT_THAT(second, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(second.message()), HasSubstr("is another server running there?"));
  EXPECT_THAT(Call(ChannelTo("unix:" + socket_)), IsOk());
}

TEST_F(AServerThatListens, LeavesTheSocketOfItsSuccessor) {
  ASSERT_THAT(Start(At("unix:" + socket_)), IsOk());
  const auto first = std::move(server_);
  std::filesystem::remove(socket_);
  ASSERT_THAT(Start(At("unix:" + socket_)), IsOk());

  first->Drain(absl::ZeroDuration());

  EXPECT_THAT(Call(ChannelTo("unix:" + socket_)), IsOk());
}

TEST_F(AServerThatListens, LeavesAFileThatIsNoSocket) {
  Write("milkwayd.sock", "somebody's diary");

  const absl::Status status = Start(At("unix:" + socket_));

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("something else than a socket"));
  EXPECT_EQ(std::filesystem::file_size(socket_), 16U);
}

TEST_F(AServerThatListens, MakesNoSocketWhereOthersCouldReplaceIt) {
  const std::string shared = folder_ / "shared";
  std::filesystem::create_directory(shared);
  chmod(shared.c_str(), 0777);
  const std::string listen = "unix:" + shared + "/milkwayd.sock";

  const absl::Status status = Start(At(listen));

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("chmod go-w"));
  chmod(shared.c_str(), 01777);  // as /tmp: nobody can take away what is another's
  EXPECT_THAT(Start(At(listen)), IsOk());
}

class ASocketForServices : public AServerThatListens {
 protected:
  absl::Status StartBoth() {
    ServerOptions options = At("unix:" + socket_);
    options.service_sockets = {services_};
    return Start(std::move(options));
  }

  const std::string services_ = folder_ / "services.sock";
};

TEST_F(ASocketForServices, ProvesThatAServiceCalls) {
  ASSERT_THAT(StartBoth(), IsOk());

  EXPECT_EQ(*Call(ChannelTo("unix:" + services_)), "trace@unix");
  EXPECT_THAT(server_->addresses(), SizeIs(1));
}

TEST_F(ASocketForServices, IsNotTheOneThatPeopleCallThrough) {
  ASSERT_THAT(StartBoth(), IsOk());

  EXPECT_EQ(*Call(ChannelTo("unix:" + socket_)), "@unix");
}

// A process of another user, who somehow got at the file.
TEST_F(ASocketForServices, LetsNoOtherUserIn) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  ASSERT_THAT(StartBoth(), IsOk());
  chmod(services_.c_str(), 0666);
  for (std::filesystem::path folder = services_; folder.has_relative_path();) {
    folder = folder.parent_path();
    if (folder.string().find("milkway") != std::string::npos) chmod(folder.c_str(), 0755);
  }

  const pid_t other = fork();
  if (other == 0) {
    if (setuid(65'534) != 0) _exit(2);
    const int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    services_.copy(address.sun_path, sizeof(address.sun_path) - 1);
    if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
      _exit(3);
    }
    // A server that lets somebody in says so first.
    char byte = 0;
    _exit(read(descriptor, &byte, 1) <= 0 ? 0 : 1);
  }
  int status = 0;
  waitpid(other, &status, 0);

  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_THAT(Call(ChannelTo("unix:" + services_)), IsOk());
}

}  // namespace
}  // namespace milkway::runtime
