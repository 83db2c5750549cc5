#include "tests/gateway/gateway_world.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/milkwayd/targets.h"

namespace milkway::testing {

namespace {

void Write(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
}

std::string Read(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

HttpHeaders FromPage(const std::string& cookie) {
  HttpHeaders headers = {{"Sec-Fetch-Site", "same-origin"}, {"Content-Type", "application/json"}};
  if (!cookie.empty()) headers.emplace_back("Cookie", cookie);
  return headers;
}

HttpHeaders AsDeveloper(const std::string& caller) {
  HttpHeaders headers = FromPage();
  headers.emplace_back("X-Milkway-Dev-Caller", caller);
  return headers;
}

GatewayWorld::GatewayWorld() {
  Write(web_folder() + "/index.html", "<!doctype html><title>Milkway</title>");
  Write(web_folder() + "/assets/page-1a2b.js", "export const cup = 1;");
  Write(web_folder() + "/assets/page-1a2b.js.gz", "bytes of gzip");
  Write(web_folder() + "/assets/page-1a2b.js.br", "bytes of brotli");
  Start();
}

GatewayWorld::~GatewayWorld() { instance_.reset(); }

void GatewayWorld::Start() {
  InstanceOptions options;
  options.targets = AllTargets();
  options.data_folder = folder_ / "data";
  options.server.listen = {"127.0.0.1:0"};
  options.development_header = true;
  options.master_key = master_key_;
  options.set_up_code_file = folder_ / "setup.code";
  options.gateway.emplace();
  options.gateway->listen = {"127.0.0.1:0"};
  options.gateway->private_listen = {"127.0.0.1:0"};
  options.gateway->web_folder = web_folder();
  options.gateway->development_header = true;
  auto instance = Instance::Start(options, &clock_, nullptr, nullptr);
  if (!instance.ok()) {
    std::fprintf(stderr, "%s\n", instance.status().ToString().c_str());
    std::abort();
  }
  instance_ = *std::move(instance);
  address_ = instance_->http_addresses().front();
  private_address_ = instance_->private_http_addresses().front();
}

void GatewayWorld::Restart() {
  instance_.reset();
  Start();
}

HttpReply GatewayWorld::Ask(absl::string_view verb, absl::string_view target,
                            const HttpHeaders& headers, absl::string_view body) const {
  HttpConnection connection(address_);
  connection.Send(HttpText(verb, target, headers, body));
  return connection.Receive(verb != "HEAD");
}

std::string GatewayWorld::SignInAsRoot() {
  const std::string code(absl::StripAsciiWhitespace(Read(folder_ / "setup.code")));
  if (!code.empty()) {
    const HttpReply made = Ask(
        "POST", "/milkway.accounts.v1.SignInService/SetUp", FromPage(),
        absl::StrCat(R"({"requestId":"5b1a7f5e-0a5b-4f4e-8b3d-000000000001","setupCode":")", code,
                     R"(","personId":"root","displayName":"Li","password":")", kPassword, "\"}"));
    if (made.status != 200) std::fprintf(stderr, "SetUp: %s\n", made.body.c_str());
  }
  const HttpReply reply =
      Ask("POST", "/session", FromPage(),
          absl::StrCat(R"({"requestId":"5b1a7f5e-0a5b-4f4e-8b3d-000000000002",)",
                       R"("signInName":"root","password":")", kPassword, "\"}"));
  if (reply.status != 200) std::fprintf(stderr, "sign-in: %s\n", reply.body.c_str());
  return CookieIn(reply, "__Host-milkway");
}

std::string JsonText(const std::string& json, const std::string& name) {
  const std::string mark = absl::StrCat("\"", name, "\":\"");
  const size_t at = json.find(mark);
  if (at == std::string::npos) return "";
  const size_t from = at + mark.size();
  return json.substr(from, json.find('"', from) - from);
}

std::string CookieIn(const HttpReply& reply, const std::string& name) {
  const auto [first, last] = reply.headers.equal_range("set-cookie");
  for (auto cookie = first; cookie != last; ++cookie) {
    if (absl::StartsWith(cookie->second, name + "=")) {
      return cookie->second.substr(0, cookie->second.find(';'));
    }
  }
  return "";
}

}  // namespace milkway::testing
