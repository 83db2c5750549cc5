#include "clients/cli/statement_text.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/days.h"
#include "clients/cli/gift_options.h"
#include "clients/cli/impact_text.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"

namespace milkway::cli {

namespace {

namespace v1 = impact::v1;

const char* WordOf(v1::JourneyStepKind kind) {
  switch (kind) {
    case v1::JOURNEY_STEP_KIND_BOUGHT:
      return "bought";
    case v1::JOURNEY_STEP_KIND_SENT:
      return "sent";
    case v1::JOURNEY_STEP_KIND_PASSED:
      return "on its way";
    case v1::JOURNEY_STEP_KIND_ARRIVED:
      return "arrived";
    case v1::JOURNEY_STEP_KIND_RELEASED:
      return "let go by its certificate";
    case v1::JOURNEY_STEP_KIND_LOST:
      return "lost";
    case v1::JOURNEY_STEP_KIND_SENT_BACK:
      return "sent back";
    case v1::JOURNEY_STEP_KIND_SERVED:
      return "drunk until then";
    case v1::JOURNEY_STEP_KIND_TOLD_NEXT:
      return "the next figures";
    default:
      return "a step that this program does not know";
  }
}

// A statement in the words of an impact: the same figures, as published.
v1::GiftImpact ImpactOf(const v1::GiftStatement& statement) {
  v1::GiftImpact impact;
  impact.set_gift_id(statement.gift_id());
  *impact.mutable_amount() = statement.amount();
  *impact.mutable_allocated() = statement.allocated();
  *impact.mutable_unspent() = statement.unspent();
  *impact.mutable_fees() = statement.fees();
  *impact.mutable_refunded() = statement.refunded();
  *impact.mutable_refund_due() = statement.refund_due();
  impact.set_kind(statement.kind());
  impact.set_school_id(statement.school_id());
  impact.set_served_g(statement.served_g());
  impact.set_servings(statement.servings());
  if (statement.has_children_reached()) impact.set_children_reached(statement.children_reached());
  impact.set_protein_mg(statement.protein_mg());
  impact.set_calcium_mg(statement.calcium_mg());
  impact.set_energy_kj(statement.energy_kj());
  *impact.mutable_lots() = statement.lots();
  return impact;
}

// "a cup cost 0.25 AUD; the calcium is all that a child needs on 117 days".
std::string NeedLine(const v1::GiftStatement& statement) {
  if (statement.servings() == 0) return "";
  return absl::StrCat("a cup cost ", MoneyText(statement.cost_per_serving()),
                      "; the calcium is what a child of 9 to 11 needs on ",
                      WithThousands(statement.calcium_need_days()), " days, the protein on ",
                      WithThousands(statement.protein_need_days()), " (WS/T 554-2017)\n");
}

}  // namespace

std::string PublicationLine(const v1::Publication& publication) {
  if (publication.publication() == 0) return "nothing is published yet\n";
  return absl::StrCat("as told by publication ", publication.publication(), ", recorded up to ",
                      FormatUtc(publication.as_of_recorded_us()), " (entry ",
                      publication.as_of_position(), " of the log)\n");
}

std::string StatementText(const v1::GiftStatement& statement, bool json) {
  if (json) return ImpactJson(ImpactOf(statement));
  return absl::StrCat(ImpactPage(ImpactOf(statement)), NeedLine(statement),
                      PublicationLine(statement.publication()));
}

std::string StepLine(const v1::JourneyStep& step) {
  std::string text =
      absl::StrCat(step.expected() ? "expected " : "", step.on(), "  ", WordOf(step.kind()));
  if (!step.place().empty()) absl::StrAppend(&text, " at ", Printable(step.place()));
  if (step.quantity_g() > 0) absl::StrAppend(&text, ", ", WithThousands(step.quantity_g()), " g");
  if (step.servings() > 0) {
    absl::StrAppend(&text, " in ", WithThousands(step.servings()), " cups");
  }
  if (step.milestone() != 0) {
    absl::StrAppend(&text, " (", cli::WordOf(kMilestoneKinds, step.milestone()), ")");
  }
  if (!step.shipment_id().empty()) {
    absl::StrAppend(&text, ", shipment ", Printable(step.shipment_id()));
  }
  if (step.lot_id() > 0) absl::StrAppend(&text, ", lot ", step.lot_id());
  if (!step.late_on().empty()) absl::StrAppend(&text, ", at the latest ", step.late_on());
  return text + "\n";
}

}  // namespace milkway::cli
