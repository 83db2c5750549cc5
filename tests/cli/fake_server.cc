#include "tests/cli/fake_server.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "tests/cli/fake_handler.h"

namespace milkway::cli::testing {

namespace {

grpc::Status WithDetail(grpc::StatusCode code, const std::string& message,
                        const google::protobuf::Message& detail) {
  google::rpc::Status status;
  status.set_code(code);
  status.set_message(message);
  status.add_details()->PackFrom(detail);
  return grpc::Status(code, message, status.SerializeAsString());
}

// "" for requests that only read.
std::string RequestIdOf(const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("request_id");
  return field == nullptr ? "" : request.GetReflection()->GetString(request, field);
}

}  // namespace

grpc::Status Refusal(grpc::StatusCode code, const std::string& reason, const std::string& message,
                     const std::map<std::string, std::string>& metadata) {
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  info.set_domain("milkway");
  info.mutable_metadata()->insert(metadata.begin(), metadata.end());
  return WithDetail(code, message, info);
}

grpc::Status WrongField(const std::string& field, const std::string& description) {
  google::rpc::BadRequest request;
  auto* violation = request.add_field_violations();
  violation->set_field(field);
  violation->set_description(description);
  return WithDetail(grpc::StatusCode::INVALID_ARGUMENT, absl::StrCat(field, " ", description),
                    request);
}

const inventory::v1::Lot* FakeBooks::FindLot(int64_t lot_id) const {
  const auto found =
      std::find_if(lots.begin(), lots.end(),
                   [lot_id](const inventory::v1::Lot& lot) { return lot.lot_id() == lot_id; });
  return found == lots.end() ? nullptr : &*found;
}

grpc::Status FakeServer::Admit(const google::protobuf::Message& request, bool* is_new) {
  Hook hook;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    messages_.emplace_back(request.New());
    messages_.back()->CopyFrom(request);
    hook = hook_;
  }
  // Outside the lock: a hook may stop the client or look at the server.
  if (hook != nullptr) {
    const grpc::Status status = hook(request);
    if (!status.ok()) return status;
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  *is_new = true;
  const std::string request_id = RequestIdOf(request);
  if (request_id.empty()) return grpc::Status::OK;
  const std::string name(absl::StripSuffix(request.GetDescriptor()->name(), "Request"));
  const std::string body = absl::StrCat(name, request.SerializeAsString());
  const auto [known, inserted] = bodies_.emplace(request_id, body);
  if (known->second != body) {
    return Refusal(grpc::StatusCode::ALREADY_EXISTS, "REQUEST_ID_REUSED",
                   "the request id was used for another request");
  }
  *is_new = inserted;
  new_writes_ += inserted ? 1 : 0;
  writes_.push_back(name);
  return grpc::Status::OK;
}

FakeServer::FakeServer() {
  grpc::ServerBuilder builder;
  AddInventoryServices(this, &services_);
  AddPurchaseServices(this, &services_);
  AddShipmentServices(this, &services_);
  AddConsumptionServices(this, &services_);
  AddOtherServices(this, &services_);
  AddTraceServices(this, &services_);
  AddPlanningServices(this, &services_);
  AddStatementServices(this, &services_);
  for (const auto& service : services_) builder.RegisterService(service.get());
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

FakeServer::~FakeServer() { server_->Shutdown(); }

void FakeServer::SetHook(Hook hook) {
  const std::lock_guard<std::mutex> lock(mutex_);
  hook_ = std::move(hook);
}

std::vector<std::string> FakeServer::Writes() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return writes_;
}

int FakeServer::new_writes() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return new_writes_;
}

std::string FakeServer::last_caller() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return last_caller_;
}

}  // namespace milkway::cli::testing
