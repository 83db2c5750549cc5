#include <string>

#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "tests/cli/fake_handler.h"

namespace milkway::cli::testing {

namespace {

namespace inv = inventory::v1;

class Purchases final : public inv::PurchaseService::Service, public FakeHandler {
  grpc::Status RecordPurchase(grpc::ServerContext* context,
                              const inv::RecordPurchaseRequest* request,
                              inv::RecordPurchaseResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool is_new) {
      const inv::Purchase& purchase = request->purchase();
      books.purchases[purchase.purchase_id()] = purchase;
      for (const inv::PurchaseLine& line : purchase.lines()) {
        if (is_new) AddLot(purchase, line, &books);
      }
      for (const inv::Lot& lot : books.lots) {
        if (lot.purchase_id() == purchase.purchase_id()) *response->add_lots() = lot;
      }
      return grpc::Status::OK;
    });
  }
  static void AddLot(const inv::Purchase& purchase, const inv::PurchaseLine& line,
                     FakeBooks* books) {
    inv::Lot lot;
    lot.set_lot_id(static_cast<int64_t>(books->lots.size()) + 1);
    lot.set_purchase_id(purchase.purchase_id());
    lot.set_product_id(line.product_id());
    lot.set_lot_number(line.lot_number());
    lot.set_expires_on(line.expires_on());
    lot.set_packs(line.packs());
    books->lots.push_back(lot);
  }
  grpc::Status AddPurchaseCost(grpc::ServerContext* context,
                               const inv::AddPurchaseCostRequest* request,
                               inv::AddPurchaseCostResponse*) override {
    return Run(context, request, [&](FakeBooks&, bool) { return grpc::Status::OK; });
  }
  grpc::Status AttachPurchaseDocument(grpc::ServerContext* context,
                                      const inv::AttachPurchaseDocumentRequest* request,
                                      inv::AttachPurchaseDocumentResponse*) override {
    return Run(context, request, [&](FakeBooks&, bool) { return grpc::Status::OK; });
  }
  grpc::Status RecordSupplierReturn(grpc::ServerContext* context,
                                    const inv::RecordSupplierReturnRequest* request,
                                    inv::RecordSupplierReturnResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      books.returns.push_back(request->supplier_return());
      *response->mutable_supplier_return() = request->supplier_return();
      response->mutable_supplier_return()->set_position(77);
      return grpc::Status::OK;
    });
  }
  grpc::Status ListSupplierReturns(grpc::ServerContext* context,
                                   const inv::ListSupplierReturnsRequest* request,
                                   inv::ListSupplierReturnsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const auto& goods : books.returns) *response->add_supplier_returns() = goods;
      return grpc::Status::OK;
    });
  }
  grpc::Status GetPurchase(grpc::ServerContext* context, const inv::GetPurchaseRequest* request,
                           inv::GetPurchaseResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      return Get(books.purchases, request->purchase_id(), response,
                 &inv::GetPurchaseResponse::mutable_purchase);
    });
  }
  grpc::Status ListPurchases(grpc::ServerContext* context, const inv::ListPurchasesRequest* request,
                             inv::ListPurchasesResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const auto& [id, purchase] : books.purchases) *response->add_purchases() = purchase;
      return grpc::Status::OK;
    });
  }
  grpc::Status GetLots(grpc::ServerContext* context, const inv::GetLotsRequest* request,
                       inv::GetLotsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const int64_t lot_id : request->lot_ids()) {
        const inv::Lot* lot = books.FindLot(lot_id);
        if (lot == nullptr) return Refusal(grpc::StatusCode::NOT_FOUND, "LOT_UNKNOWN", "no lot");
        *response->add_lots() = *lot;
      }
      return grpc::Status::OK;
    });
  }
  // One lot a page, so that clients must turn pages.
  grpc::Status ListLots(grpc::ServerContext* context, const inv::ListLotsRequest* request,
                        inv::ListLotsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      const auto fits = [](const std::string& wanted, const std::string& is) {
        return wanted.empty() || wanted == is;
      };
      for (const inv::Lot& lot : books.lots) {
        const bool listed =
            !request->page_token().empty() && lot.lot_id() <= std::stoll(request->page_token());
        if (listed || !fits(request->purchase_id(), lot.purchase_id()) ||
            !fits(request->product_id(), lot.product_id()) ||
            !fits(request->lot_number(), lot.lot_number())) {
          continue;
        }
        if (response->lots_size() == 1) {
          response->set_next_page_token(std::to_string(response->lots(0).lot_id()));
          break;
        }
        *response->add_lots() = lot;
      }
      return grpc::Status::OK;
    });
  }
};

}  // namespace

void AddPurchaseServices(FakeServer* server, FakeServices* services) {
  AddService<Purchases>(server, services);
}

}  // namespace milkway::cli::testing
