#include "clients/cli/document_options.h"

#include <algorithm>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/failure.h"
#include "clients/cli/sha256.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

absl::StatusOr<std::string> Sha256OfFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return UsageError(absl::StrCat("--file ", Quoted(path), " cannot be read"));
  Sha256 sha256;
  std::string block(1 << 16, '\0');
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0) {
    sha256.Update(absl::string_view(block.data(), static_cast<size_t>(file.gcount())));
  }
  return sha256.Bytes();
}

}  // namespace

absl::StatusOr<std::string> Sha256Option(absl::string_view option, absl::string_view text) {
  const bool is_hex =
      text.size() == 64 && std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
  if (is_hex) return absl::HexStringToBytes(text);
  return UsageError(
      absl::StrCat(option, " must be the 64 hexadecimal digits of a SHA-256, is ", Quoted(text)));
}

void AddDocumentOptions(CLI::App* command, DocumentOptions* options) {
  command->add_option("DOCUMENT", options->document_id, "an id for the paper")->required();
  command->add_option("--type", options->type, ListOfWords(*common::v1::DocumentType_descriptor()))
      ->required();
  command->add_option("--number", options->number, "the number printed on it");
  command->add_option("--issuer", options->issuer, "who issued it");
  command->add_option("--issued-on", options->issued_on, "the day of issue");
  command->add_option("--valid-until", options->valid_until, "the last day on which it is valid");
  command->add_option("--uri", options->uri, "where the file is kept: https, file or s3");
  CLI::Option* file =
      command->add_option("--file", options->file, "the file, of which the SHA-256 is kept");
  command->add_option("--sha256", options->sha256, "its SHA-256, as sha256sum says it")
      ->excludes(file);
  command->add_option("--note", options->note, "free text");
}

absl::StatusOr<common::v1::Document> DocumentOf(const DocumentOptions& options) {
  common::v1::Document document;
  document.set_document_id(options.document_id);
  ASSIGN_OR_RETURN(const auto type, WordOption<common::v1::DocumentType>("--type", options.type));
  document.set_type(type);
  document.set_number(options.number);
  document.set_issuer(options.issuer);
  document.set_issued_on(options.issued_on);
  document.set_valid_until(options.valid_until);
  document.set_uri(options.uri);
  document.set_note(options.note);
  if (!options.file.empty()) {
    ASSIGN_OR_RETURN(*document.mutable_sha256(), Sha256OfFile(options.file));
  }
  if (!options.sha256.empty()) {
    ASSIGN_OR_RETURN(*document.mutable_sha256(), Sha256Option("--sha256", options.sha256));
  }
  return document;
}

}  // namespace milkway::cli
