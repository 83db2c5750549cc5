#include "services/gateway/static_files.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cpp/status_macros.h"
#include "storage/merkle_hash.h"

namespace milkway::gateway {

namespace {

constexpr size_t kBytesMax = 256 << 20;
constexpr size_t kEtagBytes = 12;
constexpr char kIndex[] = "index.html";
constexpr char kNoPage[] = "there is no such page here";

struct Kind {
  const char* extension;
  const char* content_type;
};

constexpr Kind kKinds[] = {{".html", "text/html; charset=utf-8"},
                           {".js", "text/javascript; charset=utf-8"},
                           {".css", "text/css; charset=utf-8"},
                           {".json", "application/json"},
                           {".webmanifest", "application/manifest+json"},
                           {".svg", "image/svg+xml"},
                           {".png", "image/png"},
                           {".webp", "image/webp"},
                           {".jpg", "image/jpeg"},
                           {".ico", "image/x-icon"},
                           {".woff2", "font/woff2"},
                           {".txt", "text/plain; charset=utf-8"},
                           {".wasm", "application/wasm"}};

std::string ContentTypeOf(absl::string_view name) {
  for (const Kind& kind : kKinds) {
    if (absl::EndsWith(name, kind.extension)) return kind.content_type;
  }
  return "application/octet-stream";
}

bool TakesCoding(const HttpRequest& request, absl::string_view coding) {
  for (const absl::string_view part : absl::StrSplit(request.Header("accept-encoding"), ',')) {
    const std::vector<absl::string_view> words = absl::StrSplit(part, ';');
    if (absl::StripAsciiWhitespace(words[0]) != coding) continue;
    return words.size() < 2 || absl::StripAsciiWhitespace(words[1]) != "q=0";
  }
  return false;
}

bool IsKnown(const HttpRequest& request, absl::string_view etag) {
  for (absl::string_view known : absl::StrSplit(request.Header("if-none-match"), ',')) {
    known = absl::StripAsciiWhitespace(known);
    absl::ConsumePrefix(&known, "W/");
    if (known == etag || known == "*") return true;
  }
  return false;
}

absl::Status CannotRead(absl::string_view what, absl::string_view why) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot serve the page of ", what, ": ", why,
                   "; name the folder that was built (--web), or leave it out"));
}

}  // namespace

absl::StatusOr<StaticFiles> StaticFiles::Load(const std::string& folder) {
  StaticFiles files;
  if (folder.empty()) return files;
  std::error_code error;
  size_t bytes = 0;
  for (std::filesystem::recursive_directory_iterator next(folder, error), end;
       !error && next != end; next.increment(error)) {
    if (!next->is_regular_file()) continue;
    bytes += next->file_size();
    if (bytes > kBytesMax) return CannotRead(folder, "it has more than 256 MiB");
    const std::string name =
        absl::StrCat("/", std::filesystem::path(next->path()).lexically_relative(folder).string());
    RETURN_IF_ERROR(files.Add(name, next->path().string()));
  }
  if (error) return CannotRead(folder, error.message());
  // What was only there packed has no name of its own.
  absl::erase_if(files.files_, [](const auto& file) { return file.second.plain.bytes == nullptr; });
  if (files.Find("/") == nullptr) return CannotRead(folder, "it has no index.html");
  return files;
}

absl::Status StaticFiles::Add(const std::string& name, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad() || !in.is_open()) return CannotRead(path, "it cannot be read");
  absl::string_view base = name;
  const bool is_brotli = absl::ConsumeSuffix(&base, ".br");
  const bool is_gzip = !is_brotli && absl::ConsumeSuffix(&base, ".gz");
  File& file = files_[std::string(base)];
  file.content_type = ContentTypeOf(base);
  file.is_immutable = absl::StartsWith(base, "/assets/");
  Form& form = is_brotli ? file.brotli : is_gzip ? file.gzip : file.plain;
  form.etag = absl::StrCat(
      "\"", absl::BytesToHexString(storage::BytesOf(storage::Sha256(bytes)).substr(0, kEtagBytes)),
      "\"");
  form.bytes = std::make_shared<const std::string>(std::move(bytes));
  return absl::OkStatus();
}

const StaticFiles::File* StaticFiles::Find(absl::string_view path) const {
  auto found = files_.find(path);
  if (found == files_.end()) {
    absl::ConsumeSuffix(&path, "/");
    found = files_.find(absl::StrCat(path, "/", kIndex));
  }
  return found == files_.end() ? nullptr : &found->second;
}

HttpAnswer StaticFiles::Answer(const HttpRequest& request) const {
  const File* const file = Find(request.path);
  if (file == nullptr) return PlainAnswer(404, kNoPage);
  if (!IsSafe(request.verb)) {
    HttpAnswer answer = PlainAnswer(405, "this page can only be read");
    answer.headers.emplace_back("allow", "GET, HEAD");
    return answer;
  }
  const Form* form = &file->plain;
  const char* coding = nullptr;
  if (file->brotli.bytes != nullptr && TakesCoding(request, "br")) {
    form = &file->brotli;
    coding = "br";
  } else if (file->gzip.bytes != nullptr && TakesCoding(request, "gzip")) {
    form = &file->gzip;
    coding = "gzip";
  }
  HttpAnswer answer;
  answer.headers = {
      {"etag", form->etag},
      {"vary", "accept-encoding"},
      {"cache-control", file->is_immutable ? "public, max-age=31536000, immutable" : "no-cache"}};
  if (IsKnown(request, form->etag)) {
    answer.status = 304;
    return answer;
  }
  answer.headers.emplace_back("content-type", file->content_type);
  if (coding != nullptr) answer.headers.emplace_back("content-encoding", coding);
  answer.shared_body = form->bytes;
  return answer;
}

std::shared_ptr<const std::string> StaticFiles::Text(absl::string_view path) const {
  const File* const file = Find(path);
  return file == nullptr ? nullptr : file->plain.bytes;
}

}  // namespace milkway::gateway
