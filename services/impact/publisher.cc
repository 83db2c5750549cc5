#include "services/impact/publisher.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/allocations.h"
#include "services/impact/events.h"
#include "services/impact/impact_errors.h"
#include "services/impact/impact_query.h"
#include "services/impact/statement_codec.h"
#include "services/impact/told_lot.h"
#include "services/runtime/once.h"

namespace milkway::impact {

namespace {

namespace con = consumption::v1;
namespace inv = inventory::v1;
using Stage = rec::PublicationRecord::Stage;

constexpr char kCaller[] = "service:impact";
constexpr size_t kLotsOfAStep = 500;
constexpr size_t kLeavesOfAStep = 500;
constexpr size_t kGiftsOfAStep = 20;

// The id of a step's question: the same when the step is taken again.
std::string StepId(const Publication& publication, absl::string_view step) {
  const runtime::RequestId id = {publication.record.request_high(),
                                 publication.record.request_low()};
  return runtime::FormatRequestId(runtime::DeriveRequestId(id, step));
}

void Enter(Stage stage, rec::PublicationRecord* record) {
  record->set_stage(stage);
  record->clear_after_lot();
  record->clear_after_school_number();
  record->clear_after_id();
}

Label LabelOf(const rec::LotRecord& lot) {
  return {lot.energy_j_100g(), lot.protein_mg_100g(), lot.calcium_ug_100g()};
}

// The lots that gifts paid for, after one of them.
absl::StatusOr<std::vector<LotId>> LotsAfter(const storage::Reader& reader, int64_t after_lot) {
  std::vector<LotId> lots;
  const storage::KeyRange range = {storage::PrefixRange(LotTable::Schema::Encode(after_lot)).to,
                                   LotTable::Schema::Range().to};
  RETURN_IF_ERROR(
      LotTable::Scan(reader, range, [&](const LotTable::Key& key, const rec::LotRecord&) {
        lots.push_back(LotId{std::get<0>(key)});
        return lots.size() < kLotsOfAStep;
      }));
  return lots;
}

struct LeafToWrite {
  LotId lot;
  std::string school_id;  // empty: of the lot
};

absl::StatusOr<std::vector<LeafToWrite>> LeavesAfter(const storage::Reader& reader,
                                                     const Publication& publication) {
  const rec::PublicationRecord& record = publication.record;
  storage::KeyRange range = StatementLeafKey::Range(publication.number);
  if (record.after_lot() > 0) {
    range.from =
        storage::PrefixRange(
            StatementLeafKey::Encode(publication.number, record.after_lot(), record.after_id()))
            .to;
  }
  std::vector<LeafToWrite> leaves;
  RETURN_IF_ERROR(StatementLeafTable::Scan(
      reader, range, [&](const StatementLeafKey::Key& key, const rec::StatementLeafRecord&) {
        leaves.push_back({LotId{std::get<1>(key)}, std::get<2>(key)});
        return leaves.size() < kLeavesOfAStep;
      }));
  return leaves;
}

absl::StatusOr<std::string> BodyOf(const storage::Reader& reader, int64_t publication,
                                   const LeafToWrite& leaf) {
  if (leaf.school_id.empty()) {
    ASSIGN_OR_RETURN(const auto figures,
                     LotStatementTable::Find(reader, leaf.lot.value, publication));
    ASSIGN_OR_RETURN(const auto lot, LotTable::Find(reader, leaf.lot.value));
    if (!figures.has_value() || !lot.has_value()) return StatementGone(publication, leaf.lot);
    return EncodeLotStatement({publication, leaf.lot, *figures, LabelOf(*lot)});
  }
  ASSIGN_OR_RETURN(const auto figures,
                   ServedStatementTable::Find(reader, leaf.lot.value, leaf.school_id, publication));
  if (!figures.has_value()) return StatementGone(publication, leaf.lot);
  return EncodeServedStatement({publication, leaf.lot, leaf.school_id, *figures});
}

// What is told after `told`, of so many children: it moves by 10 or more or not at all, and
// is never more than they are.
int64_t NextTold(int64_t told, int64_t children) {
  if (std::abs(children - told) < kChildrenToldMin && told <= children) return told;
  const int64_t next = told > children ? std::min(children, told - kChildrenToldMin) : children;
  return next < kChildrenToldMin ? 0 : next;
}

absl::StatusOr<int64_t> ChildrenToldOf(const storage::Reader& reader, const std::string& gift_id) {
  int64_t told = 0;
  RETURN_IF_ERROR(ToldChildrenTable::Scan(
      reader, ToldChildrenKey::Range(gift_id),
      [&](const ToldChildrenKey::Key&, const rec::ToldChildrenRecord& record) {
        told = record.children();
        return false;
      },
      storage::ScanOrder::kDescending));
  return told;
}

absl::StatusOr<std::vector<std::string>> GiftsAfter(const storage::Reader& reader,
                                                    const std::string& after_id) {
  storage::KeyRange range = GiftKey::Range();
  if (!after_id.empty()) range.from = storage::PrefixRange(GiftKey::Encode(after_id)).to;
  std::vector<std::string> gifts;
  RETURN_IF_ERROR(
      GiftTable::Scan(reader, range, [&](const GiftKey::Key& key, const rec::GiftRecord&) {
        gifts.push_back(std::get<0>(key));
        return gifts.size() < kGiftsOfAStep;
      }));
  return gifts;
}

}  // namespace

Publisher::Publisher(storage::Store* store, runtime::Asking* asking, const Questions* questions,
                     const runtime::Clock* clock)
    : store_(*store),
      asking_(*asking),
      questions_(*questions),
      clock_(*clock),
      servings_(kCaller, "consumption"),
      log_(kCaller, "inventory"),
      outbox_(store, asking, &log_) {}

void Publisher::Connect(const runtime::Peers& peers) {
  servings_.Connect(peers.consumption);
  log_.Connect(peers.inventory);
}

absl::StatusOr<bool> Publisher::IsDue() const {
  ASSIGN_OR_RETURN(const auto last, LastPublication(*store_.NewSnapshot()));
  if (!last.has_value()) {
    // Nothing to tell before the first gift paid for something.
    ASSIGN_OR_RETURN(const std::vector<LotId> lots, LotsAfter(*store_.NewSnapshot(), 0));
    return !lots.empty();
  }
  return !last->is_done() || clock_.NowUs() - last->record.started_us() >= kPublicationPauseUs;
}

absl::StatusOr<Publication> Publisher::Publish(const std::string& caller_id,
                                               const std::string& request_id) {
  ASSIGN_OR_RETURN(std::optional<Publication> publication, LastPublication(*store_.NewSnapshot()));
  const bool is_repeated = publication.has_value() && !request_id.empty() &&
                           publication->record.request_id() == request_id;
  if (!is_repeated && (!publication.has_value() || publication->is_done())) {
    ASSIGN_OR_RETURN(publication, Begin(caller_id, request_id));
  }
  while (!publication->is_done()) RETURN_IF_ERROR(TakeStep(&*publication));
  return *publication;
}

absl::StatusOr<Publication> Publisher::Begin(const std::string& caller_id,
                                             const std::string& request_id) {
  // What it counts of the allocations is in the log before it.
  RETURN_IF_ERROR(outbox_.Empty());
  const auto snapshot = store_.NewSnapshot();
  ASSIGN_OR_RETURN(const auto last, LastPublication(*snapshot));
  const int64_t now_us = clock_.NowUs();
  if (last.has_value() && now_us - last->record.started_us() < kPublicationPauseUs) {
    return PublishedRecently(last->number, last->record.started_us() + kPublicationPauseUs);
  }
  Publication publication;
  publication.number = last.has_value() ? last->number + 1 : 1;
  Enter(rec::PublicationRecord::STAGE_SERVINGS, &publication.record);
  publication.record.set_started_us(now_us);
  publication.record.set_recorded_by(caller_id);
  publication.record.set_request_id(request_id);
  uint64_t random[2];
  randombytes_buf(random, sizeof(random));
  publication.record.set_request_high(random[0]);
  publication.record.set_request_low(random[1] | 1);
  ASSIGN_OR_RETURN(const int64_t last_event, LastSequence(*snapshot));
  publication.record.set_last_event(last_event);
  RETURN_IF_ERROR(Store(publication, [](storage::Transaction&) { return absl::OkStatus(); }));
  return publication;
}

absl::Status Publisher::Store(const Publication& publication,
                              const std::function<absl::Status(storage::Transaction&)>& change) {
  return store_.TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
    RETURN_IF_ERROR(change(transaction));
    return PublicationTable::Put(transaction, publication.record, publication.number);
  });
}

absl::Status Publisher::TakeStep(Publication* publication) {
  switch (publication->record.stage()) {
    case rec::PublicationRecord::STAGE_SERVINGS:
      return AskServings(publication);
    case rec::PublicationRecord::STAGE_LOTS:
      return AskLots(publication);
    case rec::PublicationRecord::STAGE_LEAVES:
      return WriteLeaves(publication);
    case rec::PublicationRecord::STAGE_CHILDREN:
      return AskChildren(publication);
    default:
      return absl::DataLossError(absl::StrCat("publication ", publication->number,
                                              " is damaged; restore the store from a backup"));
  }
}

absl::Status Publisher::AskServings(Publication* publication) {
  rec::PublicationRecord& record = publication->record;
  con::PublishServingsRequest request;
  request.set_request_id(StepId(*publication, absl::StrCat("servings/", record.after_lot(), "/",
                                                           record.after_school_number())));
  request.set_publication(publication->number);
  request.set_after_lot_id(record.after_lot());
  request.set_after_school_number(record.after_school_number());
  ASSIGN_OR_RETURN(
      const auto page,
      asking_.Ask<con::PublishServingsResponse>(
          servings_, &con::PublicationService::Stub::async::PublishServings, std::move(request)));
  // Lots that nobody gave for are told to nobody.
  std::vector<const con::PublishedServings*> told;
  const auto snapshot = store_.NewSnapshot();
  for (const con::PublishedServings& pair : page.published()) {
    ASSIGN_OR_RETURN(const auto lot, LotTable::Find(*snapshot, pair.lot_id()));
    if (lot.has_value()) told.push_back(&pair);
  }
  record.set_pairs(record.pairs() + static_cast<int64_t>(told.size()));
  if (page.has_more()) {
    record.set_after_lot(page.last_lot_id());
    record.set_after_school_number(page.last_school_number());
  } else {
    Enter(rec::PublicationRecord::STAGE_LOTS, &record);
  }
  return Store(*publication, [&](storage::Transaction& transaction) -> absl::Status {
    for (const con::PublishedServings* pair : told) {
      rec::ServedStatementRecord figures;
      figures.set_servings(pair->servings());
      figures.set_served_g(pair->served_g());
      RETURN_IF_ERROR(ServedStatementTable::Put(transaction, figures, pair->lot_id(),
                                                pair->school_id(), publication->number));
      RETURN_IF_ERROR(StatementLeafTable::Put(transaction, rec::StatementLeafRecord(),
                                              publication->number, pair->lot_id(),
                                              pair->school_id()));
    }
    return absl::OkStatus();
  });
}

absl::Status Publisher::AskLots(Publication* publication) {
  rec::PublicationRecord& record = publication->record;
  const auto snapshot = store_.NewSnapshot();
  // What the pools count of the allocations is in the log before it.
  RETURN_IF_ERROR(outbox_.Empty());
  ASSIGN_OR_RETURN(const int64_t last_event, LastSequence(*snapshot));
  ASSIGN_OR_RETURN(const std::vector<LotId> lots, LotsAfter(*snapshot, record.after_lot()));
  if (lots.empty()) {
    Enter(rec::PublicationRecord::STAGE_LEAVES, &record);
    return Store(*publication, [](storage::Transaction&) { return absl::OkStatus(); });
  }
  ASSIGN_OR_RETURN(const Questions::Positions positions,
                   WaitFor<Questions::Positions>([&](Questions::Done<Questions::Positions> done) {
                     questions_.AskPositions(lots, 0, std::move(done));
                   }));
  // Of several views the earliest is what all figures include.
  if (record.as_of_position() == 0 || positions.as_of_position < record.as_of_position()) {
    record.set_as_of_position(positions.as_of_position);
    record.set_as_of_recorded_us(positions.as_of_recorded_us);
  }
  std::vector<std::pair<LotId, rec::LotStatementRecord>> told;
  for (const BooksOfLot& books : positions.lots) {
    rec::LotStatementRecord figures = FiguresOf(books);
    figures.set_as_of_position(positions.as_of_position);
    figures.set_last_event(last_event);
    ASSIGN_OR_RETURN(const ToldLot before, LotAsTold(*snapshot, books.lot, publication->number));
    ASSIGN_OR_RETURN(const std::vector<ToldServings> servings,
                     ServingsAsTold(*snapshot, books.lot, publication->number));
    ASSIGN_OR_RETURN(const rec::LotRecord lot, ReadLotThen(*snapshot, books.lot, kUpToNow));
    TellPools(PoolsOf(lot), before.figures, servings, &figures);
    if (before.publication == 0 || !TellTheSame(before.figures, figures)) {
      told.emplace_back(books.lot, figures);
    }
  }
  record.set_lots(record.lots() + static_cast<int64_t>(told.size()));
  record.set_after_lot(lots.back().value);
  return Store(*publication, [&](storage::Transaction& transaction) -> absl::Status {
    for (const auto& [lot, figures] : told) {
      RETURN_IF_ERROR(LotStatementTable::Put(transaction, figures, lot.value, publication->number));
      RETURN_IF_ERROR(StatementLeafTable::Put(transaction, rec::StatementLeafRecord(),
                                              publication->number, lot.value, std::string()));
    }
    return absl::OkStatus();
  });
}

absl::Status Publisher::WriteLeaves(Publication* publication) {
  rec::PublicationRecord& record = publication->record;
  const auto snapshot = store_.NewSnapshot();
  ASSIGN_OR_RETURN(const std::vector<LeafToWrite> leaves, LeavesAfter(*snapshot, *publication));
  if (leaves.empty()) {
    Enter(rec::PublicationRecord::STAGE_CHILDREN, &record);
    return Store(*publication, [](storage::Transaction&) { return absl::OkStatus(); });
  }
  inv::AppendLeavesRequest request;
  request.set_request_id(
      StepId(*publication, absl::StrCat("leaves/", record.after_lot(), "/", record.after_id())));
  for (const LeafToWrite& leaf : leaves) {
    inv::NewLeaf& statement = *request.add_leaves();
    statement.set_kind(inv::LEAF_KIND_STATEMENT);
    ASSIGN_OR_RETURN(*statement.mutable_body(), BodyOf(*snapshot, publication->number, leaf));
  }
  ASSIGN_OR_RETURN(const auto answer,
                   asking_.Ask<inv::AppendLeavesResponse>(
                       log_, &inv::LogService::Stub::async::AppendLeaves, std::move(request)));
  record.set_after_lot(leaves.back().lot.value);
  record.set_after_id(leaves.back().school_id);
  return Store(*publication, [&](storage::Transaction& transaction) -> absl::Status {
    int64_t position = answer.first_position();
    for (const LeafToWrite& leaf : leaves) {
      rec::StatementLeafRecord written;
      written.set_log_position(position++);
      RETURN_IF_ERROR(StatementLeafTable::Put(transaction, written, publication->number,
                                              leaf.lot.value, leaf.school_id));
    }
    return absl::OkStatus();
  });
}

absl::Status Publisher::AskChildren(Publication* publication) {
  rec::PublicationRecord& record = publication->record;
  const auto snapshot = store_.NewSnapshot();
  ASSIGN_OR_RETURN(const std::vector<std::string> gifts, GiftsAfter(*snapshot, record.after_id()));
  std::vector<std::pair<std::string, int64_t>> told;
  for (const std::string& gift_id : gifts) {
    ASSIGN_OR_RETURN(const rec::GiftRecord gift, ReadGift(*snapshot, gift_id));
    ASSIGN_OR_RETURN(const std::vector<FundedLot> lots, LotsOfGift(*snapshot, gift_id));
    GiftImpact start = StartImpact(gift_id, gift, lots);
    ASSIGN_OR_RETURN(const GiftImpact impact,
                     WaitFor<GiftImpact>([&](Questions::Done<GiftImpact> done) {
                       QueryImpact(questions_, std::move(start), 0, std::move(done));
                     }));
    ASSIGN_OR_RETURN(const GiftImpact statement, ReadStatement(*snapshot, gift_id, *publication));
    ASSIGN_OR_RETURN(const int64_t before, ChildrenToldOf(*snapshot, gift_id));
    const int64_t next = NextTold(before, std::min(impact.children, SumUp(statement).servings));
    if (next != before) told.emplace_back(gift_id, next);
  }
  if (gifts.size() < kGiftsOfAStep) {
    Enter(rec::PublicationRecord::STAGE_DONE, &record);
    record.set_finished_us(clock_.NowUs());
  } else {
    record.set_after_id(gifts.back());
  }
  return Store(*publication, [&](storage::Transaction& transaction) -> absl::Status {
    for (const auto& [gift_id, children] : told) {
      rec::ToldChildrenRecord told_record;
      told_record.set_children(children);
      RETURN_IF_ERROR(
          ToldChildrenTable::Put(transaction, told_record, gift_id, publication->number));
    }
    return absl::OkStatus();
  });
}

}  // namespace milkway::impact
