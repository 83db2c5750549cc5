#include "services/impact/gift_stream.h"

#include <limits>
#include <optional>
#include <utility>

#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/statement_convert.h"
#include "services/impact/statements.h"
#include "services/runtime/fields.h"

namespace milkway::impact {

namespace {

constexpr absl::Duration kPause = absl::Seconds(1);

absl::StatusOr<v1::GiftStatement> StatementAt(const storage::Reader& reader,
                                              const std::string& gift_id,
                                              const std::optional<Publication>& publication) {
  ASSIGN_OR_RETURN(const GiftImpact impact,
                   ReadStatement(reader, gift_id, publication.value_or(Publication())));
  return ToStatement(impact, publication);
}

// What a change of is told.
std::string FiguresOf(v1::GiftStatement statement) {
  statement.clear_publication();
  return statement.SerializeAsString();
}

}  // namespace

GiftStream::GiftStream(runtime::CallScope scope, const v1::WatchGiftRequest& request)
    : PollStream(std::move(scope), kPause,
                 "the server is stopping; watch again after the last publication you heard of") {
  Begin(request);
}

void GiftStream::Begin(const v1::WatchGiftRequest& request) {
  if (!scope().admitted().ok()) return End(scope().admitted());
  const auto gift_id = runtime::ParseId("gift_id", request.gift_id());
  if (!gift_id.ok()) return End(gift_id.status());
  gift_id_ = *gift_id;
  const auto known = runtime::ParseNumber("after_publication", request.after_publication(), 0,
                                          std::numeric_limits<int64_t>::max());
  if (!known.ok()) return End(known.status());
  if (*known > 0) {
    const auto snapshot = scope().parts().store->NewSnapshot();
    const auto publication = ResolvePublication(*snapshot, *known);
    if (!publication.ok()) return End(publication.status());
    const auto statement = StatementAt(*snapshot, gift_id_, *publication);
    if (!statement.ok()) return End(statement.status());
    looked_at_ = *known;
    told_ = FiguresOf(*statement);
  }
  GoOn();
}

absl::StatusOr<bool> GiftStream::NextMessage() {
  const auto snapshot = scope().parts().store->NewSnapshot();
  ASSIGN_OR_RETURN(const std::optional<Publication> last, ResolvePublication(*snapshot, 0));
  const int64_t number = last.has_value() ? last->number : 0;
  if (number == looked_at_) return false;
  ASSIGN_OR_RETURN(v1::GiftStatement statement, StatementAt(*snapshot, gift_id_, last));
  const bool is_first = looked_at_ < 0;
  looked_at_ = number;
  std::string figures = FiguresOf(statement);
  if (!is_first && figures == told_) return false;
  told_ = std::move(figures);
  *message().mutable_statement() = std::move(statement);
  return true;
}

}  // namespace milkway::impact
