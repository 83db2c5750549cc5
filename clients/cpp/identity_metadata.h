// The metadata by which a call says who makes it.

#ifndef MILKWAY_CLIENTS_CPP_IDENTITY_METADATA_H_
#define MILKWAY_CLIENTS_CPP_IDENTITY_METADATA_H_

#include <string>

#include "absl/strings/string_view.h"

namespace milkway::clients {

// A person: "Bearer <access token>".
inline constexpr char kAuthorizationMetadata[] = "authorization";

// A service: its name, "shipments". Believed where the transport proves it, or with the
// key of the process.
inline constexpr char kServiceMetadata[] = "x-milkway-service";
inline constexpr char kProcessKeyMetadata[] = "x-milkway-process-key";

// Of a service: the id of the caller on whose behalf it calls, as ToMetadata writes it, and
// his access token.
inline constexpr char kOriginMetadata[] = "x-milkway-on-behalf-of";
inline constexpr char kOriginTokenMetadata[] = "x-milkway-on-behalf-of-token";

// Whoever says so, on a server that was started for development:
// "<role>[:<id>[:<scope>,…]]", with a role as "school_contact"; id and scopes are empty
// where they are left out; no part holds a ":", no scope a ",". Up to 1 KiB, then as ToMetadata.
inline constexpr char kDevelopmentMetadata[] = "x-milkway-dev-caller";

// Any text as metadata, which holds visible ASCII only: every other byte, and "%", as "%"
// and two hexadecimal digits. FromMetadata is its inverse; a "%" without digits stands for
// itself.
std::string ToMetadata(absl::string_view text);
std::string FromMetadata(absl::string_view value);

}  // namespace milkway::clients

#endif  // MILKWAY_CLIENTS_CPP_IDENTITY_METADATA_H_
