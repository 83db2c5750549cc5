#include "clients/cli/export/log_survey.h"

#include <algorithm>

#include "absl/strings/strip.h"
#include "clients/cli/import/apply_folder.h"
#include "clients/cli/pages.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"

namespace milkway::cli {

const PostingReasons* LogSurvey::FindReasons(int64_t of_position) const {
  const auto found = reasons.find(of_position);
  return found == reasons.end() ? nullptr : &found->second;
}

absl::StatusOr<LogSurvey> SurveyLog(int64_t last_position, Connection* connection,
                                    Console* console) {
  LogSurvey survey;
  const auto take = [&](const inventory::v1::Posting& posting) {
    survey.position = posting.position();
    if (posting.kind() == inventory::v1::POSTING_KIND_DISTRIBUTION) ++survey.distributions;
    if (posting.kind() == inventory::v1::POSTING_KIND_PURCHASE) {
      survey.purchase_ids.emplace(absl::StripPrefix(posting.reference(), "purchase/"));
    }
    absl::string_view subject = posting.reference();
    if (absl::ConsumePrefix(&subject, "recall/")) {
      // One that held goods back as they came stood before they did.
      const bool follows = posting.kind() == inventory::v1::POSTING_KIND_RECALL;
      survey.recalls.try_emplace(std::string(subject),
                                 follows ? posting.linked_position() - 1 : posting.position());
    } else if (absl::ConsumePrefix(&subject, "recall-lifted/")) {
      survey.lifted_recalls.try_emplace(std::string(subject), posting.position());
    }
    const bool has_fefo = !posting.fefo_override_reason().empty() &&
                          posting.fefo_override_reason() != kImportedReason;
    if (has_fefo || !posting.discrepancy_reason().empty()) {
      survey.reasons[posting.position()] = {posting.discrepancy_reason(),
                                            has_fefo ? posting.fefo_override_reason() : ""};
    }
  };
  inventory::v1::ListPostingsRequest request;
  request.set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(const auto page,
                     connection->Call(&inventory::v1::StockService::Stub::ListPostings, request));
    for (const inventory::v1::Posting& posting : page.postings()) {
      if (last_position > 0 && posting.position() > last_position) {
        survey.end_us = posting.recorded_us();
        break;
      }
      take(posting);
    }
    console->ShowProgress("reading the log", survey.position,
                          std::max(last_position, survey.position));
    request.set_page_token(page.next_page_token());
    // One more than is shown, for its time.
  } while (!request.page_token().empty() && survey.end_us == std::numeric_limits<int64_t>::max());
  return survey;
}

}  // namespace milkway::cli
