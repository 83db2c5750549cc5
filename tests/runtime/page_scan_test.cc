// Pages of a table: one after another they give every row once.

#include "services/runtime/page_scan.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "runtime_testing.pb.h"
#include "services/runtime/record_table.h"
#include "storage/key_codec.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::MemoryStore;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::ListLotsRequest;
using testing::Serving;
using ::testing::SizeIs;

// school, number -> serving
using ServingKey = storage::KeySchema<0x7f30, std::string, int64_t>;
using ServingTable = RecordTable<ServingKey, Serving>;
// Rows of other tables, before and after.
using TableBefore = storage::KeySchema<0x7f2f>;
using TableAfter = storage::KeySchema<0x7f31>;

class PagesTest : public ::testing::Test {
 protected:
  PagesTest() {
    Write([](storage::Transaction& transaction) {
      absl::Status status = transaction.Put(TableBefore::Encode(), "not a serving \xff");
      status.Update(transaction.Put(TableAfter::Encode(), "not a serving \xff"));
      return status;
    });
  }

  void Write(storage::Store::Body body) {
    ASSERT_THAT(store_->TransactAndWait(std::move(body)), IsOk());
  }

  // Servings 1 to `count` at `school_id`, each of as many grams.
  void AddServings(const std::string& school_id, int64_t count) {
    Write([&](storage::Transaction& transaction) {
      absl::Status status;
      for (int64_t number = 1; number <= count; ++number) {
        Serving serving;
        serving.set_quantity_g(number);
        status.Update(ServingTable::Put(transaction, serving, school_id, number));
      }
      return status;
    });
  }

  struct Page {
    std::vector<int64_t> grams;
    std::string next_token;
  };
  using Filter = absl::FunctionRef<bool(int64_t grams)>;

  absl::StatusOr<Page> Read(const ListLotsRequest& request, const storage::KeyRange& range,
                            Filter filter) {
    Page page;
    auto token = ScanPage<ServingTable>(*store_->NewSnapshot(), range, request,
                                        [&](const ServingTable::Key&, const Serving& serving) {
                                          if (!filter(serving.quantity_g())) return false;
                                          page.grams.push_back(serving.quantity_g());
                                          return true;
                                        });
    if (!token.ok()) return token.status();
    page.next_token = *std::move(token);
    return page;
  }

  // All pages of `page_size` rows at "changyuan".
  std::vector<std::vector<int64_t>> ReadAll(int32_t page_size, Filter filter) {
    std::vector<std::vector<int64_t>> pages;
    ListLotsRequest request;
    request.set_page_size(page_size);
    do {
      const auto page = Read(request, ServingKey::Range(std::string("changyuan")), filter);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      pages.push_back(page->grams);
      request.set_page_token(page->next_token);
    } while (!request.page_token().empty());
    return pages;
  }

  static bool All(int64_t) { return true; }

  MemoryStore store_;
};

TEST_F(PagesTest, OfNothingAreOneEmptyPage) {
  AddServings("lushan", 3);

  EXPECT_THAT(ReadAll(10, All), ElementsAre(IsEmpty()));
}

TEST_F(PagesTest, GiveEveryRowOfTheRangeOnceInOrder) {
  AddServings("changyuan", 5);
  AddServings("changyuan2", 3);
  AddServings("aaa", 3);

  EXPECT_THAT(ReadAll(2, All), ElementsAre(ElementsAre(1, 2), ElementsAre(3, 4), ElementsAre(5)));
}

TEST_F(PagesTest, EndWithoutAnEmptyOneWhereTheLastIsFull) {
  AddServings("changyuan", 4);

  EXPECT_THAT(ReadAll(2, All), ElementsAre(ElementsAre(1, 2), ElementsAre(3, 4)));
}

TEST_F(PagesTest, HoldAHundredRowsUnlessSaid) {
  AddServings("changyuan", 150);

  const auto page = Read(ListLotsRequest(), ServingKey::Range(std::string("changyuan")), All);

  EXPECT_THAT(page->grams, SizeIs(100));
}

TEST_F(PagesTest, CountOnlyTheRowsThatAreTaken) {
  AddServings("changyuan", 9);

  EXPECT_THAT(ReadAll(2, [](int64_t grams) { return grams % 3 == 0; }),
              ElementsAre(ElementsAre(3, 6), ElementsAre(9)));
}

TEST_F(PagesTest, ThatFindFewRowsAreShortAndGoOn) {
  AddServings("changyuan", 2 * kRowsPerPageMax + 5);

  const auto pages =
      ReadAll(10, [](int64_t grams) { return grams == 1 || grams == 2 * kRowsPerPageMax + 1; });

  EXPECT_THAT(pages, ElementsAre(ElementsAre(1), IsEmpty(), ElementsAre(2 * kRowsPerPageMax + 1)));
}

TEST_F(PagesTest, GoOnAfterARowThatIsGone) {
  AddServings("changyuan", 6);
  ListLotsRequest request;
  request.set_page_size(2);
  const storage::KeyRange range = ServingKey::Range(std::string("changyuan"));
  request.set_page_token(Read(request, range, All)->next_token);
  Write([](storage::Transaction& transaction) {
    absl::Status status = ServingTable::Delete(transaction, std::string("changyuan"), int64_t{2});
    status.Update(ServingTable::Delete(transaction, std::string("changyuan"), int64_t{3}));
    return status;
  });

  EXPECT_THAT(Read(request, range, All)->grams, ElementsAre(4, 5));
}

TEST_F(PagesTest, NeedATokenOfTheSameQuery) {
  AddServings("changyuan", 6);
  ListLotsRequest request;
  request.set_page_size(2);
  const storage::KeyRange range = ServingKey::Range(std::string("changyuan"));
  request.set_page_token(Read(request, range, All)->next_token);

  request.set_location_id("other");

  EXPECT_THAT(Read(request, range, All), NamesField("page_token"));
}

TEST_F(PagesTest, NeverLeaveTheRangeWhateverTheToken) {
  AddServings("changyuan", 3);
  AddServings("lushan", 3);
  ListLotsRequest request;
  request.set_page_token(NextPageToken(request, ServingKey::Encode("aaa", 1)));
  EXPECT_THAT(Read(request, ServingKey::Range(std::string("changyuan")), All)->grams,
              ElementsAre(1, 2, 3));

  request.set_page_token("");
  request.set_page_token(NextPageToken(request, ServingKey::Encode("lushan", 1)));
  EXPECT_THAT(Read(request, ServingKey::Range(std::string("changyuan")), All)->grams, IsEmpty());
}

TEST_F(PagesTest, StopAtARowThatIsDamaged) {
  AddServings("changyuan", 3);
  Write([](storage::Transaction& transaction) {
    return transaction.Put(ServingKey::Encode("changyuan", 2), "\xff\xff");
  });

  EXPECT_THAT(Read(ListLotsRequest(), ServingKey::Range(std::string("changyuan")), All),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace milkway::runtime
