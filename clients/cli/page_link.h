// Links into the page. Of invites: <base address>/i#<token>, where what stands behind "#" is sent
// to no server. Of gifts: <base address>/gift/<token>, which the server must see, for it
// renders what previews of links show.

#ifndef MILKWAY_CLIENTS_CLI_PAGE_LINK_H_
#define MILKWAY_CLIENTS_CLI_PAGE_LINK_H_

#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/string_view.h"
#include "clients/cli/connection.h"

namespace milkway::cli {

// --base-url of commands that show links.
void AddBaseUrl(CLI::App* command, std::string* base_url);

// `base_url`: as given, else MILKWAY_BASE_URL, else the server's own address.
std::string InviteLink(const std::string& base_url, const Connection& connection,
                       absl::string_view token);
std::string GiftLink(const std::string& base_url, const Connection& connection,
                     absl::string_view token);

// The token of a link of either kind, or of itself.
std::string TokenOfLink(absl::string_view link);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_PAGE_LINK_H_
