#include "clients/cli/export/log_survey.h"

#include <algorithm>

#include "absl/strings/strip.h"
#include "clients/cli/import/apply_folder.h"
#include "clients/cli/pages.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

const PostingReasons* LogSurvey::FindReasons(int64_t of_position) const {
  const auto found = reasons.find(of_position);
  return found == reasons.end() ? nullptr : &found->second;
}

int64_t LogSurvey::PositionAt(int64_t us) const {
  const auto after = std::upper_bound(positions_by_us.begin(), positions_by_us.end(), us,
                                      [](int64_t wanted, const std::pair<int64_t, int64_t>& entry) {
                                        return wanted < entry.first;
                                      });
  return after == positions_by_us.begin() ? 0 : std::prev(after)->second;
}

absl::StatusOr<LogSurvey> SurveyLog(int64_t last_position, std::vector<int64_t> times,
                                    Connection* connection, Console* console) {
  std::sort(times.begin(), times.end());
  LogSurvey survey;
  auto next_time = times.begin();
  const auto take = [&](const inventory::v1::Posting& posting) {
    for (; next_time != times.end() && *next_time < posting.recorded_us(); ++next_time) {
      survey.positions_by_us.emplace_back(*next_time, survey.position);
    }
    survey.position = posting.position();
    survey.recorded_us = posting.recorded_us();
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
      if (last_position > 0 && posting.position() > last_position) break;
      take(posting);
    }
    console->ShowProgress("reading the log", survey.position,
                          std::max(last_position, survey.position));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() &&
           (last_position == 0 || survey.position < last_position));
  for (; next_time != times.end(); ++next_time) {
    survey.positions_by_us.emplace_back(*next_time, survey.position);
  }
  return survey;
}

}  // namespace milkway::cli
