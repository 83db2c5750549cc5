// References to photos as people write them: the SHA-256, and where the file is kept.

#ifndef MILKWAY_CLIENTS_CLI_PHOTOS_H_
#define MILKWAY_CLIENTS_CLI_PHOTOS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "milkway/shipments/v1/shipments.pb.h"

namespace milkway::cli {

// A photo a line: "<64 hex digits>" or "<64 hex digits>@https://…".
using Photos = google::protobuf::RepeatedPtrField<shipments::v1::PhotoReference>;
std::string FormatPhotos(const Photos& photos);
// Nothing if a line is no photo.
std::optional<Photos> ParsePhotos(absl::string_view lines);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_PHOTOS_H_
