#include "services/impact/questions.h"

#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/impact/impact_errors.h"
#include "services/runtime/errors.h"
#include "services/runtime/money.h"

namespace milkway::impact {

namespace {

namespace inv = inventory::v1;
namespace con = consumption::v1;
// `class` because a method of the stub has the same name.
using Catalog = class inv::CatalogService::Stub::async;

constexpr char kCaller[] = "service:impact";
constexpr char kInventory[] = "inventory";
constexpr char kConsumption[] = "consumption";
// The currency that the first money recorded fixes.
constexpr char kDefaultBaseCurrency[] = "AUD";
// More cups or children than there can be.
constexpr int64_t kServingsMax = 1'000'000'000'000;
// More lots or products than one answer is made of.
constexpr size_t kRowsMax = 1'000'000;

absl::StatusOr<Conversion> ParseRate(const inv::ExchangeRate& message, const std::string& to) {
  const auto rate = ParseDecimal("rate", message.rate());
  const auto on = ParseDate("on", message.on());
  if (!rate.ok() || !on.ok()) return AnswerIsWrong(kInventory, "has an exchange rate of no form");
  return Conversion{to, *rate, *on};
}

absl::StatusOr<LotFacts> ParseLot(const inv::Lot& message) {
  if (message.quantity_g() <= 0 || message.landed_cost().minor_units() < 0) {
    return AnswerIsWrong(kInventory, "has a lot without weight, or with a cost below zero");
  }
  LotFacts facts;
  facts.purchase_id = message.purchase_id();
  facts.product_id = message.product_id();
  facts.lot_number = message.lot_number();
  facts.weight_g = message.quantity_g();
  facts.landed_cost = {message.landed_cost().currency_code(), message.landed_cost().minor_units()};
  return facts;
}

absl::StatusOr<LotFacts> ParseLot(const inv::GetLotsResponse& answer, LotId lot) {
  if (answer.lots_size() != 1 || answer.lots(0).lot_id() != lot.value) {
    return AnswerIsWrong(kInventory, "is not about the lot that was asked for");
  }
  return ParseLot(answer.lots(0));
}

Label ParseLabel(const inv::Nutrition& nutrition) {
  return {nutrition.energy_j_100g(), nutrition.protein_mg_100g(), nutrition.calcium_ug_100g()};
}

BooksOfLot ParsePosition(const inv::LotPosition& message) {
  BooksOfLot books;
  books.lot = LotId{message.lot_id()};
  books.books.purchased_g = message.purchased_g();
  books.books.found_g = message.found_g();
  books.books.damaged_g = message.damaged_g();
  books.books.lost_g = message.lost_g();
  books.books.destroyed_g = message.destroyed_g();
  books.books.served_g = message.served_g();
  books.books.returned_g = message.returned_g();
  if (message.has_landed_cost_minor()) books.landed_cost_minor = message.landed_cost_minor();
  books.schools.reserve(static_cast<size_t>(message.schools_size()));
  for (const inv::ServedAtSchool& school : message.schools()) {
    books.schools.push_back({school.school_id(), school.served_g()});
  }
  return books;
}

absl::StatusOr<Questions::Positions> ParsePositions(const inv::GetLotPositionsResponse& answer,
                                                    size_t lots_asked) {
  if (static_cast<size_t>(answer.positions_size()) != lots_asked) {
    return AnswerIsWrong(kInventory, "has another number of lots than was asked for");
  }
  Questions::Positions positions;
  positions.as_of_position = answer.as_of_position();
  positions.as_of_recorded_us = answer.as_of_recorded_us();
  positions.lots.reserve(lots_asked);
  for (const inv::LotPosition& position : answer.positions()) {
    positions.lots.push_back(ParsePosition(position));
  }
  return positions;
}

absl::StatusOr<Questions::Servings> ParseServings(const con::GetServingsResponse& answer,
                                                  size_t pairs_asked) {
  if (static_cast<size_t>(answer.servings_size()) != pairs_asked) {
    return AnswerIsWrong(kConsumption, "has another number of pairs than was asked for");
  }
  const auto can_be = [](int64_t number) { return 0 <= number && number <= kServingsMax; };
  Questions::Servings servings;
  servings.children = answer.children();
  bool all_can_be = can_be(answer.children());
  for (const con::Servings& pair : answer.servings()) {
    all_can_be = all_can_be && can_be(pair.servings());
    servings.servings.push_back(pair.servings());
  }
  if (!all_can_be) return AnswerIsWrong(kConsumption, "has servings that cannot be");
  return servings;
}

}  // namespace

Questions::Questions()
    : catalog_(kCaller, kInventory),
      purchases_(kCaller, kInventory),
      stock_(kCaller, kInventory),
      log_(kCaller, kInventory),
      distributions_(kCaller, kConsumption) {}

void Questions::Connect(const runtime::Peers& peers) {
  catalog_.Connect(peers.inventory);
  purchases_.Connect(peers.inventory);
  stock_.Connect(peers.inventory);
  log_.Connect(peers.inventory);
  distributions_.Connect(peers.consumption);
}

void Questions::AskConversion(runtime::RequestId request, const std::string& currency, LocalDate on,
                              Done<Conversion> done) const {
  Done<std::string> fixed = [this, currency, on,
                             done = std::move(done)](absl::StatusOr<std::string> base) mutable {
    if (!base.ok()) return std::move(done)(base.status());
    if (!IsCurrency(*base)) {
      return std::move(done)(AnswerIsWrong(kInventory, "has no base currency of ISO 4217"));
    }
    if (currency.empty()) return std::move(done)(Conversion{*base, Decimal{1, 0}, on});
    AskRate(currency, *base, on, std::move(done));
  };
  AskBaseCurrency(
      [this, request, fixed = std::move(fixed)](absl::StatusOr<std::string> base) mutable {
        if (base.ok() && base->empty()) return FixBaseCurrency(request, std::move(fixed));
        std::move(fixed)(std::move(base));
      });
}

void Questions::AskBaseCurrency(Done<std::string> done) const {
  catalog_.Call<inv::GetProgrammeResponse>(
      &Catalog::GetProgramme, inv::GetProgrammeRequest(),
      [done = std::move(done)](absl::StatusOr<inv::GetProgrammeResponse> answer) mutable {
        if (!answer.ok()) return std::move(done)(answer.status());
        std::move(done)(answer->programme().base_currency());
      });
}

void Questions::FixBaseCurrency(runtime::RequestId request, Done<std::string> done) const {
  inv::SetProgrammeRequest question;
  question.set_request_id(
      runtime::FormatRequestId(runtime::DeriveRequestId(request, "base currency")));
  question.mutable_programme()->set_base_currency(kDefaultBaseCurrency);
  catalog_.Call<inv::SetProgrammeResponse>(
      &Catalog::SetProgramme, std::move(question),
      [this, done = std::move(done)](absl::StatusOr<inv::SetProgrammeResponse> answer) mutable {
        // Somebody else was quicker: what they chose stands.
        const bool is_fixed = runtime::PartsOf(answer.status()).reason == "BASE_CURRENCY_FIXED";
        if (is_fixed) return AskBaseCurrency(std::move(done));
        if (!answer.ok()) return std::move(done)(answer.status());
        std::move(done)(answer->programme().base_currency());
      });
}

void Questions::AskRate(const std::string& from, const std::string& to, LocalDate on,
                        Done<Conversion> done) const {
  inv::GetExchangeRateRequest question;
  question.set_from_currency(from);
  question.set_to_currency(to);
  question.set_on(FormatDate(on));
  catalog_.Call<inv::GetExchangeRateResponse>(
      &Catalog::GetExchangeRate, std::move(question),
      [to, done = std::move(done)](absl::StatusOr<inv::GetExchangeRateResponse> answer) mutable {
        if (!answer.ok()) return std::move(done)(answer.status());
        std::move(done)(ParseRate(answer->exchange_rate(), to));
      });
}

void Questions::AskLot(LotId lot, bool with_label, Done<LotFacts> done) const {
  inv::GetLotsRequest question;
  question.add_lot_ids(lot.value);
  purchases_.Call<inv::GetLotsResponse>(
      &inv::PurchaseService::Stub::async::GetLots, std::move(question),
      [this, lot, with_label,
       done = std::move(done)](absl::StatusOr<inv::GetLotsResponse> answer) mutable {
        if (!answer.ok()) return std::move(done)(answer.status());
        absl::StatusOr<LotFacts> facts = ParseLot(*answer, lot);
        if (!facts.ok() || !with_label) return std::move(done)(std::move(facts));
        AskLabel(*std::move(facts), std::move(done));
      });
}

void Questions::AskLabel(LotFacts facts, Done<LotFacts> done) const {
  inv::GetProductRequest question;
  question.set_product_id(facts.product_id);
  catalog_.Call<inv::GetProductResponse>(
      &Catalog::GetProduct, std::move(question),
      [facts = std::move(facts),
       done = std::move(done)](absl::StatusOr<inv::GetProductResponse> answer) mutable {
        if (!answer.ok()) return std::move(done)(answer.status());
        facts.label = ParseLabel(answer->product().nutrition());
        facts.serving_g = answer->product().serving_g();
        std::move(done)(std::move(facts));
      });
}

void Questions::AskLogPosition(int64_t recorded_us, Done<int64_t> done) const {
  inv::FindPositionRequest question;
  question.set_recorded_us(recorded_us);
  log_.Call<inv::FindPositionResponse>(
      &inv::LogService::Stub::async::FindPosition, std::move(question),
      [done = std::move(done)](absl::StatusOr<inv::FindPositionResponse> answer) mutable {
        if (!answer.ok()) return std::move(done)(answer.status());
        std::move(done)(answer->position());
      });
}

void Questions::AskPositions(const std::vector<LotId>& lots, int64_t as_of_position,
                             Done<Positions> done) const {
  inv::GetLotPositionsRequest question;
  question.set_as_of_position(as_of_position);
  for (const LotId lot : lots) question.add_lot_ids(lot.value);
  stock_.Call<inv::GetLotPositionsResponse>(
      &inv::StockService::Stub::async::GetLotPositions, std::move(question),
      [lots_asked = lots.size(),
       done = std::move(done)](absl::StatusOr<inv::GetLotPositionsResponse> answer) mutable {
        if (!answer.ok()) return std::move(done)(answer.status());
        std::move(done)(ParsePositions(*answer, lots_asked));
      });
}

void Questions::AskServings(const std::vector<Pair>& pairs, int64_t as_of_position,
                            Done<Servings> done) const {
  con::GetServingsRequest question;
  question.set_as_of_position(as_of_position);
  for (const Pair& pair : pairs) {
    con::LotAtSchool& message = *question.add_pairs();
    message.set_lot_id(pair.lot.value);
    message.set_school_id(pair.school_id);
  }
  distributions_.Call<con::GetServingsResponse>(
      &con::DistributionService::Stub::async::GetServings, std::move(question),
      [pairs_asked = pairs.size(),
       done = std::move(done)](absl::StatusOr<con::GetServingsResponse> answer) mutable {
        if (!answer.ok()) return std::move(done)(answer.status());
        std::move(done)(ParseServings(*answer, pairs_asked));
      });
}

absl::StatusOr<std::vector<LotOnList>> Questions::AllLots(runtime::Asking* asking) const {
  ASSIGN_OR_RETURN(
      const std::vector<inv::Lot> messages,
      asking->AskAll<inv::Lot>(purchases_, &inv::PurchaseService::Stub::async::ListLots,
                               inv::ListLotsRequest(), &inv::ListLotsResponse::lots, kRowsMax));
  std::vector<LotOnList> lots;
  for (const inv::Lot& message : messages) {
    LotOnList lot;
    lot.id = LotId{message.lot_id()};
    ASSIGN_OR_RETURN(lot.facts, ParseLot(message));
    const auto purchased_on = ParseDate("purchased_on", message.purchased_on());
    if (!purchased_on.ok()) return AnswerIsWrong(kInventory, "has a lot without its day");
    lot.purchased_on = *purchased_on;
    lots.push_back(std::move(lot));
  }
  return lots;
}

absl::StatusOr<std::map<std::string, Label>> Questions::AllLabels(runtime::Asking* asking) const {
  ASSIGN_OR_RETURN(
      const std::vector<inv::Product> products,
      asking->AskAll<inv::Product>(catalog_, &Catalog::ListProducts, inv::ListProductsRequest(),
                                   &inv::ListProductsResponse::products, kRowsMax));
  std::map<std::string, Label> labels;
  for (const inv::Product& product : products) {
    labels[product.product_id()] = ParseLabel(product.nutrition());
  }
  return labels;
}

}  // namespace milkway::impact
