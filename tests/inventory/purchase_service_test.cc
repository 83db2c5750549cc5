// Purchases with their papers, returns, contacts and opened bags, as callers see them.

#include <string>
#include <vector>

#include "tests/inventory/inventory_system.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;

class PurchaseServiceTest : public InventorySystemTest {
 protected:
  v1::AttachPurchaseDocumentRequest Paper(const std::string& id) {
    v1::AttachPurchaseDocumentRequest request;
    request.set_request_id(NextRequestId());
    request.set_purchase_id("P-L1-depot");
    request.mutable_document()->set_document_id(id);
    request.mutable_document()->set_type(common::v1::DOCUMENT_TYPE_INVOICE);
    request.mutable_document()->set_sha256(std::string(32, 'x'));
    return request;
  }
  v1::RecordSupplierReturnRequest Return(int64_t lot, int64_t grams) {
    v1::RecordSupplierReturnRequest request;
    request.set_request_id(NextRequestId());
    v1::SupplierReturn& goods = *request.mutable_supplier_return();
    goods.set_return_id("RT-1");
    goods.set_supplier_id("farm");
    goods.set_location_id("depot");
    *goods.mutable_returned_at() = May(20);
    goods.set_reason(v1::RETURN_REASON_QUALITY);
    v1::ReturnLine& line = *goods.add_lines();
    line.set_lot_id(lot);
    line.set_condition(v1::ACCOUNT_KIND_USABLE);
    line.set_quantity_g(grams);
    return request;
  }
  v1::OpenPacksRequest Open(int64_t lot, int64_t packs, int day = 10) {
    v1::OpenPacksRequest request;
    request.set_request_id(NextRequestId());
    request.set_location_id("east");
    request.set_lot_id(lot);
    request.set_packs(packs);
    *request.mutable_opened_at() = May(day);
    return request;
  }
  v1::ListOpenPacksResponse OpenPacks(bool overdue_only = false, const std::string& on = "") {
    v1::ListOpenPacksRequest request;
    request.set_overdue_only(overdue_only);
    request.set_on(on);
    const auto page = Call(&v1::OpenPackService::Stub::ListOpenPacks, request);
    EXPECT_THAT(page, IsOk());
    return page.value_or(v1::ListOpenPacksResponse());
  }
};

TEST_F(PurchaseServiceTest, PapersAreAttachedOnceAndNeverChanged) {
  Buy("L1", 3);
  ASSERT_THAT(Call(&v1::PurchaseService::Stub::AttachPurchaseDocument, Paper("INV-2")), IsOk());
  ASSERT_THAT(Call(&v1::PurchaseService::Stub::AttachPurchaseDocument, Paper("INV-1")), IsOk());
  EXPECT_THAT(Call(&v1::PurchaseService::Stub::AttachPurchaseDocument, Paper("INV-1")), IsOk());
  v1::AttachPurchaseDocumentRequest other = Paper("INV-1");
  other.mutable_document()->set_number("8");

  EXPECT_THAT(Call(&v1::PurchaseService::Stub::AttachPurchaseDocument, other),
              IsRefusal("DOCUMENT_EXISTS"));
  v1::GetPurchaseRequest get;
  get.set_purchase_id("P-L1-depot");
  const auto purchase = Call(&v1::PurchaseService::Stub::GetPurchase, get);
  ASSERT_EQ(purchase->documents_size(), 2);
  EXPECT_EQ(purchase->documents(0).document_id(), "INV-1");
  v1::ListPurchaseDocumentsRequest list;
  list.set_purchase_id("P-L1-depot");
  list.set_page_size(1);
  const auto page = Call(&v1::PurchaseService::Stub::ListPurchaseDocuments, list);
  EXPECT_EQ(page->documents_size(), 1);
  EXPECT_FALSE(page->next_page_token().empty());
}

TEST_F(PurchaseServiceTest, APaperThatIsWrongNamesItsField) {
  Buy("L1", 3);
  const auto refuses = [&](const char* field, const v1::AttachPurchaseDocumentRequest& request) {
    EXPECT_THAT(Call(&v1::PurchaseService::Stub::AttachPurchaseDocument, request),
                NamesField(field));
  };
  v1::AttachPurchaseDocumentRequest request = Paper("INV-1");
  request.mutable_document()->set_sha256("short");
  refuses("document.sha256", request);
  request = Paper("INV-1");
  request.mutable_document()->set_uri("javascript:alert(1)");
  refuses("document.uri", request);
  request = Paper("INV-1");
  request.mutable_document()->set_issued_on("2025-02-02");
  request.mutable_document()->set_valid_until("2025-02-01");
  refuses("document.valid_until", request);
  request = Paper("INV-1");
  request.mutable_document()->clear_type();
  refuses("document.type", request);
}

TEST_F(PurchaseServiceTest, ALaterCostNamesThePaperThatStatesIt) {
  Buy("L1", 3);
  v1::AddPurchaseCostRequest request;
  request.set_request_id(NextRequestId());
  request.set_purchase_id("P-L1-depot");
  request.mutable_cost()->set_cost_id("F-1");
  request.mutable_cost()->set_kind(v1::COST_KIND_FREIGHT);
  request.mutable_cost()->set_incurred_on("2025-05-03");
  request.mutable_cost()->mutable_amount()->set_currency_code("AUD");
  request.mutable_cost()->mutable_amount()->set_minor_units(500);
  request.mutable_cost()->set_document_id("INV-1");
  EXPECT_THAT(Call(&v1::PurchaseService::Stub::AddPurchaseCost, request),
              IsRefusal("DOCUMENT_UNKNOWN"));
  ASSERT_THAT(Call(&v1::PurchaseService::Stub::AttachPurchaseDocument, Paper("INV-1")), IsOk());

  ASSERT_THAT(Call(&v1::PurchaseService::Stub::AddPurchaseCost, request), IsOk());

  v1::GetPurchaseRequest get;
  get.set_purchase_id("P-L1-depot");
  const auto purchase = Call(&v1::PurchaseService::Stub::GetPurchase, get);
  EXPECT_EQ(purchase->purchase().costs(0).document_id(), "INV-1");
  EXPECT_EQ(purchase->lots(0).landed_cost().minor_units(), 3'500);
}

TEST_F(PurchaseServiceTest, SeveralLotsGoBackInOnePosting) {
  const int64_t first = Buy("L1", 3);
  const int64_t second = Buy("L2", 1);
  v1::RecordSupplierReturnRequest request = Return(first, 2'000);
  *request.mutable_supplier_return()->add_lines() =
      Return(second, 1'000).supplier_return().lines(0);

  const auto returned = Call(&v1::PurchaseService::Stub::RecordSupplierReturn, request);

  ASSERT_THAT(returned, IsOk());
  v1::GetPostingRequest get;
  get.set_position(returned->supplier_return().position());
  const auto posting = Call(&v1::StockService::Stub::GetPosting, get);
  EXPECT_EQ(posting->posting().movements_size(), 2);
  EXPECT_EQ(posting->posting().reference(), "return/RT-1");
  EXPECT_EQ(posting->posting().adjustment_reason(), v1::ADJUSTMENT_REASON_RETURNED);
  const auto list =
      Call(&v1::PurchaseService::Stub::ListSupplierReturns, v1::ListSupplierReturnsRequest());
  EXPECT_EQ(list->supplier_returns_size(), 1);
}

TEST_F(PurchaseServiceTest, AReturnIsAllOrNothing) {
  const int64_t lot = Buy("L1", 3);
  v1::RecordSupplierReturnRequest request = Return(lot, 1'000);
  *request.mutable_supplier_return()->add_lines() =
      Return(Buy("L2", 1), 1'001).supplier_return().lines(0);

  EXPECT_THAT(Call(&v1::PurchaseService::Stub::RecordSupplierReturn, request),
              IsRefusal("STOCK_MISSING"));
  EXPECT_EQ(Balances()[0].quantity_g(), 3'000);
  request = Return(lot, 1'000);
  request.mutable_supplier_return()->set_supplier_id("other-farm");
  EXPECT_THAT(Call(&v1::PurchaseService::Stub::RecordSupplierReturn, request),
              IsRefusal("SUPPLIER_MISMATCH"));
}

TEST_F(PurchaseServiceTest, APurchaseKeepsItsOrder) {
  v1::RecordPurchaseRequest request;
  request.set_request_id(NextRequestId());
  v1::Purchase& purchase = *request.mutable_purchase();
  purchase.set_purchase_id("P-1");
  purchase.set_purchased_on("2025-05-01");
  purchase.set_supplier_id("farm");
  purchase.set_destination_id("depot");
  purchase.set_order_number("PO-2025-3");
  purchase.set_ordered_on("2025-05-02");
  v1::PurchaseLine& line = *purchase.add_lines();
  line.set_product_id("milk");
  line.set_lot_number("L1");
  line.set_expires_on("2026-01-01");
  line.set_packs(1);
  line.mutable_unit_price()->set_currency_code("AUD");
  EXPECT_THAT(Call(&v1::PurchaseService::Stub::RecordPurchase, request),
              NamesField("purchase.ordered_on"));
  purchase.set_ordered_on("2025-03-02");

  ASSERT_THAT(Call(&v1::PurchaseService::Stub::RecordPurchase, request), IsOk());

  v1::GetPurchaseRequest get;
  get.set_purchase_id("P-1");
  const auto stored = Call(&v1::PurchaseService::Stub::GetPurchase, get);
  EXPECT_EQ(stored->purchase().order_number(), "PO-2025-3");
  EXPECT_EQ(stored->purchase().ordered_on(), "2025-03-02");
}

TEST_F(PurchaseServiceTest, ContactsOfAPlaceAreReplacedAsAWhole) {
  v1::SetContactsRequest request;
  request.set_location_id("east");
  v1::Contact& contact = *request.add_contacts();
  contact.set_name("王校长");
  contact.set_phone("+8613800000000");
  Write(&v1::CatalogService::Stub::SetContacts, request);
  request.mutable_contacts(0)->set_name("赵老师");
  Write(&v1::CatalogService::Stub::SetContacts, request);

  v1::GetContactsRequest get;
  get.add_location_ids("west");
  get.add_location_ids("east");
  const auto contacts = Call(&v1::CatalogService::Stub::GetContacts, get);

  ASSERT_THAT(contacts, IsOk());
  ASSERT_EQ(contacts->places_size(), 2);
  EXPECT_EQ(contacts->places(0).contacts_size(), 0);
  ASSERT_EQ(contacts->places(1).contacts_size(), 1);
  EXPECT_EQ(contacts->places(1).contacts(0).name(), "赵老师");
  request.set_request_id(NextRequestId());
  request.mutable_contacts(0)->set_phone("13800000000");
  EXPECT_THAT(Call(&v1::CatalogService::Stub::SetContacts, request),
              NamesField("contacts[0].phone"));
  EXPECT_THAT(Call(&v1::CatalogService::Stub::SetContacts, request, "school_contact:wang:west"),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(PurchaseServiceTest, AnOpenedPackIsOverdueAfterItsDays) {
  const int64_t lot = Buy("L1", 3, "east");

  const auto opened = Call(&v1::OpenPackService::Stub::OpenPacks, Open(lot, 2));

  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->opened().use_by(), "2025-05-24");
  EXPECT_EQ(OpenPacks(true, "2025-05-24").opened_size(), 0);
  ASSERT_EQ(OpenPacks(true, "2025-05-25").opened_size(), 1);
  EXPECT_EQ(OpenPacks(true).opened_size(), 1);  // today is June
  EXPECT_TRUE(OpenPacks().opened(0).overdue());
}

TEST_F(PurchaseServiceTest, PacksThatAreEmptyAlreadyAreNotOpen) {
  const int64_t lot = Buy("L1", 5, "east");
  v1::OpenPacksRequest late = Open(lot, 3);
  late.set_finished_packs(2);

  ASSERT_THAT(Call(&v1::OpenPackService::Stub::OpenPacks, late), IsOk());
  late = Open(lot, 1);
  late.set_finished_packs(1);
  ASSERT_THAT(Call(&v1::OpenPackService::Stub::OpenPacks, late), IsOk());

  ASSERT_EQ(OpenPacks().opened_size(), 1);
  EXPECT_EQ(OpenPacks().opened(0).packs(), 3);
  EXPECT_EQ(OpenPacks().opened(0).open_packs(), 1);
  EXPECT_GT(OpenPacks().opened(0).recorded_us(), 0);
  late = Open(lot, 1);
  late.set_finished_packs(2);
  EXPECT_THAT(Call(&v1::OpenPackService::Stub::OpenPacks, late), NamesField("finished_packs"));
}

TEST_F(PurchaseServiceTest, APackIsNeverUsedAfterTheLotsLastDay) {
  const int64_t lot = Buy("L1", 3, "east", "2025-05-15");

  const auto opened = Call(&v1::OpenPackService::Stub::OpenPacks, Open(lot, 1));

  EXPECT_EQ(opened->opened().use_by(), "2025-05-15");
}

TEST_F(PurchaseServiceTest, NoMorePacksAreOpenedThanLieThere) {
  const int64_t lot = Buy("L1", 2, "east");

  EXPECT_THAT(Call(&v1::OpenPackService::Stub::OpenPacks, Open(lot, 3)),
              IsRefusal("PACKS_MISSING"));
  ASSERT_THAT(Call(&v1::OpenPackService::Stub::OpenPacks, Open(lot, 2)), IsOk());
  EXPECT_THAT(Call(&v1::OpenPackService::Stub::OpenPacks, Open(lot, 2)),
              IsRefusal("PACKS_MISSING"));
  Recall("R-1", "L1");
  EXPECT_THAT(Call(&v1::OpenPackService::Stub::OpenPacks, Open(lot, 1, 21)),
              IsRefusal("LOT_RECALLED"));
}

TEST_F(PurchaseServiceTest, WhatIsThrownAwayFromAnOpenPackIsWrittenOff) {
  const int64_t lot = Buy("L1", 3, "east");
  const auto opened = Call(&v1::OpenPackService::Stub::OpenPacks, Open(lot, 2));
  v1::FinishPacksRequest request;
  request.set_location_id("east");
  request.set_opening_id(opened->opened().opening_id());
  request.set_packs(1);
  *request.mutable_finished_at() = May(26);
  request.set_discarded_g(180);

  const auto finished = Write(&v1::OpenPackService::Stub::FinishPacks, request);

  EXPECT_EQ(finished.opened().open_packs(), 1);
  EXPECT_EQ(finished.opened().usable_g(), 2'820);
  v1::GetPostingRequest get;
  get.set_position(finished.position());
  EXPECT_EQ(Call(&v1::StockService::Stub::GetPosting, get)->posting().adjustment_reason(),
            v1::ADJUSTMENT_REASON_OPENED_TOO_LONG);
  request.set_request_id(NextRequestId());
  request.set_packs(2);
  EXPECT_THAT(Call(&v1::OpenPackService::Stub::FinishPacks, request), IsRefusal("PACKS_FINISHED"));
  request.set_packs(1);
  request.set_discarded_g(1'001);
  EXPECT_THAT(Call(&v1::OpenPackService::Stub::FinishPacks, request), NamesField("discarded_g"));
  request.set_discarded_g(0);
  Write(&v1::OpenPackService::Stub::FinishPacks, request);
  EXPECT_EQ(OpenPacks().opened_size(), 0);
}

TEST_F(PurchaseServiceTest, ASchoolOpensPacksOfItsOwnOnly) {
  const int64_t lot = Buy("L1", 3, "east");

  EXPECT_THAT(Call(&v1::OpenPackService::Stub::OpenPacks, Open(lot, 1), "school_contact:wang:west"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Call(&v1::OpenPackService::Stub::OpenPacks, Open(lot, 1), "school_contact:wang:east"),
              IsOk());
}

}  // namespace
}  // namespace milkway::inventory
