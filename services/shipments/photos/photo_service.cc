#include "services/shipments/photos/photo_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/shipments/photos/photos.h"

namespace milkway::shipments {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

// The numbers of the kinds on disk are those of the public ones.
static_assert(static_cast<int>(ImageKind::kJpeg) == v1::IMAGE_TYPE_JPEG);
static_assert(static_cast<int>(ImageKind::kPng) == v1::IMAGE_TYPE_PNG);
static_assert(static_cast<int>(ImageKind::kWebp) == v1::IMAGE_TYPE_WEBP);

namespace {

// Of any of the requests.
template <typename Request>
absl::StatusOr<ReceiptAtPlace> ParseReceipt(const Request& request) {
  ReceiptAtPlace receipt;
  ASSIGN_OR_RETURN(receipt.receipt_id, runtime::ParseId("receipt_id", request.receipt_id()));
  ASSIGN_OR_RETURN(receipt.destination_id,
                   runtime::ParseId("destination_id", request.destination_id()));
  return receipt;
}

absl::StatusOr<CleanImage> ParseImage(const std::string& image) {
  if (image.empty() || image.size() > kImageBytesMax) {
    return runtime::InvalidField(
        "image", absl::StrCat("must have 1 to ", kImageBytesMax, " bytes, not ", image.size(),
                              "; take a smaller picture"));
  }
  return CleanedImage("image", image);
}

v1::ReceiptPhoto ToMessage(const PhotoOnRecord& photo) {
  v1::ReceiptPhoto message;
  message.set_sha256(photo.sha256);
  message.set_type(static_cast<v1::ImageType>(photo.record.type()));
  message.set_size_bytes(photo.record.size_bytes());
  message.set_added_by(photo.record.added_by());
  message.set_added_us(photo.record.added_us());
  return message;
}

}  // namespace

grpc::ServerUnaryReactor* PhotoService::AddReceiptPhoto(Context* context,
                                                        const v1::AddReceiptPhotoRequest* request,
                                                        v1::AddReceiptPhotoResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::AddReceiptPhotoResponse> {
        ASSIGN_OR_RETURN(const ReceiptAtPlace receipt, ParseReceipt(*request));
        ASSIGN_OR_RETURN(const CleanImage image, ParseImage(request->image()));
        ASSIGN_OR_RETURN(const PhotoOnRecord photo,
                         AddPhoto(transaction, receipt, image, ActorOf(call)));
        v1::AddReceiptPhotoResponse answer;
        *answer.mutable_photo() = ToMessage(photo);
        return answer;
      });
}

grpc::ServerUnaryReactor* PhotoService::ListReceiptPhotos(
    Context* context, const v1::ListReceiptPhotosRequest* request,
    v1::ListReceiptPhotosResponse* response) {
  return handlers_.Query(context, request, response,
                         [request](const Reader& reader,
                                   const Call&) -> absl::StatusOr<v1::ListReceiptPhotosResponse> {
                           ASSIGN_OR_RETURN(const ReceiptAtPlace receipt, ParseReceipt(*request));
                           ASSIGN_OR_RETURN(const std::vector<PhotoOnRecord> photos,
                                            PhotosOf(reader, receipt));
                           v1::ListReceiptPhotosResponse answer;
                           for (const PhotoOnRecord& photo : photos)
                             *answer.add_photos() = ToMessage(photo);
                           return answer;
                         });
}

grpc::ServerUnaryReactor* PhotoService::GetReceiptPhoto(Context* context,
                                                        const v1::GetReceiptPhotoRequest* request,
                                                        v1::GetReceiptPhotoResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetReceiptPhotoResponse> {
        ASSIGN_OR_RETURN(const ReceiptAtPlace receipt, ParseReceipt(*request));
        ASSIGN_OR_RETURN(const std::string sha256,
                         runtime::ParseSha256("sha256", request->sha256()));
        ASSIGN_OR_RETURN(PhotoFile file, ReadPhoto(reader, receipt, sha256));
        v1::GetReceiptPhotoResponse answer;
        *answer.mutable_photo() = ToMessage(file.photo);
        answer.set_image(std::move(file.content));
        return answer;
      });
}

}  // namespace milkway::shipments
