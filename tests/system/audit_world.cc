#include "tests/system/audit_world.h"

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <utility>

#include "clients/cli/console.h"
#include "clients/cli/interrupt.h"
#include "clients/cli/program.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "gtest/gtest.h"
#include "services/milkwayd/targets.h"
#include "tests/support/in_process_system.h"

namespace milkway::testing {

AuditWorld::AuditWorld() {
  InstanceOptions options;
  options.targets = AllTargets();
  options.data_folder = folder_ / "data";
  options.server.listen = {"127.0.0.1:0"};
  options.development_header = true;
  options.master_key = std::make_shared<const runtime::MasterKey>(runtime::MasterKey::Generate());
  sandboxes_ = std::make_unique<Sandboxes>(options, &clock_);
  auto instance = Instance::Start(options, &clock_, nullptr, sandboxes_.get());
  if (!instance.ok()) {
    std::fprintf(stderr, "%s\n", instance.status().ToString().c_str());
    std::abort();
  }
  instance_ = *std::move(instance);
  channel_ = grpc::CreateChannel(instance_->address(), grpc::InsecureChannelCredentials());
}

AuditWorld::Ran AuditWorld::RunCli(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--server", instance_->address()});
  std::ostringstream out, err;
  cli::Console console(&out, &err, false);
  cli::Interrupt interrupt;
  Ran ran;
  ran.exit_code = cli::RunProgram(arguments, cli::RetryPolicy(), &console, &interrupt);
  ran.out = out.str();
  ran.err = err.str();
  return ran;
}

std::vector<operations::v1::AuditLogEntry> AuditWorld::Entries(
    operations::v1::ListAuditEntriesRequest request) {
  std::vector<operations::v1::AuditLogEntry> entries;
  request.set_page_size(1'000);
  do {
    const auto page = CallAndWait(channel_, &operations::v1::AuditService::Stub::ListAuditEntries,
                                  request, "auditor:x");
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return entries;
    entries.insert(entries.end(), page->entries().begin(), page->entries().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return entries;
}

std::vector<const google::protobuf::MethodDescriptor*> AuditWorld::Methods() const {
  std::vector<const google::protobuf::MethodDescriptor*> methods;
  for (const auto* service : DescriptorsOf(AllTargets())) {
    for (int index = 0; index < service->method_count(); ++index) {
      methods.push_back(service->method(index));
    }
  }
  return methods;
}

}  // namespace milkway::testing
