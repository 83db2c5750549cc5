// Matchers for refusals: by their name, by the field they name.

#ifndef MILKWAY_TESTS_SUPPORT_REFUSAL_MATCHERS_H_
#define MILKWAY_TESTS_SUPPORT_REFUSAL_MATCHERS_H_

#include <string>

#include "gmock/gmock.h"
#include "services/runtime/errors.h"
#include "tests/support/status_matchers.h"

namespace milkway::testing {

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

#endif  // MILKWAY_TESTS_SUPPORT_REFUSAL_MATCHERS_H_
