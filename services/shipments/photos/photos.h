// Photos that are kept with receipts.

#ifndef MILKWAY_SERVICES_SHIPMENTS_PHOTOS_PHOTOS_H_
#define MILKWAY_SERVICES_SHIPMENTS_PHOTOS_PHOTOS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/shipments/changes.h"
#include "services/shipments/photos/clean_image.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

inline constexpr size_t kImageBytesMax = size_t{1} << 20;
inline constexpr int64_t kPhotosOfReceiptMax = 10;

// A receipt as callers name it who may see only their place.
struct ReceiptAtPlace {
  std::string receipt_id;
  std::string destination_id;
};

struct PhotoOnRecord {
  std::string sha256;  // 32 bytes
  rec::ReceiptPhotoRecord record;
};

// Keeps a photo; one that is kept already is answered as it was.
//   NOT_FOUND            RECEIPT_UNKNOWN
//   FAILED_PRECONDITION  RECEIPT_PHOTOS_FULL
absl::StatusOr<PhotoOnRecord> AddPhoto(storage::Transaction& transaction,
                                       const ReceiptAtPlace& receipt, const CleanImage& image,
                                       const Actor& actor);

// In order of the time they came. NOT_FOUND (RECEIPT_UNKNOWN).
absl::StatusOr<std::vector<PhotoOnRecord>> PhotosOf(const storage::Reader& reader,
                                                    const ReceiptAtPlace& receipt);

struct PhotoFile {
  PhotoOnRecord photo;
  std::string content;
};
// NOT_FOUND (RECEIPT_UNKNOWN, PHOTO_UNKNOWN); DATA_LOSS if the bytes are not those of the hash.
absl::StatusOr<PhotoFile> ReadPhoto(const storage::Reader& reader, const ReceiptAtPlace& receipt,
                                    const std::string& sha256);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_PHOTOS_PHOTOS_H_
