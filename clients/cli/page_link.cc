#include "clients/cli/page_link.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace milkway::cli {

namespace {

std::string Base(const std::string& base_url, const std::string& address) {
  if (!base_url.empty()) return std::string(absl::StripSuffix(base_url, "/"));
  const char* environment = std::getenv("MILKWAY_BASE_URL");
  if (environment != nullptr && *environment != '\0') {
    return std::string(absl::StripSuffix(environment, "/"));
  }
  return absl::StrCat("http://", address);
}

}  // namespace

void AddBaseUrl(CLI::App* command, std::string* base_url) {
  command
      ->add_option("--base-url", *base_url,
                   "where Milkway's page is (else MILKWAY_BASE_URL, else the server's address)")
      ->type_name("URL");
}

std::string InviteLink(const std::string& base_url, const Connection& connection,
                       absl::string_view token) {
  return absl::StrCat(Base(base_url, connection.addresses().accounts), "/i#", token);
}

std::string GiftLink(const std::string& base_url, const Connection& connection,
                     absl::string_view token) {
  return absl::StrCat(Base(base_url, connection.addresses().impact), "/gift/", token);
}

std::string TokenOfLink(absl::string_view link) {
  link = absl::StripAsciiWhitespace(link);
  const size_t mark = link.find_last_of("#/");
  return std::string(mark == absl::string_view::npos ? link : link.substr(mark + 1));
}

}  // namespace milkway::cli
