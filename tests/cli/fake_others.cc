#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "milkway/operations/v1/operations.grpc.pb.h"
#include "tests/cli/fake_handler.h"

namespace milkway::cli::testing {

namespace {

namespace imp = impact::v1;
namespace ops = operations::v1;

class Gifts final : public imp::GiftService::Service, public FakeHandler {
  grpc::Status RecordGift(grpc::ServerContext* context, const imp::RecordGiftRequest* request,
                          imp::RecordGiftResponse*) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      books.gifts[request->gift().gift_id()] = request->gift();
      return grpc::Status::OK;
    });
  }
  grpc::Status GetGift(grpc::ServerContext* context, const imp::GetGiftRequest* request,
                       imp::GetGiftResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      return Get(books.gifts, request->gift_id(), response, &imp::GetGiftResponse::mutable_gift);
    });
  }
  grpc::Status AllocateGift(grpc::ServerContext* context, const imp::AllocateGiftRequest* request,
                            imp::AllocateGiftResponse*) override {
    return Run(context, request, [&](FakeBooks&, bool) { return grpc::Status::OK; });
  }
  grpc::Status GetGiftImpact(grpc::ServerContext* context, const imp::GetGiftImpactRequest* request,
                             imp::GetGiftImpactResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      if (request->gift_id() != books.impact.gift_id()) {
        return Refusal(grpc::StatusCode::NOT_FOUND, "GIFT_UNKNOWN",
                       absl::StrCat("no gift ", request->gift_id()));
      }
      *response->mutable_impact() = books.impact;
      return grpc::Status::OK;
    });
  }
};

class Operations final : public ops::OperationsService::Service, public FakeHandler {
  grpc::Status GetServerInfo(grpc::ServerContext* context, const ops::GetServerInfoRequest* request,
                             ops::GetServerInfoResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      response->set_version("0.1.0");
      response->add_services("inventory");
      return grpc::Status::OK;
    });
  }
  grpc::Status CreateBackup(grpc::ServerContext* context, const ops::CreateBackupRequest* request,
                            ops::CreateBackupResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      response->set_path("/backups/1");
      return grpc::Status::OK;
    });
  }
  grpc::Status OpenSandbox(grpc::ServerContext* context, const ops::OpenSandboxRequest* request,
                           ops::OpenSandboxResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      response->set_sandbox_id("sandbox-of-" + server->address());
      response->set_address(books.sandbox_address);
      return grpc::Status::OK;
    });
  }
  grpc::Status CloseSandbox(grpc::ServerContext* context, const ops::CloseSandboxRequest* request,
                            ops::CloseSandboxResponse*) override {
    return Run(context, request, [&](FakeBooks&, bool) { return grpc::Status::OK; });
  }
};

}  // namespace

void AddOtherServices(FakeServer* server, FakeServices* services) {
  AddService<Gifts>(server, services);
  AddService<Operations>(server, services);
}

}  // namespace milkway::cli::testing
