// The methods that can be called over HTTP, found in the descriptions of the services that
// are served: a new method needs nothing here.

#ifndef MILKWAY_SERVICES_GATEWAY_METHOD_TABLE_H_
#define MILKWAY_SERVICES_GATEWAY_METHOD_TABLE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace milkway::gateway {

struct Method {
  std::string path;          // "/milkway.inventory.v1.StockService/GetStockCard"
  std::string service;       // "inventory"
  std::string request_url;   // "type.googleapis.com/milkway.inventory.v1.GetStockCardRequest"
  std::string response_url;  // the same of its answers
  bool is_safe = false;      // states that it has no side effects: may be called by GET
  bool takes_stream = false;
  bool gives_stream = false;
};

// Thread-safe once made.
class MethodTable {
 public:
  // Leaves out methods that only services may call.
  explicit MethodTable(const std::vector<const google::protobuf::ServiceDescriptor*>& services);

  // Null if there is no such method; `path` with its leading slash.
  const Method* Find(absl::string_view path) const;

 private:
  absl::flat_hash_map<std::string, Method> methods_;
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_METHOD_TABLE_H_
