// gzip (RFC 1952), with a limit on what comes out of it.

#ifndef MILKWAY_SERVICES_GATEWAY_GZIP_H_
#define MILKWAY_SERVICES_GATEWAY_GZIP_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::gateway {

// Quick rather than small.
std::string Gzip(absl::string_view bytes);

// INVALID_ARGUMENT if `bytes` are not one whole gzip member, RESOURCE_EXHAUSTED if more
// than `bytes_max` come out.
absl::StatusOr<std::string> Gunzip(absl::string_view bytes, size_t bytes_max);

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_GZIP_H_
