// All of Milkway in the test's process with its audit logs, as a server runs it.

#ifndef MILKWAY_TESTS_SYSTEM_AUDIT_WORLD_H_
#define MILKWAY_TESTS_SYSTEM_AUDIT_WORLD_H_

#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "milkway/operations/v1/audit.grpc.pb.h"
#include "services/milkwayd/instance.h"
#include "services/milkwayd/sandboxes.h"
#include "services/runtime/clock.h"
#include "tests/support/stores.h"

namespace milkway::testing {

class AuditWorld {
 public:
  // Without data. Ends the test program if it cannot start.
  AuditWorld();

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  const std::string& address() const { return instance_->address(); }
  storage::Store& store() { return instance_->store(); }
  const runtime::Metrics& metrics() const { return instance_->metrics(); }

  struct Ran {
    int exit_code = 0;
    std::string out;
    std::string err;
  };
  // Runs `milkway <arguments>` against this server.
  Ran RunCli(std::vector<std::string> arguments);

  // Every entry that matches, the newest first.
  std::vector<operations::v1::AuditLogEntry> Entries(
      operations::v1::ListAuditEntriesRequest request = {});

  // Every method of every service.
  std::vector<const google::protobuf::MethodDescriptor*> Methods() const;

 private:
  TempFolder folder_;
  runtime::SystemClock clock_;
  std::unique_ptr<Sandboxes> sandboxes_;
  std::unique_ptr<Instance> instance_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SYSTEM_AUDIT_WORLD_H_
