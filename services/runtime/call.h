// Who calls, and what a use case may know of it.

#ifndef MILKWAY_SERVICES_RUNTIME_CALL_H_
#define MILKWAY_SERVICES_RUNTIME_CALL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "milkway/common/v1/access.pb.h"

namespace milkway::runtime {

// An authenticated caller.
struct Caller {
  std::string id;
  common::v1::Role role = common::v1::ROLE_UNSPECIFIED;
  std::vector<std::string> scopes;  // places or gifts
};

// One call, after the access check.
struct Call {
  Caller caller;
  int64_t now_us = 0;  // the server's clock when the call came in
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_CALL_H_
