#include "services/impact/gift_proof.h"

#include <optional>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/impact/gift_then.h"
#include "services/impact/gifts.h"
#include "services/impact/impact_errors.h"
#include "services/impact/statement_convert.h"
#include "services/impact/statements.h"
#include "services/runtime/fields.h"

namespace milkway::impact {

namespace {

constexpr size_t kLotsProvenMax = 100;

absl::Status AddAllocations(const storage::Reader& reader, const std::string& gift_id,
                            int64_t last_event, inventory::v1::ProveLotsRequest* question) {
  ASSIGN_OR_RETURN(const rec::GiftRecord gift, ReadGift(reader, gift_id));
  ASSIGN_OR_RETURN(const std::vector<rec::AllocationRecord> bought,
                   BoughtUpTo(reader, gift_id, gift, last_event));
  for (const rec::AllocationRecord& allocation : bought) {
    if (allocation.log_position() == 0) return ProofNotReady(gift_id);
    question->add_positions(allocation.log_position());
  }
  return absl::OkStatus();
}

absl::Status AddStatement(const storage::Reader& reader, int64_t publication, LotId lot,
                          const std::string& school_id, const std::string& gift_id,
                          inventory::v1::ProveLotsRequest* question) {
  ASSIGN_OR_RETURN(const auto leaf,
                   StatementLeafTable::Find(reader, publication, lot.value, school_id));
  if (!leaf.has_value() || leaf->log_position() == 0) return ProofNotReady(gift_id);
  question->add_positions(leaf->log_position());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<GiftProofPlan> PlanGiftProof(const storage::Reader& reader,
                                            const std::string& gift_id) {
  RETURN_IF_ERROR(runtime::ParseId("gift_id", gift_id).status());
  ASSIGN_OR_RETURN(const std::optional<Publication> last, ResolvePublication(reader, 0));
  const Publication publication = last.value_or(Publication());
  ASSIGN_OR_RETURN(const GiftImpact impact, ReadStatement(reader, gift_id, publication));
  if (impact.lots.size() > kLotsProvenMax) {
    return GiftProofTooLarge(gift_id, impact.lots.size(), kLotsProvenMax);
  }
  GiftProofPlan plan;
  plan.statement = ToStatement(impact, last);
  RETURN_IF_ERROR(AddAllocations(reader, gift_id, publication.record.last_event(), &plan.question));
  for (const LotShare& lot : impact.lots) {
    plan.question.add_lot_ids(lot.lot.value);
    ASSIGN_OR_RETURN(const ToldLot told, LotAsTold(reader, lot.lot, publication.number));
    if (told.publication == 0) continue;
    RETURN_IF_ERROR(AddStatement(reader, told.publication, lot.lot, "", gift_id, &plan.question));
    ASSIGN_OR_RETURN(const std::vector<ToldServings> servings,
                     ServingsAsTold(reader, lot.lot, publication.number));
    for (const ToldServings& school : servings) {
      RETURN_IF_ERROR(AddStatement(reader, school.publication, lot.lot, school.school_id, gift_id,
                                   &plan.question));
    }
  }
  return plan;
}

}  // namespace milkway::impact
