// How a paper is described on the command line.

#ifndef MILKWAY_CLIENTS_CLI_DOCUMENT_OPTIONS_H_
#define MILKWAY_CLIENTS_CLI_DOCUMENT_OPTIONS_H_

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "milkway/common/v1/document.pb.h"

namespace milkway::cli {

struct DocumentOptions {
  std::string document_id;
  std::string type;
  std::string number;
  std::string issuer;
  std::string issued_on;
  std::string valid_until;
  std::string uri;
  std::string note;
  // One of the two at most: the file, or its hash in hexadecimal digits.
  std::string file;
  std::string sha256;
};

// Adds DOCUMENT, --type and the others to a command. `options` must live as long.
void AddDocumentOptions(CLI::App* command, DocumentOptions* options);

// The paper as described; a usage error names the option.
absl::StatusOr<common::v1::Document> DocumentOf(const DocumentOptions& options);

// 64 hexadecimal digits as their 32 bytes; a usage error names the option.
absl::StatusOr<std::string> Sha256Option(absl::string_view option, absl::string_view text);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_DOCUMENT_OPTIONS_H_
