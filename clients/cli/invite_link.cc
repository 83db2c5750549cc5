#include "clients/cli/invite_link.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace milkway::cli {

void AddBaseUrl(CLI::App* command, std::string* base_url) {
  command
      ->add_option("--base-url", *base_url,
                   "where Milkway's page is (else MILKWAY_BASE_URL, else the server's address)")
      ->type_name("URL");
}

std::string InviteLink(const std::string& base_url, const Connection& connection,
                       absl::string_view token) {
  std::string base = base_url;
  if (base.empty()) {
    const char* environment = std::getenv("MILKWAY_BASE_URL");
    base = environment != nullptr && *environment != '\0'
               ? environment
               : absl::StrCat("http://", connection.addresses().accounts);
  }
  return absl::StrCat(absl::StripSuffix(base, "/"), "/i#", token);
}

std::string InviteTokenOf(absl::string_view link) {
  link = absl::StripAsciiWhitespace(link);
  const size_t mark = link.rfind('#');
  return std::string(mark == absl::string_view::npos ? link : link.substr(mark + 1));
}

}  // namespace milkway::cli
