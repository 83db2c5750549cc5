// Real servers whose one method does what a test says, reached in every way there is.

#ifndef MILKWAY_TESTS_RUNTIME_TRANSPORT_FIXTURE_H_
#define MILKWAY_TESTS_RUNTIME_TRANSPORT_FIXTURE_H_

#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "clients/cpp/channel.h"
#include "clients/cpp/status.h"
#include "grpcpp/create_channel.h"
#include "gtest/gtest.h"
#include "runtime_testing.grpc.pb.h"
#include "services/runtime/server.h"
#include "services/runtime/transport/flood_guard.h"
#include "tests/support/authority.h"
#include "tests/support/stores.h"

namespace milkway::runtime::testing {

class TransportTest : public ::testing::Test {
 protected:
  using Method = std::function<void(grpc::CallbackServerContext&, WhoAmIResponse*)>;

  static void SetUpTestSuite() { LimitReads(); }

  ~TransportTest() override { server_.reset(); }

  // Starts a server; it is the test's to end it, or the fixture's.
  absl::Status Start(ServerOptions options) {
    auto server = Server::Start(std::move(options), {&service_}, store_.get());
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    return absl::OkStatus();
  }

  static ServerOptions At(const std::string& listen) {
    ServerOptions options;
    options.listen = {listen};
    return options;
  }

  // A file with these permissions.
  std::string Write(const std::string& name, const std::string& text, mode_t mode = 0600) {
    const std::string file = folder_ / name;
    std::ofstream(file + ".new") << text;
    chmod((file + ".new").c_str(), mode);
    std::rename((file + ".new").c_str(), file.c_str());
    return file;
  }

  // Files of the identity, called `name`.
  TlsFiles WriteIdentity(const std::string& name, const milkway::testing::Identity& identity) {
    return {Write(name + ".crt", identity.certificate), Write(name + ".key", identity.key), ""};
  }

  // Over a connection of its own.
  static std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address,
                                                  const clients::ChannelFiles& files = {}) {
    grpc::ChannelArguments arguments = clients::UsualArguments();
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(address, clients::CredentialsFor(address, files), arguments);
  }

  // What the method says.
  static absl::StatusOr<std::string> Call(
      const std::shared_ptr<grpc::Channel>& channel,
      std::chrono::seconds patience = std::chrono::seconds(10)) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    WhoAmIResponse response;
    const absl::Status status = clients::FromGrpcStatus(
        SoundService::NewStub(channel)->WhoAmI(&context, WhoAmIRequest(), &response));
    if (!status.ok()) return status;
    return response.id();
  }

  const milkway::testing::TempFolder folder_;
  Method method_ = [](grpc::CallbackServerContext&, WhoAmIResponse*) {};
  std::unique_ptr<Server> server_;

 private:
  class Service : public SoundService::CallbackService {
   public:
    explicit Service(const Method* method) : method_(*method) {}
    grpc::ServerUnaryReactor* WhoAmI(grpc::CallbackServerContext* context, const WhoAmIRequest*,
                                     WhoAmIResponse* response) override {
      grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
      method_(*context, response);
      reactor->Finish(grpc::Status::OK);
      return reactor;
    }

   private:
    const Method& method_;
  };

  milkway::testing::MemoryStore store_;
  Service service_{&method_};
};

}  // namespace milkway::runtime::testing

#endif  // MILKWAY_TESTS_RUNTIME_TRANSPORT_FIXTURE_H_
