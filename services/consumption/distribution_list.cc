#include "services/consumption/distribution_list.h"

#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/consumption/calendar_convert.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/distribution_convert.h"
#include "services/consumption/summary_convert.h"
#include "services/runtime/page.h"
#include "services/runtime/page_scan.h"

namespace milkway::consumption {

namespace {

constexpr size_t kPageBytesMax = 2 << 20;

// Where a page ended: a session and how many of its records were given. Sorts after the
// session and before the next one.
using Place =
    KeySchema<SessionKey::kTableTag, uint32_t, int64_t, std::string, std::string, uint32_t>;

std::string PlaceOf(const SessionKey::Key& key, uint32_t given) {
  return std::apply([given](const auto&... fields) { return Place::Encode(fields..., given); },
                    key);
}

class Page {
 public:
  Page(const storage::Reader& reader, const v1::ListDistributionsRequest& request,
       runtime::PageRequest page, v1::ListDistributionsResponse* response)
      : reader_(reader), request_(request), page_(std::move(page)), response_(*response) {}

  absl::Status Fill(storage::KeyRange range) {
    if (!page_.after_key.empty()) {
      ASSIGN_OR_RETURN(const Place::Key place, Place::Decode(page_.after_key));
      const auto& [school, day, class_name, session, given] = place;
      begun_ = SessionKey::Encode(school, day, class_name, session);
      given_ = given;
      if (begun_ > range.from) range.from = begun_;
    }
    absl::Status status;
    size_t looked_at = 0;
    RETURN_IF_ERROR(SessionTable::Scan(
        reader_, range, [&](const SessionKey::Key& key, const rec::SessionRecord& session) {
          const std::string bytes = std::apply(SessionKey::Encode, key);
          uint32_t next = bytes == begun_ ? given_ : 0;
          if (++looked_at > runtime::kRowsPerPageMax) {
            EndAt(last_);
            return false;
          }
          const bool is_wanted =
              request_.class_name().empty() || std::get<2>(key) == request_.class_name();
          if (is_wanted) status = AddFrom(key, session, &next);
          last_ = PlaceOf(key, next);
          return status.ok() && !is_full_;
        }));
    return status;
  }

 private:
  // Adds the records of a session from `*next` on, while there is room.
  absl::Status AddFrom(const SessionKey::Key& key, const rec::SessionRecord& session,
                       uint32_t* next) {
    std::vector<int64_t> ids(session.withdrawn_ids().begin(), session.withdrawn_ids().end());
    if (session.distribution_id() != 0) ids.push_back(session.distribution_id());
    for (; *next < ids.size(); ++*next) {
      const auto count = static_cast<size_t>(response_.distributions_size());
      if (count == page_.size || bytes_ >= kPageBytesMax) {
        is_full_ = true;
        EndAt(PlaceOf(key, *next));
        return absl::OkStatus();
      }
      ASSIGN_OR_RETURN(const auto record, DistributionTable::Find(reader_, ids[*next]));
      if (!record.has_value()) return absl::DataLossError("a distribution of a session is gone");
      ASSIGN_OR_RETURN(v1::RecordedDistribution message,
                       ToMessage(request_.school_id(), ids[*next], *record));
      bytes_ += message.ByteSizeLong();
      *response_.add_distributions() = std::move(message);
    }
    return absl::OkStatus();
  }

  void EndAt(const std::string& place) {
    response_.set_next_page_token(runtime::NextPageToken(request_, place));
  }

  const storage::Reader& reader_;
  const v1::ListDistributionsRequest& request_;
  const runtime::PageRequest page_;
  v1::ListDistributionsResponse& response_;
  std::string begun_;   // the session in which the page before ended
  uint32_t given_ = 0;  // its records that earlier pages gave
  std::string last_;    // where this page is
  size_t bytes_ = 0;
  bool is_full_ = false;
};

}  // namespace

absl::Status AddPage(const storage::Reader& reader, uint32_t school_number,
                     const v1::ListDistributionsRequest& request,
                     v1::ListDistributionsResponse* response) {
  ASSIGN_OR_RETURN(const DaysAsked asked, ParseAnyDays(request.from_day(), request.to_day()));
  RETURN_IF_ERROR(ParseClassFilter(request.class_name()).status());
  ASSIGN_OR_RETURN(runtime::PageRequest page, runtime::ParsePage(request));
  return Page(reader, request, std::move(page), response)
      .Fill({SessionKey::Prefix(school_number, int64_t{asked.from.days}),
             SessionKey::Prefix(school_number, int64_t{asked.to.days} + 1)});
}

}  // namespace milkway::consumption
