// Where a call came from that the gateway passes on.

#ifndef MILKWAY_CLIENTS_CPP_CLIENT_ADDRESS_H_
#define MILKWAY_CLIENTS_CPP_CLIENT_ADDRESS_H_

namespace milkway::clients {

// The metadata that says so, as ToMetadata writes it: "203.0.113.7". Believed where the
// transport proves that the gateway calls, or with the key of the process.
inline constexpr char kClientAddressMetadata[] = "x-milkway-client-address";

}  // namespace milkway::clients

#endif  // MILKWAY_CLIENTS_CPP_CLIENT_ADDRESS_H_
