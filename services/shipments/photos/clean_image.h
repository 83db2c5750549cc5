// Pictures without what does not show: where and when they were taken, by which phone, by
// whom, small copies of what was cut away.

#ifndef MILKWAY_SERVICES_SHIPMENTS_PHOTOS_CLEAN_IMAGE_H_
#define MILKWAY_SERVICES_SHIPMENTS_PHOTOS_CLEAN_IMAGE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::shipments {

// The numbers are those on disk.
enum class ImageKind : uint32_t { kJpeg = 1, kPng = 2, kWebp = 3 };

struct CleanImage {
  ImageKind kind = ImageKind::kJpeg;
  std::string bytes;
};

// What kind of picture `bytes` are is seen from themselves. Of JPEG (ITU-T T.81) the tables and
// scans are kept, of PNG (ISO/IEC 15948) the critical chunks and those of colour, of WebP
// (RFC 9649) the picture and its transparency; nothing behind its end is. A picture that is
// turned by its Exif orientation only is not turned any more. Cleaning again changes nothing.
// INVALID_ARGUMENT that names `field` if they are no such picture, damaged, or moving.
absl::StatusOr<CleanImage> CleanedImage(absl::string_view field, absl::string_view bytes);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_PHOTOS_CLEAN_IMAGE_H_
