// A Milkway server in this process, just real enough for its clients: it answers the
// generated services from memory, keeps every request, remembers request ids and
// refuses what a test wants refused.

#ifndef MILKWAY_TESTS_CLI_FAKE_SERVER_H_
#define MILKWAY_TESTS_CLI_FAKE_SERVER_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "grpcpp/server.h"
#include "grpcpp/support/status.h"
#include "milkway/consumption/v1/calendar.grpc.pb.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/consumption/v1/history.grpc.pb.h"
#include "milkway/consumption/v1/nutrition.grpc.pb.h"
#include "milkway/consumption/v1/paper.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/consumption/v1/summaries.grpc.pb.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "milkway/impact/v1/statements.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/open_packs.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/recalls.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "milkway/operations/v1/operations.grpc.pb.h"
#include "milkway/planning/v1/alerts.grpc.pb.h"
#include "milkway/planning/v1/plans.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "milkway/trace/v1/recalls.grpc.pb.h"
#include "milkway/trace/v1/trace.grpc.pb.h"

namespace milkway::cli::testing {

// A named refusal, or one that names a field, as the runtime attaches them.
grpc::Status Refusal(grpc::StatusCode code, const std::string& reason, const std::string& message,
                     const std::map<std::string, std::string>& metadata = {});
grpc::Status WrongField(const std::string& field, const std::string& description);

// What the server knows; a test may fill it before and look at it after.
struct FakeBooks {
  std::string base_currency;
  std::map<std::string, inventory::v1::Product> products;
  std::map<std::string, inventory::v1::Location> locations;
  std::vector<inventory::v1::ExchangeRate> rates;
  std::map<std::string, inventory::v1::Purchase> purchases;
  std::vector<inventory::v1::Lot> lots;
  std::map<std::string, impact::v1::Gift> gifts;
  std::map<std::string, shipments::v1::GetShipmentResponse> shipments;
  std::map<std::string, std::map<int32_t, consumption::v1::Student>> rosters;
  std::vector<inventory::v1::Balance> balances;
  std::vector<inventory::v1::LotPosition> positions;
  std::vector<consumption::v1::RecordedDistribution> distributions;
  std::vector<consumption::v1::Term> terms;
  consumption::v1::ListServingPoliciesResponse policies;
  consumption::v1::ListSchoolDatesResponse school_dates;
  consumption::v1::RollOverClassesResponse rolled_over;
  consumption::v1::GetStudentHistoryResponse history;
  consumption::v1::ListServedTwiceResponse served_twice;
  consumption::v1::ListIncidentsResponse incidents;
  consumption::v1::SummarizeServingsResponse servings;
  consumption::v1::CheckServingsResponse check;
  consumption::v1::ListLotSchoolsResponse lot_schools;
  consumption::v1::GetNutritionResponse nutrition;
  consumption::v1::GetStudentNutritionResponse student_nutrition;
  consumption::v1::GetPaperSheetResponse sheet;
  consumption::v1::EnterPaperSheetResponse entered;
  impact::v1::GiftImpact impact;
  std::vector<impact::v1::Publication> publications;
  // By publication; 0 before the first.
  std::map<std::string, std::map<int64_t, impact::v1::GiftStatement>> gift_statements;
  std::map<int64_t, impact::v1::ProgrammeStatement> programme_statements;
  std::vector<inventory::v1::VerifyBooksResponse> verification;
  std::map<std::string, inventory::v1::GetRecallResponse> recalls;
  std::vector<inventory::v1::OpenedPacks> open_packs;
  std::map<std::string, inventory::v1::PlaceContacts> contacts;
  std::vector<inventory::v1::CountSheetLine> count_sheet;
  std::vector<inventory::v1::RecordedCount> counts;
  std::vector<inventory::v1::StockSum> stock_sums;
  std::vector<inventory::v1::Posting> postings;
  std::vector<inventory::v1::SupplierReturn> returns;
  trace::v1::TraceLotResponse trace;
  trace::v1::TraceServingResponse origins;
  trace::v1::GetRecallListResponse recall_list;
  planning::v1::SchoolPlan plan;
  planning::v1::SuggestOrdersResponse orders;
  planning::v1::ListAlertsResponse alerts;
  // What OpenSandbox answers.
  std::string sandbox_address;

  const inventory::v1::Lot* FindLot(int64_t lot_id) const;
};

class FakeServer {
 public:
  // Looks at every request before it is answered; a status other than OK is the answer.
  // A batch of distributions is shown record by record.
  using Hook = std::function<grpc::Status(const google::protobuf::Message&)>;

  FakeServer();
  ~FakeServer();

  const std::string& address() const { return address_; }
  FakeBooks& books() { return books_; }
  void SetHook(Hook hook);

  // Refuses requests of one type as `refuse` says.
  template <typename Request>
  void RefuseSome(std::function<grpc::Status(const Request&)> refuse) {
    SetHook([refuse = std::move(refuse)](const google::protobuf::Message& message) {
      const auto* request = dynamic_cast<const Request*>(&message);
      return request == nullptr ? grpc::Status::OK : refuse(*request);
    });
  }

  // All requests of one type, in the order in which they came.
  template <typename Request>
  std::vector<Request> Requests() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<Request> requests;
    for (const auto& message : messages_) {
      if (const auto* request = dynamic_cast<const Request*>(message.get()); request != nullptr) {
        requests.push_back(*request);
      }
    }
    return requests;
  }

  // The short names of the writing requests that were answered OK, in order:
  // "CreateProduct", "RecordDistribution".
  std::vector<std::string> Writes() const;
  // How many of them were new; the others repeated an earlier request.
  int new_writes() const;
  // The development header of the last call.
  std::string last_caller() const;

 private:
  friend struct FakeHandler;

  // Keeps the request, asks the hook and the memory of request ids. `*is_new` is false
  // if the same request was answered before.
  grpc::Status Admit(const google::protobuf::Message& request, bool* is_new);

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<google::protobuf::Message>> messages_;
  std::vector<std::string> writes_;
  std::map<std::string, std::string> bodies_;  // by request id
  int new_writes_ = 0;
  std::string last_caller_;
  Hook hook_;
  FakeBooks books_;
  std::string address_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace milkway::cli::testing

#endif  // MILKWAY_TESTS_CLI_FAKE_SERVER_H_
