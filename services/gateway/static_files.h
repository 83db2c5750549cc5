// The files of the page.

#ifndef MILKWAY_SERVICES_GATEWAY_STATIC_FILES_H_
#define MILKWAY_SERVICES_GATEWAY_STATIC_FILES_H_

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/gateway/http_message.h"

namespace milkway::gateway {

// All files of a folder, read once at the start. Thread-safe.
//
// "x.js.br" and "x.js.gz" beside "x.js" are sent in its place to whoever takes them. What
// lies in assets/ has a hash in its name and is kept by browsers for a year; anything else
// is asked for each time, with its ETag.
class StaticFiles {
 public:
  // FAILED_PRECONDITION if the folder cannot be read, has more than 256 MiB, or has no
  // index.html. An empty name: no page.
  static absl::StatusOr<StaticFiles> Load(const std::string& folder);

  // Answers GET and HEAD of a file, "/" being index.html, "/school" and
  // "/school/" school/index.html; 404 if there is none, 405 for other verbs.
  HttpAnswer Answer(const HttpRequest& request) const;

  // The text of a file, "/gift/index.html"; null if there is none.
  std::shared_ptr<const std::string> Text(absl::string_view path) const;

 private:
  struct Form {
    std::shared_ptr<const std::string> bytes;  // null: there is none
    std::string etag;
  };
  struct File {
    std::string content_type;
    bool is_immutable = false;
    Form plain;
    Form gzip;
    Form brotli;
  };

  absl::Status Add(const std::string& name, const std::string& path);
  const File* Find(absl::string_view path) const;

  absl::flat_hash_map<std::string, File> files_;  // by path
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_STATIC_FILES_H_
