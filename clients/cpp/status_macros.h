// Leaving a function with the error of a call.

#ifndef MILKWAY_CLIENTS_CPP_STATUS_MACROS_H_
#define MILKWAY_CLIENTS_CPP_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Leaves the current function with the error, if there is one.
#define RETURN_IF_ERROR(expression)                                         \
  do {                                                                      \
    if (absl::Status status_of_call = (expression); !status_of_call.ok()) { \
      return status_of_call;                                                \
    }                                                                       \
  } while (false)

// Binds the value of a StatusOr to `declaration`, or leaves with its error.
#define ASSIGN_OR_RETURN(declaration, expression) \
  ASSIGN_OR_RETURN_AT_LINE_(declaration, expression, __LINE__)
#define ASSIGN_OR_RETURN_AT_LINE_(declaration, expression, line) \
  ASSIGN_OR_RETURN_NAMED_(declaration, expression, line)
#define ASSIGN_OR_RETURN_NAMED_(declaration, expression, line)             \
  auto status_or_##line = (expression);                                    \
  if (!status_or_##line.ok()) return std::move(status_or_##line).status(); \
  declaration = *std::move(status_or_##line)

#endif  // MILKWAY_CLIENTS_CPP_STATUS_MACROS_H_
