// What an import does when a row is wrong or refused: it says where, and goes on with
// all that does not depend on it.

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/distributions.pb.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {
namespace {

using testing::CliResult;
using ::testing::Contains;
using testing::FakeServer;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Refusal;
using testing::RunCli;
using ::testing::SizeIs;
using testing::TemporaryFolder;
using testing::WriteProgramme;
using testing::WrongField;

class ImportRefusal : public ::testing::Test {
 protected:
  CliResult Run(const std::map<std::string, std::string>& changed = {}) {
    WriteProgramme(&folder_, changed);
    return RunCli({"import", folder_.path(), "--server", server_.address()});
  }

  FakeServer server_;
  TemporaryFolder folder_;
};

TEST_F(ImportRefusal, ARowWithAnErrorIsNotSentAndStopsOnlyWhatDependsOnIt) {
  const CliResult result = Run({{"purchases.csv",
                                 "purchase_id,purchased_on,supplier_id,destination_id\n"
                                 "P-1,2025-02-30,burra,depot\n"}});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("purchases.csv:2: column purchased_on: must be a day "
                                    "YYYY-MM-DD, is \"2025-02-30\"\n"));
  EXPECT_THAT(result.err,
              HasSubstr("shipments.csv:2: not sent because it depends on purchases.csv:2\n"));
  EXPECT_THAT(result.err,
              HasSubstr("milestones.csv:2: not sent because it depends on shipments.csv:2\n"));
  EXPECT_THAT(result.err,
              HasSubstr("distributions.csv:3: not sent because it depends on purchases.csv:2\n"));
  EXPECT_THAT(server_.Writes(), Contains("RecordGift"));
  EXPECT_THAT(server_.Writes(), Contains("EnrolStudents"));
  EXPECT_THAT(server_.Writes(), Not(Contains("RecordPurchase")));
  EXPECT_THAT(server_.Writes(), Not(Contains("CreateShipment")));
  EXPECT_THAT(server_.Writes(), Not(Contains("RecordDistribution")));
}

TEST_F(ImportRefusal, OneBadLineFailsItsPurchase) {
  const CliResult result =
      Run({{"purchase_lines.csv",
            "purchase_id,product_id,lot_number,expires_on,packs,unit_price,currency\n"
            "P-1,dev-1kg,L1,2026-12-01,40,11.50,AUD\n"
            "P-1,dev-1kg,L2,2026-12-15,0,11.75,AUD\n"}});

  EXPECT_THAT(result.err,
              HasSubstr("purchase_lines.csv:3: column packs: must be a whole number from 1 to "
                        "10,000,000, is \"0\"\n"));
  EXPECT_THAT(result.err,
              HasSubstr("purchases.csv:2: not sent because it depends on purchase_lines.csv:3\n"));
  EXPECT_THAT(result.err,
              HasSubstr("purchase_lines.csv:2: not sent because it depends on purchases.csv:2\n"));
  EXPECT_THAT(server_.Writes(), Not(Contains("RecordPurchase")));
}

TEST_F(ImportRefusal, APurchaseWaitsForTheRateThatShouldHaveAppliedToIt) {
  const CliResult result = Run({{"exchange_rates.csv",
                                 "on,from,to,rate,source\n"
                                 "2025-01-02,CNY,AUD,0.2115,RBA\n"
                                 "2025-01-19,CNY,AUD,zero,RBA\n"}});

  EXPECT_THAT(result.err,
              HasSubstr("purchases.csv:2: not sent because it depends on exchange_rates.csv:3\n"));
  EXPECT_THAT(server_.Writes(), Not(Contains("RecordPurchase")));
}

TEST_F(ImportRefusal, ARefusedFieldIsReportedAtItsRowAndColumn) {
  server_.RefuseSome<inventory::v1::RecordPurchaseRequest>([](const auto&) {
    return WrongField("purchase.lines[1].expires_on", "must be after the purchase");
  });

  const CliResult result = Run();

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("purchase_lines.csv:3: column expires_on: must be after the "
                                    "purchase\n"));
  EXPECT_THAT(result.err,
              HasSubstr("purchases.csv:2: not sent because it depends on purchase_lines.csv:3\n"));
}

TEST_F(ImportRefusal, ARefusalByNameIsReportedAtTheColumnThatItIsAbout) {
  server_.RefuseSome<shipments::v1::DispatchShipmentRequest>([](const auto&) {
    return Refusal(grpc::StatusCode::FAILED_PRECONDITION, "STOCK_MISSING", "depot lacks 3,000 g",
                   {{"lot_id", "2"}, {"missing_g", "3000"}});
  });

  const CliResult result = Run();

  EXPECT_THAT(result.err, HasSubstr("shipment_lines.csv:3: column packs: depot lacks 3,000 g "
                                    "(STOCK_MISSING)\n"));
  EXPECT_THAT(result.err,
              HasSubstr("receipts.csv:2: not sent because it depends on shipments.csv:2\n"));
  EXPECT_THAT(server_.Writes(), Not(Contains("RecordReceipt")));
}

TEST_F(ImportRefusal, ARefusedDistributionOfABatchDoesNotStopTheOthers) {
  server_.RefuseSome<consumption::v1::RecordDistributionRequest>([](const auto& record) {
    return record.distribution().served_on() == "2025-02-11"
               ? Refusal(grpc::StatusCode::FAILED_PRECONDITION, "STOCK_MISSING", "lacks 55 g",
                         {{"lot_id", "1"}})
               : grpc::Status::OK;
  });

  const CliResult result = Run();

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err,
              HasSubstr("distributions.csv:2: column students: lacks 55 g (STOCK_MISSING)\n"));
  EXPECT_THAT(server_.Writes(), Contains("RecordDistribution").Times(1));
  EXPECT_THAT(server_.Writes(), Contains("RecordCount"));
}

TEST_F(ImportRefusal, ContentThatChangedSinceTheFirstImportIsAnErrorOfItsKey) {
  Run();

  const CliResult again =
      Run({{"gifts.csv",
            "gift_id,donor_id,received_on,amount,currency\nG-1,D-1,2025-01-05,600.00,AUD\n"}});

  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("gifts.csv:2: column gift_id: was imported before with other "
                                   "content"));
  EXPECT_THAT(again.err,
              HasSubstr("allocations.csv:2: not sent because it depends on gifts.csv:2\n"));
}

TEST_F(ImportRefusal, ARefusedStudentIsDroppedAndTheRestIsEnrolled) {
  server_.RefuseSome<consumption::v1::EnrolStudentsRequest>([](const auto& request) {
    for (int i = 0; i < request.students_size(); ++i) {
      if (request.students(i).student_number() == 2) {
        return WrongField(absl::StrCat("students[", i, "].birth_month"), "is too early");
      }
    }
    return grpc::Status::OK;
  });

  const CliResult result = Run();

  EXPECT_THAT(result.err, HasSubstr("students.csv:3: column birth_month: is too early\n"));
  EXPECT_THAT(result.err,
              HasSubstr("distributions.csv:2: not sent because it depends on students.csv:3\n"));
  EXPECT_THAT(server_.books().rosters["school"], SizeIs(2));
  EXPECT_THAT(server_.Requests<consumption::v1::RecordDistributionRequest>(), SizeIs(1));
}

TEST_F(ImportRefusal, ARefusalThatIsNotAboutAStudentIsReportedOnceForAll) {
  server_.RefuseSome<consumption::v1::EnrolStudentsRequest>([](const auto&) {
    return Refusal(grpc::StatusCode::NOT_FOUND, "SCHOOL_UNKNOWN", "school is not registered");
  });

  const CliResult result = Run();

  EXPECT_THAT(result.err, HasSubstr("students.csv:2: column school_id: school is not registered "
                                    "(SCHOOL_UNKNOWN)\n"));
  EXPECT_THAT(result.err,
              HasSubstr("students.csv:3: not sent because it depends on students.csv:2\n"));
  EXPECT_THAT(server_.Requests<consumption::v1::EnrolStudentsRequest>(), SizeIs(1));
}

TEST_F(ImportRefusal, AStudentWhomTheRefusalDoesNotNameIsFoundByHalving) {
  server_.RefuseSome<consumption::v1::EnrolStudentsRequest>([](const auto& request) {
    const bool has_second =
        std::any_of(request.students().begin(), request.students().end(),
                    [](const auto& student) { return student.student_number() == 2; });
    return has_second ? Refusal(grpc::StatusCode::ALREADY_EXISTS, "STUDENT_EXISTS",
                                "a student is there with other content")
                      : grpc::Status::OK;
  });

  const CliResult result = Run();

  EXPECT_THAT(result.err, HasSubstr("students.csv:3: column student_number: a student is there "
                                    "with other content (STUDENT_EXISTS)\n"));
  EXPECT_THAT(server_.books().rosters["school"], SizeIs(2));
}

TEST_F(ImportRefusal, ALotNumberThatAlsoCameWithAnotherPurchaseNeedsThePurchase) {
  inventory::v1::Lot other;
  other.set_lot_id(1);
  other.set_purchase_id("P-0");
  other.set_product_id("dev-1kg");
  other.set_lot_number("L1");
  server_.books().lots.push_back(other);

  const CliResult result = Run();

  EXPECT_THAT(result.err,
              HasSubstr("counts.csv:2: column purchase_id: must say which purchase is meant, lot "
                        "\"L1\" of product \"dev-1kg\" came with P-1 and P-0"));
}

TEST_F(ImportRefusal, ReferencesThatNobodyKnowsAreErrors) {
  const CliResult result = Run({{"shipments.csv",
                                 "shipment_id,origin_id,destination_id,mode,dispatched_at\n"
                                 "S-1,nowhere,school,air,2025-02-01T09:00:00+11:00\n"},
                                {"counts.csv",
                                 "count_id,location_id,counted_at,product_id,lot_number,counted_g\n"
                                 "K-1,school,2025-02-12T16:00:00+08:00,dev-1kg,L9,8900\n"
                                 "K-2,school,2025-02-12T16:00:00+08:00,other,L1,8900\n"
                                 "K-3,school,2025-02-12T16:00:00+08:00,dev-1kg,L1,8900\n"}});

  EXPECT_THAT(result.err, HasSubstr("shipments.csv:2: column origin_id: must be a location that "
                                    "locations.csv or the server has, is \"nowhere\"\n"));
  EXPECT_THAT(result.err,
              HasSubstr("counts.csv:2: column lot_number: must be a lot of product \"dev-1kg\" "
                        "that purchase_lines.csv or the server has, is \"L9\"\n"));
  EXPECT_THAT(result.err, HasSubstr("counts.csv:3: column product_id: must be a product that "
                                    "products.csv or the server has, is \"other\"\n"));
  EXPECT_THAT(server_.Writes(), Contains("RecordCount").Times(1));
}

TEST_F(ImportRefusal, NothingOfAFileWithBrokenQuotesIsSent) {
  const CliResult result =
      Run({{"purchase_lines.csv",
            "purchase_id,product_id,lot_number,expires_on,packs,unit_price,currency\n"
            "P-1,dev-1kg,L1,2026-12-01,40,11.50,AUD\n"
            "P-1,dev-1kg,\"L2,2026-12-15,20,11.75,AUD\n"}});

  EXPECT_THAT(result.err,
              HasSubstr("purchase_lines.csv:3: starts a quoted cell that is never closed\n"));
  EXPECT_THAT(result.err,
              HasSubstr("purchases.csv:2: not sent because it depends on purchase_lines.csv:3\n"));
  EXPECT_THAT(server_.Writes(), Not(Contains("RecordPurchase")));
  EXPECT_THAT(server_.Writes(), Contains("CreateProduct"));
}

}  // namespace
}  // namespace milkway::cli
