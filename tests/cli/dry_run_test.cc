// A dry run: against a sandbox that is always closed again, or against no server.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/impact/v1/gifts.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/operations/v1/operations.pb.h"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {
namespace {

using operations::v1::CloseSandboxRequest;
using operations::v1::OpenSandboxRequest;
using ::testing::AllOf;
using testing::CliResult;
using ::testing::Contains;
using testing::FakeServer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::RunCli;
using ::testing::SizeIs;
using testing::TemporaryFolder;
using testing::WriteProgramme;

class DryRun : public ::testing::Test {
 protected:
  DryRun() { server_.books().sandbox_address = sandbox_.address(); }

  CliResult Run(const std::map<std::string, std::string>& changed = {}) {
    WriteProgramme(&folder_, changed);
    return RunCli({"import", folder_.path(), "--dry-run", "--server", server_.address()});
  }

  FakeServer server_;
  FakeServer sandbox_;
  TemporaryFolder folder_;
};

TEST_F(DryRun, RunsTheVerySameImportAgainstASandboxAndClosesIt) {
  const CliResult result = Run();

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("dry run: no errors; nothing was written\n"));
  EXPECT_THAT(server_.Writes(), IsEmpty());
  EXPECT_THAT(sandbox_.Writes(), AllOf(Contains("RecordPurchase"), Contains("RecordCount")));
  ASSERT_THAT(server_.Requests<CloseSandboxRequest>(), SizeIs(1));
  EXPECT_EQ(server_.Requests<CloseSandboxRequest>()[0].sandbox_id(),
            "sandbox-of-" + server_.address());
}

TEST_F(DryRun, ReportsTheErrorsOfTheFilesAndThoseOfTheServerTogether) {
  sandbox_.RefuseSome<impact::v1::AllocateGiftRequest>([](const auto& request) {
    return request.allocation().allocation_id() == "A-2"
               ? testing::Refusal(grpc::StatusCode::FAILED_PRECONDITION, "LOT_OVERPAID",
                                  "lot L2 costs 150.00 AUD")
               : grpc::Status::OK;
  });

  const CliResult result = Run({{"milestones.csv",
                                 "milestone_id,shipment_id,occurred_at,kind\n"
                                 "M-1,S-1,2025-02-03T10:00:00+08:00,lost\n"}});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("milestones.csv:2: column kind: must be departed, "));
  EXPECT_THAT(result.err, HasSubstr("allocations.csv:3: column amount: lot L2 costs 150.00 AUD "
                                    "(LOT_OVERPAID)\n"));
  EXPECT_THAT(result.out, HasSubstr("dry run: 2 errors, 0 rows not sent because of them"));
}

TEST_F(DryRun, ClosesTheSandboxWhenItIsInterrupted) {
  Interrupt interrupt;
  sandbox_.RefuseSome<inventory::v1::RecordPurchaseRequest>([&interrupt](const auto&) {
    interrupt.Request();
    return grpc::Status::OK;
  });
  WriteProgramme(&folder_);

  const CliResult result =
      RunCli({"import", folder_.path(), "--dry-run", "--server", server_.address()}, &interrupt);

  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.err, HasSubstr("nothing was written"));
  EXPECT_THAT(sandbox_.Writes(), Not(Contains("RecordGift")));
  EXPECT_THAT(server_.Requests<CloseSandboxRequest>(), SizeIs(1));
}

TEST_F(DryRun, ClosesTheSandboxWhenTheSandboxFails) {
  sandbox_.SetHook([](const auto&) { return grpc::Status(grpc::StatusCode::UNAVAILABLE, "no"); });

  const CliResult result = Run();

  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(server_.Requests<CloseSandboxRequest>(), SizeIs(1));
}

TEST_F(DryRun, OpensTheSandboxesOfSeparateProcessesInTheOrderInWhichTheyLeanOnEachOther) {
  FakeServer shipments, impact, shipments_sandbox, impact_sandbox;
  shipments.books().sandbox_address = shipments_sandbox.address();
  impact.books().sandbox_address = impact_sandbox.address();
  WriteProgramme(&folder_);

  const CliResult result =
      RunCli({"import", folder_.path(), "--dry-run", "--server", server_.address(), "--shipments",
              shipments.address(), "--impact", impact.address()});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(server_.Requests<OpenSandboxRequest>().at(0).peers(), IsEmpty());
  const auto of_shipments = shipments.Requests<OpenSandboxRequest>().at(0).peers();
  EXPECT_EQ(of_shipments.at("inventory"), sandbox_.address());
  EXPECT_EQ(of_shipments.at("consumption"), sandbox_.address());
  EXPECT_THAT(impact.Requests<OpenSandboxRequest>().at(0).peers(), SizeIs(6));
  EXPECT_THAT(shipments_sandbox.Writes(), Contains("DispatchShipment"));
  EXPECT_THAT(impact_sandbox.Writes(), Contains("AllocateGift"));
  EXPECT_THAT(shipments.Requests<CloseSandboxRequest>(), SizeIs(1));
  EXPECT_THAT(impact.Requests<CloseSandboxRequest>(), SizeIs(1));
}

TEST_F(DryRun, WithoutAServerTellsWhatTheFilesShowAndThatItIsNotAll) {
  WriteProgramme(&folder_);

  const CliResult result =
      RunCli({"import", folder_.path(), "--dry-run", "--server", "127.0.0.1:1"});

  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("dry run without a server"));
  EXPECT_THAT(result.out, HasSubstr("dry run: 0 errors; nothing was written\n"));
}

TEST_F(DryRun, WithoutAServerErrorsOfTheFilesDecideTheExitCode) {
  WriteProgramme(&folder_, {{"gifts.csv",
                             "gift_id,donor_id,received_on,amount,currency\n"
                             "G-1,D-1,2025-01-05,500.005,AUD\n"}});

  const CliResult result =
      RunCli({"import", folder_.path(), "--dry-run", "--server", "127.0.0.1:1"});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("gifts.csv:2: column amount: must be an amount of 0.01 AUD or "
                                    "more, with at most 2 decimals, is \"500.005\"\n"));
}

TEST_F(DryRun, WithoutAServerCountsTheReferencesThatOnlyTheServerCouldCheck) {
  TemporaryFolder folder;
  folder.Write("counts.csv",
               "count_id,location_id,counted_at,product_id,lot_number,counted_g\n"
               "K-1,school,2025-02-12T16:00:00+08:00,dev-1kg,L1,8900\n");

  const CliResult result =
      RunCli({"import", folder.path(), "--dry-run", "--server", "127.0.0.1:1"});

  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("2 references to things outside the folder could not be "
                                    "checked, the first is counts.csv:2: column location_id"));
}

}  // namespace
}  // namespace milkway::cli
