#include "tests/runtime/milk_counter.h"

#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"

namespace milkway::runtime::testing {

namespace {

// school -> grams, in digits
using MilkKey = storage::KeySchema<0x7f10, std::string>;
// () -> number of additions, in digits
using AdditionsKey = storage::KeySchema<0x7f11>;

absl::StatusOr<int64_t> NumberAt(const storage::Reader& reader, const std::string& key) {
  ASSIGN_OR_RETURN(const std::optional<std::string> digits, reader.Get(key));
  int64_t number = 0;
  if (digits.has_value() && !absl::SimpleAtoi(*digits, &number)) {
    return absl::DataLossError("not a number");
  }
  return number;
}

absl::StatusOr<AddMilkResponse> Add(storage::Transaction& transaction, const std::string& school_id,
                                    int64_t grams) {
  if (grams <= 0) return InvalidField("quantity_g", "must be above 0");
  if (grams > MilkCounter::kAdditionGMax) {
    return Refuse(absl::StatusCode::kFailedPrecondition, "TOO_MUCH_MILK",
                  absl::StrCat(grams, " g do not fit; add less"), {{"grams", absl::StrCat(grams)}});
  }
  ASSIGN_OR_RETURN(const int64_t before, NumberAt(transaction, MilkKey::Encode(school_id)));
  ASSIGN_OR_RETURN(const int64_t additions, NumberAt(transaction, AdditionsKey::Encode()));
  AddMilkResponse response;
  response.set_quantity_g(before + grams);
  response.set_additions(additions + 1);
  RETURN_IF_ERROR(transaction.Put(MilkKey::Encode(school_id), absl::StrCat(response.quantity_g())));
  RETURN_IF_ERROR(transaction.Put(AdditionsKey::Encode(), absl::StrCat(response.additions())));
  return response;
}

}  // namespace

Handlers::Finish<AwaitMilkResponse> MilkCounter::TakeAwaiting() {
  absl::MutexLock lock(&mutex_);
  const auto is_there = [this]()
                            ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !awaiting_.empty(); };
  mutex_.Await(absl::Condition(&is_there));
  Handlers::Finish<AwaitMilkResponse> finish = std::move(awaiting_.front());
  awaiting_.pop_front();
  return finish;
}

void MilkCounter::EndAwaiting() {
  std::deque<Handlers::Finish<AwaitMilkResponse>> left;
  {
    absl::MutexLock lock(&mutex_);
    left.swap(awaiting_);
  }
  for (auto& finish : left) std::move(finish)(absl::UnavailableError("the test is over"));
}

MilkCounter::Reactor* MilkCounter::GetMilk(Context* context, const GetMilkRequest* request,
                                           GetMilkResponse* response) {
  return handlers_.Query(context, request, response,
                         [this, request](const storage::Reader& reader,
                                         const Call&) -> absl::StatusOr<GetMilkResponse> {
                           const std::string key = MilkKey::Encode(request->school_id());
                           ASSIGN_OR_RETURN(int64_t grams, NumberAt(reader, key));
                           if (between_reads) {
                             between_reads();
                             ASSIGN_OR_RETURN(const int64_t again, NumberAt(reader, key));
                             if (again != grams) return absl::InternalError("the snapshot changed");
                           }
                           GetMilkResponse milk;
                           milk.set_quantity_g(grams);
                           return milk;
                         });
}

MilkCounter::Reactor* MilkCounter::GetChildMilk(Context* context,
                                                const GetChildMilkRequest* request,
                                                GetMilkResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const storage::Reader&, const Call&) -> absl::StatusOr<GetMilkResponse> {
        if (request->student_number() > 100) return absl::NotFoundError("there is no such child");
        GetMilkResponse milk;
        milk.set_quantity_g(request->student_number());
        return milk;
      });
}

MilkCounter::Reactor* MilkCounter::AwaitChildMilk(Context* context,
                                                  const AwaitChildMilkRequest* request,
                                                  GetMilkResponse* response) {
  return handlers_.Async(context, request, response,
                         [](const Call&, Handlers::Finish<GetMilkResponse> done) {
                           std::thread([done = std::move(done)]() mutable {
                             std::move(done)(GetMilkResponse());
                           }).detach();
                         });
}

MilkCounter::Reactor* MilkCounter::AddMilk(Context* context, const AddMilkRequest* request,
                                           AddMilkResponse* response) {
  return handlers_.Mutate(context, request, response,
                          [this, request](storage::Transaction& transaction,
                                          const Call& call) -> absl::StatusOr<AddMilkResponse> {
                            RETURN_IF_ERROR(CheckBody(call));
                            return Add(transaction, request->school_id(), request->quantity_g());
                          });
}

MilkCounter::Reactor* MilkCounter::AddOffer(Context* context, const AddOfferRequest* request,
                                            AddMilkResponse* response) {
  return handlers_.MutateAfter<int64_t>(
      context, request, response,
      [this](const Call&, Handlers::Finish<int64_t> done) { ask(std::move(done)); },
      [request](storage::Transaction& transaction, const Call&, int64_t offered_g) {
        return Add(transaction, request->school_id(), offered_g);
      });
}

MilkCounter::Reactor* MilkCounter::OrderMilk(Context* context, const OrderMilkRequest* request,
                                             OrderMilkResponse* response) {
  return handlers_.MutateAcross(
      context, request, response, "order",
      [this, request](storage::Transaction&, const Call& call) -> absl::StatusOr<std::string> {
        RETURN_IF_ERROR(CheckBody(call));
        if (request->order().empty()) return InvalidField("order", "must be set");
        return request->order();
      });
}

MilkCounter::Reactor* MilkCounter::OrderOffer(Context* context, const OrderOfferRequest* request,
                                              OrderMilkResponse* response) {
  return handlers_.MutateAcrossAfter<int64_t>(
      context, request, response, "order",
      [this](const Call&, Handlers::Finish<int64_t> done) { ask(std::move(done)); },
      [request](storage::Transaction&, const Call&,
                int64_t offered_g) -> absl::StatusOr<std::string> {
        return absl::StrCat(request->order(), " of ", offered_g, " g");
      });
}

MilkCounter::Reactor* MilkCounter::AwaitMilk(Context* context, const AwaitMilkRequest* request,
                                             AwaitMilkResponse* response) {
  return handlers_.Async(context, request, response,
                         [this](const Call&, Handlers::Finish<AwaitMilkResponse> done) {
                           absl::MutexLock lock(&mutex_);
                           awaiting_.push_back(std::move(done));
                         });
}

MilkProcess::MilkProcess(storage::Store* store, OrderKind* orders, CallLog* log,
                         CallerLimits* caller_limits)
    : access(
          *Access::Build(Authentication::Development(),
                         {GetMilkRequest::descriptor()->file()->FindServiceByName("MilkService")})),
      once(*OnceTable::Open(ServiceTag::kConsumption, store)),
      intents(ServiceTag::kConsumption, store, &once),
      service(Handlers::Parts{.store = store,
                              .once = &once,
                              .intents = &intents,
                              .access = &access,
                              .clock = &clock,
                              .metrics = &metrics,
                              .log = log,
                              .stopping = &stopping,
                              .page_key = "",
                              .scope_owner = nullptr,
                              .audit = AuditLog(ServiceTag::kConsumption),
                              .refusals = &refusals,
                              .caller_limits = caller_limits}) {
  intents.Register(orders);
}

int64_t MilkAt(const storage::Reader& reader, const std::string& school_id) {
  return NumberAt(reader, MilkKey::Encode(school_id)).value_or(-1);
}

int64_t AdditionsOf(const storage::Reader& reader) {
  return NumberAt(reader, AdditionsKey::Encode()).value_or(-1);
}

}  // namespace milkway::runtime::testing
