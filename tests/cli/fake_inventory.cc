#include <string>

#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/open_packs.grpc.pb.h"
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
  AddService<Recalls>(server, services);
  AddService<Stock>(server, services);
}

}  // namespace milkway::cli::testing
