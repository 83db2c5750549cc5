// gRPC: photos of deliveries.

#ifndef MILKWAY_SERVICES_SHIPMENTS_PHOTOS_PHOTO_SERVICE_H_
#define MILKWAY_SERVICES_SHIPMENTS_PHOTOS_PHOTO_SERVICE_H_

#include "milkway/shipments/v1/photos.grpc.pb.h"
#include "services/runtime/handler.h"

namespace milkway::shipments {

namespace v1 = shipments::v1;

class PhotoService final : public v1::PhotoService::CallbackService {
 public:
  explicit PhotoService(runtime::Handlers::Parts parts) : handlers_(parts) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* AddReceiptPhoto(Context* context, const v1::AddReceiptPhotoRequest* request,
                           v1::AddReceiptPhotoResponse* response) override;
  Reactor* ListReceiptPhotos(Context* context, const v1::ListReceiptPhotosRequest* request,
                             v1::ListReceiptPhotosResponse* response) override;
  Reactor* GetReceiptPhoto(Context* context, const v1::GetReceiptPhotoRequest* request,
                           v1::GetReceiptPhotoResponse* response) override;

 private:
  runtime::Handlers handlers_;
};

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_PHOTOS_PHOTO_SERVICE_H_
