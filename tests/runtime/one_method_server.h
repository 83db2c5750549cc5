// A real server on the loopback interface whose one method does what a test says.

#ifndef MILKWAY_TESTS_RUNTIME_ONE_METHOD_SERVER_H_
#define MILKWAY_TESTS_RUNTIME_ONE_METHOD_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "runtime_testing.grpc.pb.h"

namespace milkway::runtime::testing {

class OneMethodServer {
 public:
  using Method = std::function<grpc::Status(const grpc::CallbackServerContext&, WhoAmIResponse*)>;

  explicit OneMethodServer(Method method) : service_(std::move(method)) {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = SoundService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials()));
  }
  ~OneMethodServer() { server_->Shutdown(); }

  grpc::Status Call(grpc::ClientContext* context, WhoAmIResponse* response) {
    return stub_->WhoAmI(context, WhoAmIRequest(), response);
  }

 private:
  class Service : public SoundService::CallbackService {
   public:
    explicit Service(Method method) : method_(std::move(method)) {}
    grpc::ServerUnaryReactor* WhoAmI(grpc::CallbackServerContext* context, const WhoAmIRequest*,
                                     WhoAmIResponse* response) override {
      grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
      reactor->Finish(method_(*context, response));
      return reactor;
    }

   private:
    Method method_;
  };

  Service service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<SoundService::Stub> stub_;
};

}  // namespace milkway::runtime::testing

#endif  // MILKWAY_TESTS_RUNTIME_ONE_METHOD_SERVER_H_
