#include "services/consumption/label_questions.h"

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"

namespace milkway::consumption {

namespace {

namespace inv = inventory::v1;

constexpr char kInventory[] = "inventory";
constexpr size_t kLotsAskedMax = 1000;
// More lots than schools drink in years: whoever gets there asks anew.
constexpr size_t kKnownMax = 100'000;

absl::Status AnswerIsWrong(absl::string_view what) {
  return absl::InternalError(absl::StrCat("an answer of the inventory ", what));
}

absl::StatusOr<Label> ParseLabel(const inv::Nutrition& nutrition) {
  Label label;
  label[Nutrient::kEnergy] = nutrition.energy_j_100g();
  label[Nutrient::kProtein] = nutrition.protein_mg_100g();
  label[Nutrient::kFat] = nutrition.fat_mg_100g();
  label[Nutrient::kCarbohydrate] = nutrition.carbohydrate_mg_100g();
  label[Nutrient::kCalcium] = nutrition.calcium_ug_100g();
  label[Nutrient::kSodium] = nutrition.sodium_ug_100g();
  for (size_t index = 0; index < kNutrients; ++index) {
    if (label[static_cast<Nutrient>(index)] < 0) return AnswerIsWrong("has a label below 0");
  }
  return label;
}

// Keeps what never changes, within bounds.
template <typename Map>
void Know(Map* known, const typename Map::key_type& key, const typename Map::mapped_type& value) {
  if (known->size() >= kKnownMax) known->clear();
  (*known)[key] = value;
}

}  // namespace

LabelQuestions::LabelQuestions(const std::string& caller, runtime::Asking* asking)
    : asking_(*asking), purchases_(caller, kInventory), catalog_(caller, kInventory) {}

void LabelQuestions::Connect(const clients::ServiceChannel& inventory) {
  purchases_.Connect(inventory);
  catalog_.Connect(inventory);
}

absl::StatusOr<LabelByLot> LabelQuestions::LabelsOf(const std::vector<LotId>& lots) {
  ASSIGN_OR_RETURN(const ProductByLot products, ProductsOf(lots));
  std::map<std::string, Label> labels;
  LabelByLot by_lot;
  for (const auto& [lot, product_id] : products) {
    auto label = labels.find(product_id);
    if (label == labels.end()) {
      ASSIGN_OR_RETURN(const Label found, LabelOf(product_id));
      label = labels.emplace(product_id, found).first;
    }
    by_lot[lot] = label->second;
  }
  return by_lot;
}

absl::StatusOr<LabelQuestions::ProductByLot> LabelQuestions::ProductsOf(
    const std::vector<LotId>& lots) {
  ProductByLot products;
  std::vector<LotId> unknown;
  {
    absl::MutexLock lock(&mutex_);
    for (const LotId lot : lots) {
      const auto known = product_by_lot_.find(lot);
      if (known == product_by_lot_.end()) {
        unknown.push_back(lot);
      } else {
        products[lot] = known->second;
      }
    }
  }
  for (size_t first = 0; first < unknown.size(); first += kLotsAskedMax) {
    RETURN_IF_ERROR(
        AskForProducts(absl::MakeConstSpan(unknown).subspan(first, kLotsAskedMax), &products));
  }
  return products;
}

absl::Status LabelQuestions::AskForProducts(absl::Span<const LotId> lots, ProductByLot* products) {
  inv::GetLotsRequest question;
  for (const LotId lot : lots) question.add_lot_ids(lot.value);
  ASSIGN_OR_RETURN(const inv::GetLotsResponse answer,
                   asking_.Ask<inv::GetLotsResponse>(
                       purchases_, &inv::PurchaseService::Stub::async::GetLots, question));
  if (answer.lots_size() != question.lot_ids_size()) {
    return AnswerIsWrong("has another number of lots than was asked for");
  }
  absl::MutexLock lock(&mutex_);
  for (int index = 0; index < answer.lots_size(); ++index) {
    const inv::Lot& lot = answer.lots(index);
    if (lot.lot_id() != question.lot_ids(index)) return AnswerIsWrong("is about another lot");
    (*products)[LotId{lot.lot_id()}] = lot.product_id();
    Know(&product_by_lot_, LotId{lot.lot_id()}, lot.product_id());
  }
  return absl::OkStatus();
}

absl::StatusOr<Label> LabelQuestions::LabelOf(const std::string& product_id) {
  {
    absl::MutexLock lock(&mutex_);
    const auto known = label_by_product_.find(product_id);
    if (known != label_by_product_.end()) return known->second;
  }
  inv::GetProductRequest question;
  question.set_product_id(product_id);
  ASSIGN_OR_RETURN(const inv::GetProductResponse answer,
                   asking_.Ask<inv::GetProductResponse>(
                       catalog_, &inv::CatalogService::Stub::async::GetProduct, question));
  ASSIGN_OR_RETURN(const Label label, ParseLabel(answer.product().nutrition()));
  absl::MutexLock lock(&mutex_);
  Know(&label_by_product_, product_id, label);
  return label;
}

}  // namespace milkway::consumption
