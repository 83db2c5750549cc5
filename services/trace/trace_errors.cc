#include "services/trace/trace_errors.h"

#include "absl/strings/str_cat.h"
#include "services/runtime/errors.h"

namespace milkway::trace {

using runtime::Refuse;
using Code = absl::StatusCode;

absl::Status TraceTooLarge(absl::string_view what, size_t max) {
  return Refuse(
      Code::kFailedPrecondition, "TRACE_TOO_LARGE",
      absl::StrCat("the answer would hold more than ", max, " ", what, "; ask for fewer lots"),
      {{"what", std::string(what)}, {"max", absl::StrCat(max)}});
}

absl::Status PlaceNotConcerned(const std::string& recall_id, const std::string& location_id) {
  return Refuse(Code::kNotFound, "PLACE_NOT_CONCERNED",
                absl::StrCat("recall ", recall_id, " does not concern ", location_id,
                             ": it never had stock of the recalled lots, nor is any on the way "
                             "there"),
                {{"recall_id", recall_id}, {"location_id", location_id}});
}

absl::Status LotNotRecalled(const std::string& recall_id, int64_t lot_id) {
  return Refuse(Code::kFailedPrecondition, "LOT_NOT_RECALLED",
                absl::StrCat("lot ", lot_id, " does not belong to recall ", recall_id,
                             "; name lots of the recall only"),
                {{"recall_id", recall_id}, {"lot_id", absl::StrCat(lot_id)}});
}

absl::Status AnswerIsWrong(absl::string_view service, absl::string_view what) {
  return absl::InternalError(absl::StrCat("the answer of the ", service, " service ", what));
}

}  // namespace milkway::trace
