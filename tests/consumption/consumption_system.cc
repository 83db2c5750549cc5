#include "tests/consumption/consumption_system.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/consumption/consumption_module.h"
#include "services/inventory/inventory_module.h"
#include "services/runtime/once.h"
#include "tests/support/catalogue.h"
#include "tests/support/status_matchers.h"

namespace milkway::consumption {

namespace {

using ::milkway::testing::IsOk;

constexpr std::chrono::seconds kPatience{30};

}  // namespace

ConsumptionSystem::ConsumptionSystem(Stores stores, Keys keys)
    : system_({inventory::MakeInventoryModule, MakeConsumptionModule}, stores, keys) {
  Connect();
  MakeProduct();
  MakeLocation(kFarm, inv::LOCATION_KIND_SUPPLIER);
  std::vector<v1::Student> students;
  for (const int32_t number : Students(1, kStudents)) students.push_back(MakeStudent(number));
  for (const char* school_id : {kSchool, kOtherSchool}) {
    MakeSchool(school_id);
    EXPECT_THAT(Enrol(school_id, students), IsOk());
  }
}

bool ConsumptionSystem::Restart(const testing::PowerCut& cut) {
  Stop();
  if (!system_.Start(cut)) return false;
  Connect();
  return true;
}

void ConsumptionSystem::Stop() {
  {
    absl::WriterMutexLock lock(&gate_);
    is_stopped_ = true;
  }
  system_.Stop();
}

void ConsumptionSystem::Connect() {
  absl::WriterMutexLock lock(&gate_);
  is_stopped_ = false;
  inventory_ = system_.ChannelTo("inventory");
  consumption_ = system_.ChannelTo("consumption");
}

template <typename Service, typename Async, typename Request, typename Response>
absl::StatusOr<Response> ConsumptionSystem::Call(
    clients::UnaryMethod<Async, Request, Response> method, const Request& request,
    const std::string& caller) {
  const bool is_consumption =
      absl::StartsWith(Request::descriptor()->full_name(), "milkway.consumption.");
  absl::StatusOr<Response> answer;
  absl::Notification is_answered;
  std::unique_ptr<typename Service::Stub> stub;
  {
    // A call into a server of this process that is gone would be into nowhere.
    absl::ReaderMutexLock lock(&gate_);
    if (is_stopped_) return absl::UnavailableError("the services are stopped");
    stub = Service::NewStub(is_consumption ? consumption_ : inventory_);
    clients::CallUnary<Response>(stub->async(), method, {caller, kPatience}, request,
                                 [&](absl::StatusOr<Response> heard) {
                                   answer = std::move(heard);
                                   is_answered.Notify();
                                 });
  }
  is_answered.WaitForNotification();
  return answer;
}

std::string ConsumptionSystem::NextRequestId() {
  return runtime::FormatRequestId({0x0197'0000'0000'7000, ++last_request_});
}

void ConsumptionSystem::MakeProduct() {
  inv::CreateProductRequest request = testing::MakeMilk(kMilk);
  request.set_request_id(NextRequestId());
  EXPECT_THAT(Call<inv::CatalogService>(&inv::CatalogService::Stub::async::CreateProduct, request),
              IsOk());
}

void ConsumptionSystem::MakeLocation(const std::string& location_id, inv::LocationKind kind) {
  inv::CreateLocationRequest request = testing::MakePlace(location_id, kind);
  request.set_request_id(NextRequestId());
  EXPECT_THAT(Call<inv::CatalogService>(&inv::CatalogService::Stub::async::CreateLocation, request),
              IsOk());
}

void ConsumptionSystem::MakeSchool(const std::string& school_id) {
  MakeLocation(school_id, inv::LOCATION_KIND_SCHOOL);
  v1::RegisterSchoolRequest request;
  request.set_request_id(NextRequestId());
  request.set_school_id(school_id);
  EXPECT_THAT(Call<v1::SchoolService>(&v1::SchoolService::Stub::async::RegisterSchool, request),
              IsOk());
}

absl::StatusOr<v1::EnrolStudentsResponse> ConsumptionSystem::Enrol(
    const std::string& school_id, const std::vector<v1::Student>& students) {
  v1::EnrolStudentsRequest request;
  request.set_request_id(NextRequestId());
  request.set_school_id(school_id);
  for (const v1::Student& student : students) *request.add_students() = student;
  return Call<v1::SchoolService>(&v1::SchoolService::Stub::async::EnrolStudents, request);
}

void ConsumptionSystem::Consent(v1::ConsentPurpose purpose, const std::vector<int32_t>& students,
                                const std::string& school_id) {
  for (const int32_t student : students) {
    v1::RecordConsentRequest request;
    request.set_request_id(NextRequestId());
    request.set_school_id(school_id);
    request.set_student_number(student);
    v1::ConsentStatement& statement = *request.mutable_statement();
    statement.set_purpose(purpose);
    statement.set_relation(v1::GUARDIAN_RELATION_MOTHER);
    statement.set_given_on("2025-05-01");
    statement.set_manner(v1::CONSENT_MANNER_PAPER);
    EXPECT_THAT(Call<v1::ConsentService>(&v1::ConsentService::Stub::async::RecordConsent, request),
                IsOk());
  }
}

int64_t ConsumptionSystem::Buy(int64_t packs, const std::string& expires_on,
                               const std::string& school_id) {
  const int number = ++last_purchase_;
  inv::RecordPurchaseRequest request;
  request.set_request_id(NextRequestId());
  inv::Purchase& purchase = *request.mutable_purchase();
  purchase.set_purchase_id(absl::StrCat("P-", number));
  purchase.set_purchased_on("2025-06-01");
  purchase.set_supplier_id(kFarm);
  purchase.set_destination_id(school_id);
  inv::PurchaseLine& line = *purchase.add_lines();
  line.set_product_id(kMilk);
  line.set_lot_number(absl::StrCat("L-", number));
  line.set_expires_on(expires_on);
  line.set_packs(packs);
  line.mutable_unit_price()->set_currency_code("AUD");
  line.mutable_unit_price()->set_minor_units(1000);
  const auto recorded =
      Call<inv::PurchaseService>(&inv::PurchaseService::Stub::async::RecordPurchase, request);
  EXPECT_THAT(recorded, IsOk());
  return recorded.ok() ? recorded->lots(0).lot_id() : 0;
}

void ConsumptionSystem::Quarantine(int64_t lot, int64_t quantity_g) {
  inv::AdjustStockRequest request;
  request.set_request_id(NextRequestId());
  inv::Adjustment& adjustment = *request.mutable_adjustment();
  adjustment.set_location_id(kSchool);
  adjustment.set_lot_id(lot);
  adjustment.set_condition(inv::ACCOUNT_KIND_USABLE);
  adjustment.set_quantity_g(quantity_g);
  adjustment.set_reason(inv::ADJUSTMENT_REASON_QUARANTINE);
  *adjustment.mutable_occurred_at() = June(2, 8);
  EXPECT_THAT(Call<inv::StockService>(&inv::StockService::Stub::async::AdjustStock, request),
              IsOk());
}

v1::RecordDistributionRequest ConsumptionSystem::MakeRequest(const v1::Distribution& distribution,
                                                             const std::string& request_id) {
  v1::RecordDistributionRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  *request.mutable_distribution() = distribution;
  return request;
}

absl::StatusOr<v1::RecordDistributionResponse> ConsumptionSystem::Record(
    const v1::RecordDistributionRequest& request, const std::string& caller) {
  return Call<v1::DistributionService>(&v1::DistributionService::Stub::async::RecordDistribution,
                                       request, caller);
}

absl::StatusOr<v1::RecordDistributionResponse> ConsumptionSystem::Record(
    const v1::Distribution& distribution) {
  return Record(MakeRequest(distribution));
}

std::vector<absl::StatusOr<v1::RecordDistributionResponse>> ConsumptionSystem::RecordAtOnce(
    const std::vector<v1::RecordDistributionRequest>& requests) {
  using Answer = absl::StatusOr<v1::RecordDistributionResponse>;
  v1::DistributionService::Stub stub(channel());
  std::vector<Answer> answers(requests.size(), absl::UnknownError("no answer"));
  absl::BlockingCounter left(static_cast<int>(requests.size()));
  for (size_t index = 0; index < requests.size(); ++index) {
    clients::CallUnary<v1::RecordDistributionResponse>(
        stub.async(), &v1::DistributionService::Stub::async::RecordDistribution,
        {kAdmin, kPatience}, requests[index], [&answers, &left, index](Answer answer) {
          answers[index] = std::move(answer);
          left.DecrementCount();
        });
  }
  left.Wait();
  return answers;
}

absl::StatusOr<v1::BatchRecordDistributionsResponse> ConsumptionSystem::Batch(
    const std::vector<v1::RecordDistributionRequest>& requests, const std::string& caller) {
  v1::BatchRecordDistributionsRequest batch;
  for (const v1::RecordDistributionRequest& request : requests) *batch.add_records() = request;
  return Call<v1::DistributionService>(
      &v1::DistributionService::Stub::async::BatchRecordDistributions, batch, caller);
}

v1::CorrectDistributionRequest ConsumptionSystem::MakeCorrection(int64_t distribution_id,
                                                                 const std::vector<Cups>& cups,
                                                                 const std::string& request_id) {
  v1::CorrectDistributionRequest request;
  request.set_request_id(request_id.empty() ? NextRequestId() : request_id);
  request.set_school_id(kSchool);
  request.set_distribution_id(distribution_id);
  for (v1::DistributionLine& line : MakeLines(cups)) *request.add_lines() = std::move(line);
  request.set_reason("counted again");
  return request;
}

absl::StatusOr<v1::CorrectDistributionResponse> ConsumptionSystem::Correct(
    const v1::CorrectDistributionRequest& request, const std::string& caller) {
  return Call<v1::DistributionService>(&v1::DistributionService::Stub::async::CorrectDistribution,
                                       request, caller);
}

absl::StatusOr<v1::CorrectDistributionResponse> ConsumptionSystem::Correct(
    int64_t distribution_id, const std::vector<Cups>& cups) {
  return Correct(MakeCorrection(distribution_id, cups));
}

absl::StatusOr<v1::RecordedDistribution> ConsumptionSystem::Get(int64_t distribution_id,
                                                                const std::string& school_id) {
  v1::GetDistributionRequest request;
  request.set_school_id(school_id);
  request.set_distribution_id(distribution_id);
  const auto response = Call<v1::DistributionService>(
      &v1::DistributionService::Stub::async::GetDistribution, request);
  if (!response.ok()) return response.status();
  return response->distribution();
}

absl::StatusOr<v1::ListDistributionsResponse> ConsumptionSystem::List(
    const v1::ListDistributionsRequest& request, const std::string& caller) {
  return Call<v1::DistributionService>(&v1::DistributionService::Stub::async::ListDistributions,
                                       request, caller);
}

std::vector<v1::RecordedDistribution> ConsumptionSystem::ListAll(const std::string& school_id) {
  std::vector<v1::RecordedDistribution> all;
  v1::ListDistributionsRequest request;
  request.set_page_size(1000);
  request.set_school_id(school_id);
  do {
    const auto page = List(request);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) break;
    all.insert(all.end(), page->distributions().begin(), page->distributions().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return all;
}

absl::StatusOr<v1::GetServingsResponse> ConsumptionSystem::Servings(
    const std::vector<int64_t>& lots, const std::string& school_id) {
  v1::GetServingsRequest request;
  for (const int64_t lot : lots) {
    v1::LotAtSchool& pair = *request.add_pairs();
    pair.set_lot_id(lot);
    pair.set_school_id(school_id);
  }
  return Call<v1::DistributionService>(&v1::DistributionService::Stub::async::GetServings, request);
}

std::vector<inv::Balance> ConsumptionSystem::Balances(int64_t lot) {
  inv::ListBalancesRequest request;
  request.set_page_size(1000);
  request.set_lot_id(lot);
  request.set_include_virtual(true);
  const auto page = Call<inv::StockService>(&inv::StockService::Stub::async::ListBalances, request);
  EXPECT_THAT(page, IsOk());
  if (!page.ok()) return {};
  EXPECT_EQ(page->next_page_token(), "");
  return {page->balances().begin(), page->balances().end()};
}

int64_t ConsumptionSystem::Balance(int64_t lot, inv::AccountKind kind,
                                   const std::string& school_id) {
  for (const inv::Balance& balance : Balances(lot)) {
    if (balance.account().kind() == kind && balance.account().place() == school_id) {
      return balance.quantity_g();
    }
  }
  return 0;
}

absl::StatusOr<inv::Posting> ConsumptionSystem::Posting(int64_t position) {
  inv::GetPostingRequest request;
  request.set_position(position);
  const auto response =
      Call<inv::StockService>(&inv::StockService::Stub::async::GetPosting, request);
  if (!response.ok()) return response.status();
  return response->posting();
}

int64_t ConsumptionSystem::PostingCount() {
  inv::ListPostingsRequest request;
  request.set_page_size(1000);
  int64_t count = 0;
  do {
    const auto page =
        Call<inv::StockService>(&inv::StockService::Stub::async::ListPostings, request);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) return -1;
    count += page->postings_size();
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return count;
}

std::vector<std::string> ConsumptionSystem::Differences() {
  inv::StockService::Stub stub(system_.ChannelTo("inventory"));
  grpc::ClientContext context;
  clients::Prepare({kAdmin, std::chrono::seconds(60)}, &context);
  const auto stream = stub.VerifyBooks(&context, inv::VerifyBooksRequest());
  std::vector<std::string> differences;
  inv::VerifyBooksResponse message;
  bool has_finished = false;
  while (stream->Read(&message)) {
    differences.insert(differences.end(), message.differences().begin(),
                       message.differences().end());
    has_finished = message.finished();
  }
  const grpc::Status status = stream->Finish();
  if (!status.ok()) differences.push_back(status.error_message());
  if (!has_finished) differences.push_back("the books were not read to the end");
  return differences;
}

}  // namespace milkway::consumption
