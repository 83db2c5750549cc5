// The memory of requests that were answered: once a request id, by what it asked.

#include "services/runtime/once.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/runtime/records/v1/records.pb.h"
#include "runtime_testing.pb.h"
#include "services/runtime/errors.h"
#include "services/runtime/service_tables.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"

namespace milkway::runtime {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::MemoryStore;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ListBagsRequest;
using testing::ListLotsRequest;
using ::testing::Pair;
using testing::ServeMilkRequest;

constexpr char kText[] = "01976b0e-7c1e-7000-8000-5e0a1b2c3d4e";
constexpr RequestId kId{0x01976b0e'7c1e'7000, 0x8000'5e0a1b2c3d4e};
constexpr RequestId kOtherId{0x01976b0e'7c1e'7000, 0x8000'5e0a1b2c3d4f};

class OnceTest : public ::testing::Test {
 protected:
  OnceTable Open(ServiceTag service = ServiceTag::kInventory) {
    return *OnceTable::Open(service, store_.get());
  }

  template <typename Body>
  absl::Status Transact(Body body) {
    return store_->TransactAndWait(body);
  }

  absl::StatusOr<std::optional<OnceTable::Memory>> Find(const OnceTable& once, RequestId id,
                                                        const BodyHash& hash) {
    return once.Find(*store_->NewSnapshot(), id, hash);
  }

  MemoryStore store_;
};

ListLotsRequest Lots(const std::string& location_id, std::initializer_list<int64_t> lot_ids = {}) {
  ListLotsRequest request;
  request.set_location_id(location_id);
  for (const int64_t lot_id : lot_ids) request.add_lot_ids(lot_id);
  return request;
}

class HashOfARequest : public OnceTest {
 protected:
  BodyHash HashOf(const google::protobuf::Message& request) { return once_.HashOf(request); }

  const OnceTable once_ = Open();
};

TEST_F(HashOfARequest, IsTheSameForTheSameValues) {
  EXPECT_EQ(HashOf(Lots("changyuan", {1, 2})), HashOf(Lots("changyuan", {1, 2})));
}

TEST_F(HashOfARequest, IsAnotherForOtherValues) {
  const std::set<BodyHash> hashes = {
      HashOf(ListLotsRequest()),
      HashOf(Lots("changyuan")),
      HashOf(Lots("lushan")),
      HashOf(Lots("changyuan", {0})),
      HashOf(Lots("changyuan", {1, 2})),
      HashOf(Lots("changyuan", {2, 1})),
      HashOf(Lots("changyuan", {1})),
      HashOf(Lots("", {1})),
  };

  EXPECT_EQ(hashes.size(), 8u);
}

TEST_F(HashOfARequest, DoesNotDependOnTheOrderOnTheWire) {
  const std::string place = Lots("changyuan").SerializeAsString();
  const std::string packed = Lots("", {1, 2}).SerializeAsString();
  const std::string one_by_one = "\x20\x01\x20\x02";  // field 4, not packed
  ListLotsRequest forward, backward, unpacked, overwritten;
  ASSERT_TRUE(forward.ParseFromString(place + packed));
  ASSERT_TRUE(backward.ParseFromString(packed + place));
  ASSERT_TRUE(unpacked.ParseFromString(one_by_one + place));
  ASSERT_TRUE(overwritten.ParseFromString(Lots("lushan").SerializeAsString() + packed + place));

  EXPECT_EQ(HashOf(forward), HashOf(Lots("changyuan", {1, 2})));
  EXPECT_EQ(HashOf(backward), HashOf(forward));
  EXPECT_EQ(HashOf(unpacked), HashOf(forward));
  EXPECT_EQ(HashOf(overwritten), HashOf(forward));
}

TEST_F(HashOfARequest, DoesNotDependOnTheOrderOfAMap) {
  ListLotsRequest forward, backward;
  for (int i = 0; i < 50; ++i) (*forward.mutable_labels())[absl::StrCat(i)] = "x";
  for (int i = 49; i >= 0; --i) (*backward.mutable_labels())[absl::StrCat(i)] = "x";

  EXPECT_EQ(HashOf(forward), HashOf(backward));
  (*backward.mutable_labels())["7"] = "y";
  EXPECT_NE(HashOf(forward), HashOf(backward));
}

TEST_F(HashOfARequest, DoesNotDependOnUnknownFieldsHoweverDeep) {
  ServeMilkRequest known;
  known.mutable_serving()->set_school_id("changyuan");
  known.add_more()->set_quantity_g(25);
  const auto add_unknown = [](google::protobuf::Message* message) {
    message->GetReflection()->MutableUnknownFields(message)->AddVarint(1000, 1);
  };
  ServeMilkRequest at_top = known, in_message = known, in_list = known;
  add_unknown(&at_top);
  add_unknown(in_message.mutable_serving());
  add_unknown(in_list.mutable_more(0));

  EXPECT_EQ(HashOf(at_top), HashOf(known));
  EXPECT_EQ(HashOf(in_message), HashOf(known));
  EXPECT_EQ(HashOf(in_list), HashOf(known));
}

TEST_F(HashOfARequest, LeavesTheRequestAsItIs) {
  ServeMilkRequest request;
  request.GetReflection()->MutableUnknownFields(&request)->AddVarint(1000, 1);
  const std::string before = request.SerializeAsString();

  (void)HashOf(request);

  EXPECT_EQ(request.SerializeAsString(), before);
}

TEST_F(HashOfARequest, TellsAMessageThatIsSetFromOneThatIsNot) {
  ServeMilkRequest with_empty_serving;
  with_empty_serving.mutable_serving();

  EXPECT_NE(HashOf(with_empty_serving), HashOf(ServeMilkRequest()));
}

TEST_F(HashOfARequest, IsAnotherForAnotherTypeWithTheSameBytes) {
  ListBagsRequest bags;
  bags.set_location_id("changyuan");
  ASSERT_EQ(bags.SerializeAsString(), Lots("changyuan").SerializeAsString());

  EXPECT_NE(HashOf(bags), HashOf(Lots("changyuan")));
}

TEST_F(HashOfARequest, IsTheSameAfterTheStoreWasOpenedAgain) {
  const BodyHash before = HashOf(Lots("changyuan"));

  store_.Reopen();

  EXPECT_EQ(Open().HashOf(Lots("changyuan")), before);
}

TEST_F(HashOfARequest, HasAKeyOfItsOwnInEveryStoreAndService) {
  MemoryStore other_store;
  const auto elsewhere = OnceTable::Open(ServiceTag::kInventory, other_store.get());

  EXPECT_NE(HashOf(Lots("changyuan")), elsewhere->HashOf(Lots("changyuan")));
  EXPECT_NE(HashOf(Lots("changyuan")), Open(ServiceTag::kShipments).HashOf(Lots("changyuan")));
}

TEST_F(HashOfARequest, NeedsAKeyThatIsWhole) {
  const std::string row = TableKey(ServiceTag::kInventory, kHashKeyTable);
  ASSERT_EQ((*store_->NewSnapshot()->Get(row))->size(), 32u);
  ASSERT_THAT(Transact([&](storage::Transaction& transaction) {
                return transaction.Put(row, "too short");
              }),
              IsOk());

  EXPECT_THAT(OnceTable::Open(ServiceTag::kInventory, store_.get()),
              StatusIs(absl::StatusCode::kDataLoss));
}

class MemoryOfRequests : public OnceTest {
 protected:
  absl::Status Remember(RequestId id, const BodyHash& hash, const std::string& answer) {
    return Transact([&](storage::Transaction& transaction) {
      return once_.Remember(transaction, id, hash, answer);
    });
  }
  absl::Status Reserve(RequestId id, const BodyHash& hash, uint64_t intent_id) {
    return Transact([&](storage::Transaction& transaction) {
      return once_.Reserve(transaction, id, hash, intent_id);
    });
  }
  absl::Status Forget(RequestId id) {
    return Transact(
        [&](storage::Transaction& transaction) { return once_.Forget(transaction, id); });
  }

  const OnceTable once_ = Open();
  const BodyHash hash_ = once_.HashOf(Lots("changyuan"));
  const BodyHash other_hash_ = once_.HashOf(Lots("lushan"));
};

TEST_F(MemoryOfRequests, KnowsNothingOfANewOne) {
  ASSERT_THAT(Remember(kOtherId, hash_, "answer"), IsOk());

  const auto memory = Find(once_, kId, hash_);

  ASSERT_THAT(memory, IsOk());
  EXPECT_EQ(*memory, std::nullopt);
}

TEST_F(MemoryOfRequests, GivesTheAnswerByteForByte) {
  const std::string answer("an\0swer\xff", 8);
  ASSERT_THAT(Remember(kId, hash_, answer), IsOk());

  const auto memory = Find(once_, kId, hash_);

  ASSERT_THAT(memory, IsOk());
  ASSERT_TRUE(memory->has_value());
  EXPECT_EQ((*memory)->answer, answer);
  EXPECT_EQ((*memory)->intent_id, 0u);
}

TEST_F(MemoryOfRequests, IsWrittenWithTheChangeOrNotAtAll) {
  const absl::Status refused = Transact([&](storage::Transaction& transaction) -> absl::Status {
    EXPECT_THAT(once_.Remember(transaction, kId, hash_, "answer"), IsOk());
    EXPECT_TRUE((*once_.Find(transaction, kId, hash_)).has_value());
    return absl::AbortedError("no");
  });

  ASSERT_THAT(refused, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(*Find(once_, kId, hash_), std::nullopt);
}

TEST_F(MemoryOfRequests, RefusesTheIdWithAnotherBody) {
  ASSERT_THAT(Remember(kId, hash_, "answer"), IsOk());

  const auto memory = Find(once_, kId, other_hash_);

  EXPECT_THAT(memory, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(memory, IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_THAT(PartsOf(memory.status()).metadata, ElementsAre(Pair("request_id", kText)));
  EXPECT_THAT(std::string(memory.status().message()), HasSubstr(kText));
}

TEST_F(MemoryOfRequests, NamesTheIntentOfARequestThatIsUnderWay) {
  ASSERT_THAT(Reserve(kId, hash_, 42), IsOk());

  EXPECT_EQ((**Find(once_, kId, hash_)).intent_id, 42u);
  EXPECT_THAT(Find(once_, kId, other_hash_), IsRefusal("REQUEST_ID_REUSED"));
}

TEST_F(MemoryOfRequests, HasAnAnswerOnceTheIntentIsConcluded) {
  ASSERT_THAT(Reserve(kId, hash_, 42), IsOk());

  ASSERT_THAT(Remember(kId, hash_, "answer"), IsOk());

  EXPECT_EQ((**Find(once_, kId, hash_)).answer, "answer");
  EXPECT_EQ((**Find(once_, kId, hash_)).intent_id, 0u);
}

TEST_F(MemoryOfRequests, TakesAForgottenRequestWithAnotherBody) {
  ASSERT_THAT(Reserve(kId, hash_, 42), IsOk());

  ASSERT_THAT(Forget(kId), IsOk());

  EXPECT_EQ(*Find(once_, kId, hash_), std::nullopt);
  EXPECT_EQ(*Find(once_, kId, other_hash_), std::nullopt);
}

TEST_F(MemoryOfRequests, IsKeptOverARestart) {
  ASSERT_THAT(Remember(kId, hash_, "answer"), IsOk());
  ASSERT_THAT(Reserve(kOtherId, hash_, 42), IsOk());

  store_.Reopen();
  const OnceTable again = Open();

  EXPECT_EQ((**Find(again, kId, hash_)).answer, "answer");
  EXPECT_THAT(Find(again, kId, other_hash_), IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_EQ((**Find(again, kOtherId, hash_)).intent_id, 42u);
}

TEST_F(MemoryOfRequests, IsNotSharedByServicesOfOneStore) {
  const OnceTable shipments = Open(ServiceTag::kShipments);
  const BodyHash hash_there = shipments.HashOf(Lots("changyuan"));
  ASSERT_THAT(Remember(kId, hash_, "answer"), IsOk());

  EXPECT_EQ(*Find(shipments, kId, hash_there), std::nullopt);
  ASSERT_THAT(Transact([&](storage::Transaction& transaction) {
                return shipments.Remember(transaction, kId, hash_there, "of shipments");
              }),
              IsOk());

  EXPECT_EQ((**Find(once_, kId, hash_)).answer, "answer");
  EXPECT_EQ((**Find(shipments, kId, hash_there)).answer, "of shipments");
}

// Service, table, id: these bytes are on disk.
const std::string kRow = absl::HexStringToBytes(
    "01f0"
    "01976b0e7c1e7000"
    "80005e0a1b2c3d4e");

TEST_F(MemoryOfRequests, LiesAtTheKeyThatIsDocumented) {
  ASSERT_THAT(Remember(kId, hash_, "answer"), IsOk());

  records::v1::RememberedRequest record;
  const auto bytes = store_->NewSnapshot()->Get(kRow);

  ASSERT_TRUE(bytes->has_value());
  ASSERT_TRUE(record.ParseFromString(**bytes));
  EXPECT_EQ(record.body_hash(), absl::string_view(hash_.data(), hash_.size()));
  EXPECT_EQ(record.answer(), "answer");
}

TEST_F(MemoryOfRequests, ThatIsDamagedIsNeverTakenForNone) {
  ASSERT_THAT(Transact([&](storage::Transaction& transaction) {
                return transaction.Put(kRow, "\xff\xff\xff");
              }),
              IsOk());

  EXPECT_THAT(Find(once_, kId, hash_), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace milkway::runtime
