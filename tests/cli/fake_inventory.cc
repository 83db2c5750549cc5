#include <string>

#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/open_packs.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/recalls.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "tests/cli/fake_handler.h"

namespace milkway::cli::testing {

namespace {

namespace inv = inventory::v1;

class Catalog final : public inv::CatalogService::Service, public FakeHandler {
  grpc::Status SetProgramme(grpc::ServerContext* context, const inv::SetProgrammeRequest* request,
                            inv::SetProgrammeResponse*) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      books.base_currency = request->programme().base_currency();
      return grpc::Status::OK;
    });
  }
  grpc::Status GetProgramme(grpc::ServerContext* context, const inv::GetProgrammeRequest* request,
                            inv::GetProgrammeResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      response->mutable_programme()->set_base_currency(books.base_currency);
      return grpc::Status::OK;
    });
  }
  grpc::Status CreateProduct(grpc::ServerContext* context, const inv::CreateProductRequest* request,
                             inv::CreateProductResponse*) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      books.products[request->product().product_id()] = request->product();
      return grpc::Status::OK;
    });
  }
  grpc::Status GetProduct(grpc::ServerContext* context, const inv::GetProductRequest* request,
                          inv::GetProductResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      return Get(books.products, request->product_id(), response,
                 &inv::GetProductResponse::mutable_product);
    });
  }
  grpc::Status ListProducts(grpc::ServerContext* context, const inv::ListProductsRequest* request,
                            inv::ListProductsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const auto& [id, product] : books.products) *response->add_products() = product;
      return grpc::Status::OK;
    });
  }
  grpc::Status CreateLocation(grpc::ServerContext* context,
                              const inv::CreateLocationRequest* request,
                              inv::CreateLocationResponse*) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      books.locations[request->location().location_id()] = request->location();
      return grpc::Status::OK;
    });
  }
  grpc::Status GetLocation(grpc::ServerContext* context, const inv::GetLocationRequest* request,
                           inv::GetLocationResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      return Get(books.locations, request->location_id(), response,
                 &inv::GetLocationResponse::mutable_location);
    });
  }
  grpc::Status ListLocations(grpc::ServerContext* context, const inv::ListLocationsRequest* request,
                             inv::ListLocationsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const auto& [id, location] : books.locations) *response->add_locations() = location;
      return grpc::Status::OK;
    });
  }
  grpc::Status SetContacts(grpc::ServerContext* context, const inv::SetContactsRequest* request,
                           inv::SetContactsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      inv::PlaceContacts& place = books.contacts[request->location_id()];
      place.set_location_id(request->location_id());
      *place.mutable_contacts() = request->contacts();
      *response->mutable_contacts() = request->contacts();
      return grpc::Status::OK;
    });
  }
  grpc::Status GetContacts(grpc::ServerContext* context, const inv::GetContactsRequest* request,
                           inv::GetContactsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const std::string& id : request->location_ids()) {
        books.contacts[id].set_location_id(id);
        *response->add_places() = books.contacts[id];
      }
      return grpc::Status::OK;
    });
  }
  grpc::Status RecordExchangeRate(grpc::ServerContext* context,
                                  const inv::RecordExchangeRateRequest* request,
                                  inv::RecordExchangeRateResponse*) override {
    return Run(context, request, [&](FakeBooks& books, bool is_new) {
      if (is_new) books.rates.push_back(request->exchange_rate());
      return grpc::Status::OK;
    });
  }
  grpc::Status GetExchangeRate(grpc::ServerContext* context,
                               const inv::GetExchangeRateRequest* request,
                               inv::GetExchangeRateResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const inv::ExchangeRate& rate : books.rates) {
        if (rate.from_currency() == request->from_currency() &&
            rate.to_currency() == request->to_currency() && rate.on() <= request->on()) {
          *response->mutable_exchange_rate() = rate;
          return grpc::Status::OK;
        }
      }
      return Refusal(grpc::StatusCode::FAILED_PRECONDITION, "EXCHANGE_RATE_MISSING", "no rate");
    });
  }
};

class Recalls final : public inv::RecallService::Service, public FakeHandler {
  grpc::Status PlaceRecall(grpc::ServerContext* context, const inv::PlaceRecallRequest* request,
                           inv::PlaceRecallResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *books.recalls[request->recall().recall_id()].mutable_recall() = request->recall();
      *response->mutable_recall() = request->recall();
      response->set_quarantined_g(5'000);
      return grpc::Status::OK;
    });
  }
  grpc::Status LiftRecall(grpc::ServerContext* context, const inv::LiftRecallRequest* request,
                          inv::LiftRecallResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      response->set_released_g(request->release() ? 5'000 : 0);
      return grpc::Status::OK;
    });
  }
  // One row of stock a page.
  grpc::Status GetRecall(grpc::ServerContext* context, const inv::GetRecallRequest* request,
                         inv::GetRecallResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      const auto found = books.recalls.find(request->recall_id());
      if (found == books.recalls.end()) {
        return Refusal(grpc::StatusCode::NOT_FOUND, "RECALL_UNKNOWN", "no recall");
      }
      *response = found->second;
      response->clear_stock();
      const int row = request->page_token().empty() ? 0 : std::stoi(request->page_token());
      if (row < found->second.stock_size()) *response->add_stock() = found->second.stock(row);
      if (row + 1 < found->second.stock_size()) {
        response->set_next_page_token(std::to_string(row + 1));
      }
      return grpc::Status::OK;
    });
  }
  grpc::Status ListRecalls(grpc::ServerContext* context, const inv::ListRecallsRequest* request,
                           inv::ListRecallsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const auto& [id, recall] : books.recalls) *response->add_recalls() = recall.recall();
      return grpc::Status::OK;
    });
  }
};

class Packs final : public inv::OpenPackService::Service, public FakeHandler {
  grpc::Status OpenPacks(grpc::ServerContext* context, const inv::OpenPacksRequest* request,
                         inv::OpenPacksResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      response->mutable_opened()->set_opening_id(12);
      response->mutable_opened()->set_use_by("2025-07-14");
      return grpc::Status::OK;
    });
  }
  grpc::Status FinishPacks(grpc::ServerContext* context, const inv::FinishPacksRequest* request,
                           inv::FinishPacksResponse*) override {
    return Run(context, request, [&](FakeBooks&, bool) { return grpc::Status::OK; });
  }
  grpc::Status ListOpenPacks(grpc::ServerContext* context, const inv::ListOpenPacksRequest* request,
                             inv::ListOpenPacksResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const inv::OpenedPacks& opened : books.open_packs) *response->add_opened() = opened;
      return grpc::Status::OK;
    });
  }
};

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

class Stock final : public inv::StockService::Service, public FakeHandler {
  grpc::Status ListBalances(grpc::ServerContext* context, const inv::ListBalancesRequest* request,
                            inv::ListBalancesResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const inv::Balance& balance : books.balances) {
        if (!request->location_id().empty() && balance.account().place() != request->location_id())
          continue;
        *response->add_balances() = balance;
      }
      return grpc::Status::OK;
    });
  }
  grpc::Status GetLotPositions(grpc::ServerContext* context,
                               const inv::GetLotPositionsRequest* request,
                               inv::GetLotPositionsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const inv::LotPosition& position : books.positions) {
        *response->add_positions() = position;
      }
      return grpc::Status::OK;
    });
  }
  grpc::Status RecordCounts(grpc::ServerContext* context, const inv::RecordCountsRequest* request,
                            inv::RecordCountsResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      for (const inv::StockCount& count : request->counts()) {
        inv::RecordCountResponse& result = *response->add_results();
        result.set_expected_g(count.counted_g() + 10);
        result.set_variance_g(-10);
      }
      return grpc::Status::OK;
    });
  }
  grpc::Status ExplainCount(grpc::ServerContext* context, const inv::ExplainCountRequest* request,
                            inv::ExplainCountResponse*) override {
    return Run(context, request, [&](FakeBooks&, bool) { return grpc::Status::OK; });
  }
  grpc::Status GetCountSheet(grpc::ServerContext* context, const inv::GetCountSheetRequest* request,
                             inv::GetCountSheetResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const inv::CountSheetLine& line : books.count_sheet) *response->add_lines() = line;
      return grpc::Status::OK;
    });
  }
  grpc::Status ListCounts(grpc::ServerContext* context, const inv::ListCountsRequest* request,
                          inv::ListCountsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const inv::RecordedCount& count : books.counts) *response->add_counts() = count;
      return grpc::Status::OK;
    });
  }
  grpc::Status SummarizeStock(grpc::ServerContext* context,
                              const inv::SummarizeStockRequest* request,
                              inv::SummarizeStockResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const inv::StockSum& sum : books.stock_sums) *response->add_sums() = sum;
      return grpc::Status::OK;
    });
  }
  grpc::Status ListPostings(grpc::ServerContext* context, const inv::ListPostingsRequest* request,
                            inv::ListPostingsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const inv::Posting& posting : books.postings) *response->add_postings() = posting;
      return grpc::Status::OK;
    });
  }
  grpc::Status AdjustStock(grpc::ServerContext* context, const inv::AdjustStockRequest* request,
                           inv::AdjustStockResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      response->set_position(9);
      return grpc::Status::OK;
    });
  }
  grpc::Status ListAdjustmentReasons(grpc::ServerContext* context,
                                     const inv::ListAdjustmentReasonsRequest* request,
                                     inv::ListAdjustmentReasonsResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      inv::AdjustmentReasonInfo& reason = *response->add_reasons();
      reason.set_reason(inv::ADJUSTMENT_REASON_WATER);
      reason.set_name_en("spoilt by water or damp");
      reason.set_name_zh("受潮或水浸");
      reason.add_from(inv::ACCOUNT_KIND_USABLE);
      reason.set_to(inv::ACCOUNT_KIND_LOSS_WRITTEN_OFF);
      reason.set_by_hand(true);
      return grpc::Status::OK;
    });
  }
  grpc::Status RecordCount(grpc::ServerContext* context, const inv::RecordCountRequest* request,
                           inv::RecordCountResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      response->set_expected_g(request->count().counted_g() + 10);
      response->set_variance_g(-10);
      return grpc::Status::OK;
    });
  }
  grpc::Status VerifyBooks(grpc::ServerContext* context, const inv::VerifyBooksRequest* request,
                           grpc::ServerWriter<inv::VerifyBooksResponse>* writer) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const auto& response : books.verification) writer->Write(response);
      return grpc::Status::OK;
    });
  }
};

}  // namespace

void AddInventoryServices(FakeServer* server, FakeServices* services) {
  AddService<Catalog>(server, services);
  AddService<Packs>(server, services);
  AddService<Purchases>(server, services);
  AddService<Recalls>(server, services);
  AddService<Stock>(server, services);
}

}  // namespace milkway::cli::testing
