#include "tests/impact/fake_services.h"

#include "absl/strings/str_cat.h"
#include "grpcpp/server_builder.h"
#include "services/runtime/errors.h"

namespace milkway::impact {

namespace {

namespace inv = inventory::v1;
namespace con = consumption::v1;
using grpc::ServerContext;
using grpc::Status;

constexpr char kCallerHeader[] = "x-milkway-dev-caller";
constexpr char kCaller[] = "service:impact";
constexpr char kProduct[] = "milk-1kg";
constexpr char kRateDay[] = "2025-02-01";

Status Refusal(absl::StatusCode code, const std::string& reason, runtime::Metadata metadata = {}) {
  return runtime::ToGrpcStatus(runtime::Refuse(code, reason, reason, std::move(metadata)));
}

Status LotUnknown(int64_t lot) {
  return Refusal(absl::StatusCode::kNotFound, "LOT_UNKNOWN", {{"lot_id", absl::StrCat(lot)}});
}

}  // namespace

class FakeServices::Catalog final : public inv::CatalogService::Service {
 public:
  explicit Catalog(FakeServices* fake) : fake_(*fake) {}

  Status GetProgramme(ServerContext* context, const inv::GetProgrammeRequest*,
                      inv::GetProgrammeResponse* response) override {
    absl::MutexLock lock(&fake_.mutex_);
    if (Status status = fake_.Begin("GetProgramme", *context); !status.ok()) return status;
    response->mutable_programme()->set_base_currency(fake_.base_currency_);
    return Status::OK;
  }

  Status SetProgramme(ServerContext* context, const inv::SetProgrammeRequest* request,
                      inv::SetProgrammeResponse* response) override {
    absl::MutexLock lock(&fake_.mutex_);
    if (Status status = fake_.Begin("SetProgramme", *context); !status.ok()) return status;
    fake_.set_programme_ids_.push_back(request->request_id());
    if (!fake_.fixed_meanwhile_.empty()) fake_.base_currency_ = fake_.fixed_meanwhile_;
    const std::string& wanted = request->programme().base_currency();
    if (fake_.base_currency_.empty()) fake_.base_currency_ = wanted;
    if (fake_.base_currency_ != wanted) {
      return Refusal(absl::StatusCode::kFailedPrecondition, "BASE_CURRENCY_FIXED");
    }
    response->mutable_programme()->set_base_currency(fake_.base_currency_);
    return Status::OK;
  }

  Status GetExchangeRate(ServerContext* context, const inv::GetExchangeRateRequest* request,
                         inv::GetExchangeRateResponse* response) override {
    absl::MutexLock lock(&fake_.mutex_);
    if (Status status = fake_.Begin("GetExchangeRate", *context); !status.ok()) return status;
    inv::ExchangeRate& rate = *response->mutable_exchange_rate();
    rate.set_from_currency(request->from_currency());
    rate.set_to_currency(request->to_currency());
    if (request->from_currency() == request->to_currency()) {
      rate.set_on(request->on());
      rate.set_rate("1");
      return Status::OK;
    }
    const auto known = fake_.rates_.find({request->from_currency(), request->to_currency()});
    if (known == fake_.rates_.end() || request->on() < kRateDay) {
      return Refusal(absl::StatusCode::kFailedPrecondition, "EXCHANGE_RATE_MISSING",
                     {{"from_currency", request->from_currency()}, {"on", request->on()}});
    }
    rate.set_on(kRateDay);
    rate.set_rate(known->second);
    if (fake_.spoil_rate) fake_.spoil_rate(response);
    return Status::OK;
  }

  Status GetProduct(ServerContext* context, const inv::GetProductRequest* request,
                    inv::GetProductResponse* response) override {
    absl::MutexLock lock(&fake_.mutex_);
    if (Status status = fake_.Begin("GetProduct", *context); !status.ok()) return status;
    if (request->product_id() != kProduct) {
      return Refusal(absl::StatusCode::kNotFound, "PRODUCT_UNKNOWN");
    }
    Describe(response->mutable_product());
    return Status::OK;
  }

  Status ListProducts(ServerContext* context, const inv::ListProductsRequest*,
                      inv::ListProductsResponse* response) override {
    absl::MutexLock lock(&fake_.mutex_);
    if (Status status = fake_.Begin("ListProducts", *context); !status.ok()) return status;
    Describe(response->add_products());
    return Status::OK;
  }

 private:
  static void Describe(inv::Product* product) {
    product->set_product_id(kProduct);
    product->set_serving_g(25);
    inv::Nutrition& nutrition = *product->mutable_nutrition();
    nutrition.set_energy_j_100g(1'590'000);
    nutrition.set_protein_mg_100g(24'500);
    nutrition.set_calcium_ug_100g(912'000);
    nutrition.set_fat_mg_100g(1);
  }

  FakeServices& fake_;
};

class FakeServices::Purchases final : public inv::PurchaseService::Service {
 public:
  explicit Purchases(FakeServices* fake) : fake_(*fake) {}

  Status GetLots(ServerContext* context, const inv::GetLotsRequest* request,
                 inv::GetLotsResponse* response) override {
    absl::MutexLock lock(&fake_.mutex_);
    if (Status status = fake_.Begin("GetLots", *context); !status.ok()) return status;
    for (const int64_t id : request->lot_ids()) {
      const auto lot = fake_.lots_.find(id);
      if (lot == fake_.lots_.end()) return LotUnknown(id);
      inv::Lot& message = *response->add_lots();
      message = lot->second.facts;
      message.mutable_landed_cost()->set_currency_code(fake_.cost_currency_);
    }
    if (fake_.spoil_lots) fake_.spoil_lots(response);
    return Status::OK;
  }

  Status ListLots(ServerContext* context, const inv::ListLotsRequest*,
                  inv::ListLotsResponse* response) override {
    absl::MutexLock lock(&fake_.mutex_);
    if (Status status = fake_.Begin("ListLots", *context); !status.ok()) return status;
    for (const auto& [id, lot] : fake_.lots_) {
      inv::Lot& message = *response->add_lots();
      message = lot.facts;
      message.mutable_landed_cost()->set_currency_code(fake_.cost_currency_);
    }
    return Status::OK;
  }

 private:
  FakeServices& fake_;
};

class FakeServices::Stock final : public inv::StockService::Service {
 public:
  explicit Stock(FakeServices* fake) : fake_(*fake) {}

  // Each view is later than the one before.
  Status GetLotPositions(ServerContext* context, const inv::GetLotPositionsRequest* request,
                         inv::GetLotPositionsResponse* response) override {
    absl::MutexLock lock(&fake_.mutex_);
    if (Status status = fake_.Begin("GetLotPositions", *context); !status.ok()) return status;
    if (request->lot_ids_size() < 1 || request->lot_ids_size() > 1000) {
      return Refusal(absl::StatusCode::kInvalidArgument, "INVALID_FIELD");
    }
    for (const int64_t id : request->lot_ids()) {
      const auto lot = fake_.lots_.find(id);
      if (lot == fake_.lots_.end()) return LotUnknown(id);
      inv::LotPosition& position = *response->add_positions();
      position = lot->second.position;
      for (const auto& [school, served_g] : lot->second.served_g) {
        inv::ServedAtSchool& served = *position.add_schools();
        served.set_school_id(school);
        served.set_served_g(served_g);
        position.set_served_g(position.served_g() + served_g);
      }
    }
    response->set_as_of_position(fake_.position_);
    response->set_as_of_recorded_us(1'000'000 + fake_.position_);
    ++fake_.position_;
    if (fake_.spoil_positions) fake_.spoil_positions(response);
    return Status::OK;
  }

 private:
  FakeServices& fake_;
};

class FakeServices::Distributions final : public con::DistributionService::Service {
 public:
  explicit Distributions(FakeServices* fake) : fake_(*fake) {}

  Status GetServings(ServerContext* context, const con::GetServingsRequest* request,
                     con::GetServingsResponse* response) override {
    absl::MutexLock lock(&fake_.mutex_);
    if (Status status = fake_.Begin("GetServings", *context); !status.ok()) return status;
    if (request->pairs_size() > 10'000) {
      return Refusal(absl::StatusCode::kInvalidArgument, "INVALID_FIELD");
    }
    std::set<std::pair<std::string, int>> children;
    auto& pairs = fake_.pairs_asked_.emplace_back();
    for (const con::LotAtSchool& pair : request->pairs()) {
      pairs.emplace_back(pair.lot_id(), pair.school_id());
      const Lot& lot = fake_.lots_[pair.lot_id()];
      con::Servings& servings = *response->add_servings();
      const auto known = lot.servings.find(pair.school_id());
      if (known == lot.servings.end()) continue;
      servings.set_servings(known->second);
      for (const int child : lot.children.at(pair.school_id())) {
        children.emplace(pair.school_id(), child);
      }
    }
    response->set_children(static_cast<int64_t>(children.size()));
    if (fake_.spoil_servings) fake_.spoil_servings(response);
    return Status::OK;
  }

 private:
  FakeServices& fake_;
};

FakeServices::FakeServices()
    : catalog_(std::make_unique<Catalog>(this)),
      purchases_(std::make_unique<Purchases>(this)),
      stock_(std::make_unique<Stock>(this)),
      distributions_(std::make_unique<Distributions>(this)) {
  grpc::ServerBuilder builder;
  builder.RegisterService(catalog_.get());
  builder.RegisterService(purchases_.get());
  builder.RegisterService(stock_.get());
  builder.RegisterService(distributions_.get());
  server_ = builder.BuildAndStart();
}

FakeServices::~FakeServices() { server_->Shutdown(); }

std::shared_ptr<grpc::Channel> FakeServices::Channel() {
  return server_->InProcessChannel(grpc::ChannelArguments());
}

grpc::Status FakeServices::Begin(const std::string& method, const grpc::ServerContext& context) {
  calls_.push_back(method);
  if (is_away_) return Status(grpc::StatusCode::UNAVAILABLE, "away");
  const auto caller = context.client_metadata().find(kCallerHeader);
  const bool is_impact = caller != context.client_metadata().end() && caller->second == kCaller;
  return is_impact ? Status::OK : Status(grpc::StatusCode::UNAUTHENTICATED, "not impact");
}

void FakeServices::GoAway() {
  absl::MutexLock lock(&mutex_);
  is_away_ = true;
}

void FakeServices::ComeBack() {
  absl::MutexLock lock(&mutex_);
  is_away_ = false;
}

std::vector<std::string> FakeServices::TakeCalls() {
  absl::MutexLock lock(&mutex_);
  return std::exchange(calls_, {});
}

void FakeServices::SetBaseCurrency(const std::string& currency) {
  absl::MutexLock lock(&mutex_);
  base_currency_ = currency;
}

void FakeServices::SetRate(const std::string& from, const std::string& to,
                           const std::string& rate) {
  absl::MutexLock lock(&mutex_);
  rates_[{from, to}] = rate;
}

void FakeServices::SetLot(int64_t lot, int64_t weight_g, int64_t cost_minor) {
  absl::MutexLock lock(&mutex_);
  Lot& known = lots_[lot];
  known.facts.set_lot_id(lot);
  known.facts.set_purchase_id("P-1");
  known.facts.set_product_id(kProduct);
  known.facts.set_lot_number(absl::StrCat("L-", lot));
  known.facts.set_quantity_g(weight_g);
  known.facts.mutable_landed_cost()->set_minor_units(cost_minor);
  known.position.set_lot_id(lot);
  known.position.set_purchased_g(weight_g);
  known.position.set_landed_cost_minor(cost_minor);
  if (known.facts.purchased_on().empty()) known.facts.set_purchased_on("2025-01-01");
}

void FakeServices::SetPurchaseDay(int64_t lot, const std::string& purchased_on) {
  absl::MutexLock lock(&mutex_);
  lots_[lot].facts.set_purchased_on(purchased_on);
}

void FakeServices::Return(int64_t lot, int64_t grams) {
  absl::MutexLock lock(&mutex_);
  lots_[lot].position.set_returned_g(lots_[lot].position.returned_g() + grams);
}

void FakeServices::SetCostCurrency(const std::string& currency) {
  absl::MutexLock lock(&mutex_);
  cost_currency_ = currency;
}

void FakeServices::FixMeanwhile(const std::string& currency) {
  absl::MutexLock lock(&mutex_);
  fixed_meanwhile_ = currency;
}

std::vector<std::string> FakeServices::SetProgrammeIds() {
  absl::MutexLock lock(&mutex_);
  return set_programme_ids_;
}

void FakeServices::Serve(int64_t lot, const std::string& school, int first, int children,
                         int64_t serving_g) {
  absl::MutexLock lock(&mutex_);
  Lot& known = lots_[lot];
  known.served_g[school] += children * serving_g;
  known.servings[school] += children;
  for (int child = first; child < first + children; ++child) known.children[school].insert(child);
}

void FakeServices::Lose(int64_t lot, int64_t grams) {
  absl::MutexLock lock(&mutex_);
  lots_[lot].position.set_lost_g(lots_[lot].position.lost_g() + grams);
}

void FakeServices::Find(int64_t lot, int64_t grams) {
  absl::MutexLock lock(&mutex_);
  lots_[lot].position.set_found_g(lots_[lot].position.found_g() + grams);
}

std::vector<std::vector<std::pair<int64_t, std::string>>> FakeServices::PairsAsked() {
  absl::MutexLock lock(&mutex_);
  return pairs_asked_;
}

}  // namespace milkway::impact
