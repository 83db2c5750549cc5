// All of Milkway in the test's process, behind its gateway.

#ifndef MILKWAY_TESTS_GATEWAY_GATEWAY_WORLD_H_
#define MILKWAY_TESTS_GATEWAY_GATEWAY_WORLD_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/milkwayd/instance.h"
#include "services/runtime/clock.h"
#include "services/runtime/master_key.h"
#include "tests/gateway/http_connection.h"
#include "tests/support/stores.h"

namespace milkway::testing {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// What a page of the gateway's address sends with JSON.
HttpHeaders FromPage(const std::string& cookie = "");
// What a program sends that says in the development header who it is.
HttpHeaders AsDeveloper(const std::string& caller = "admin:dev");

class GatewayWorld {
 public:
  // Ends the program if it cannot start.
  GatewayWorld();
  ~GatewayWorld();

  const std::string& address() const { return address_; }
  const std::string& private_address() const { return private_address_; }
  const std::string& grpc_address() const { return instance_->address(); }

  // One request over a connection of its own.
  HttpReply Ask(absl::string_view verb, absl::string_view target, const HttpHeaders& headers,
                absl::string_view body = "") const;

  // Makes the first admin, "root" with kPassword, and signs in: the cookie of the session,
  // "__Host-milkway=…".
  std::string SignInAsRoot();
  static constexpr char kPassword[] = "grams of milk in a cup";

  // Stops, and starts on the same data.
  void Restart();
  // Where a file of the page can be put before a restart.
  std::string web_folder() const { return folder_ / "web"; }

 private:
  void Start();

  const TempFolder folder_;
  const runtime::SystemClock clock_;
  const std::shared_ptr<const runtime::MasterKey> master_key_ =
      std::make_shared<const runtime::MasterKey>(runtime::MasterKey::Generate());
  std::unique_ptr<Instance> instance_;
  std::string address_;
  std::string private_address_;
};

// The value of `name` in a flat JSON text, "\"name\":\"value\""; empty if it is not there.
std::string JsonText(const std::string& json, const std::string& name);
// "name=value" of the first set-cookie of that name.
std::string CookieIn(const HttpReply& reply, const std::string& name);

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_GATEWAY_GATEWAY_WORLD_H_
