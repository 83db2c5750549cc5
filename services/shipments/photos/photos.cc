#include "services/shipments/photos/photos.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/shipments/shipments_errors.h"
#include "storage/merkle_hash.h"

namespace milkway::shipments {

namespace {

// A receipt of elsewhere is as unknown as one that nobody recorded.
absl::Status CheckReceipt(const storage::Reader& reader, const ReceiptAtPlace& receipt) {
  ASSIGN_OR_RETURN(const auto found, ReceiptTable::Find(reader, receipt.receipt_id));
  const bool is_there = found.has_value() && found->versions_size() > 0 &&
                        found->destination_id() == receipt.destination_id;
  if (is_there) return absl::OkStatus();
  return ReceiptUnknownAt(receipt.destination_id, receipt.receipt_id);
}

std::string HashOf(const std::string& content) {
  return std::string(storage::BytesOf(storage::Sha256(content)));
}

absl::StatusOr<std::vector<PhotoOnRecord>> ScanPhotos(const storage::Reader& reader,
                                                      const std::string& receipt_id) {
  std::vector<PhotoOnRecord> photos;
  RETURN_IF_ERROR(ReceiptPhotoTable::Scan(
      reader, ReceiptPhotoKey::Range(receipt_id),
      [&](const ReceiptPhotoKey::Key& key, const rec::ReceiptPhotoRecord& record) {
        photos.push_back({std::get<1>(key), record});
        return true;
      }));
  return photos;
}

}  // namespace

absl::StatusOr<PhotoOnRecord> AddPhoto(storage::Transaction& transaction,
                                       const ReceiptAtPlace& receipt, const CleanImage& image,
                                       const Actor& actor) {
  RETURN_IF_ERROR(CheckReceipt(transaction, receipt));
  PhotoOnRecord photo;
  photo.sha256 = HashOf(image.bytes);
  ASSIGN_OR_RETURN(const auto earlier,
                   ReceiptPhotoTable::Find(transaction, receipt.receipt_id, photo.sha256));
  if (earlier.has_value()) {
    photo.record = *earlier;
    return photo;
  }
  ASSIGN_OR_RETURN(const auto photos, ScanPhotos(transaction, receipt.receipt_id));
  if (photos.size() >= kPhotosOfReceiptMax) {
    return ReceiptPhotosFull(receipt.receipt_id, kPhotosOfReceiptMax);
  }
  photo.record.set_type(static_cast<uint32_t>(image.kind));
  photo.record.set_size_bytes(static_cast<int64_t>(image.bytes.size()));
  photo.record.set_added_by(actor.caller_id);
  photo.record.set_added_us(actor.now_us);
  rec::ImageRecord content;
  content.set_content(image.bytes);
  RETURN_IF_ERROR(ImageTable::Put(transaction, content, receipt.receipt_id, photo.sha256));
  RETURN_IF_ERROR(
      ReceiptPhotoTable::Put(transaction, photo.record, receipt.receipt_id, photo.sha256));
  return photo;
}

absl::StatusOr<std::vector<PhotoOnRecord>> PhotosOf(const storage::Reader& reader,
                                                    const ReceiptAtPlace& receipt) {
  RETURN_IF_ERROR(CheckReceipt(reader, receipt));
  ASSIGN_OR_RETURN(std::vector<PhotoOnRecord> photos, ScanPhotos(reader, receipt.receipt_id));
  std::stable_sort(photos.begin(), photos.end(),
                   [](const PhotoOnRecord& one, const PhotoOnRecord& other) {
                     return one.record.added_us() < other.record.added_us();
                   });
  return photos;
}

absl::StatusOr<PhotoFile> ReadPhoto(const storage::Reader& reader, const ReceiptAtPlace& receipt,
                                    const std::string& sha256) {
  RETURN_IF_ERROR(CheckReceipt(reader, receipt));
  ASSIGN_OR_RETURN(auto record, ReceiptPhotoTable::Find(reader, receipt.receipt_id, sha256));
  if (!record.has_value()) return PhotoUnknown(receipt.receipt_id, sha256);
  ASSIGN_OR_RETURN(auto image, ImageTable::Find(reader, receipt.receipt_id, sha256));
  if (!image.has_value() || HashOf(image->content()) != sha256) {
    return absl::DataLossError(absl::StrCat("the bytes of a photo of receipt ", receipt.receipt_id,
                                            " are damaged; restore the store from a backup"));
  }
  return PhotoFile{{sha256, *std::move(record)}, std::move(*image->mutable_content())};
}

}  // namespace milkway::shipments
