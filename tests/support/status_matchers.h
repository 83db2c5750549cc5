// Matchers for absl::Status and absl::StatusOr.

#ifndef MILKWAY_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define MILKWAY_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "services/runtime/errors.h"

namespace milkway::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

MATCHER_P(StatusIs, code, "is " + absl::StatusCodeToString(code)) {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

// A refusal by its name: IsRefusal("STOCK_MISSING").
MATCHER_P(IsRefusal, reason, "is the refusal " + std::string(reason)) {
  *result_listener << StatusOf(arg).ToString();
  return runtime::PartsOf(StatusOf(arg)).reason == reason;
}

// An INVALID_ARGUMENT that names this field.
MATCHER_P(NamesField, field, "names the field " + std::string(field)) {
  *result_listener << StatusOf(arg).ToString();
  return runtime::PartsOf(StatusOf(arg)).field == field;
}

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SUPPORT_STATUS_MATCHERS_H_
