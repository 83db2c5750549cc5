#include "clients/cli/import/programme_order.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>

#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

constexpr int64_t kJustBeforeNextSecondUs = 999'999;

int RankOf(Table table) {
  switch (table) {
    case Table::kReceipts:
    case Table::kReceiptHistory:
      return 0;
    case Table::kShipments:
    case Table::kDistributions:
    case Table::kDistributionHistory:
      return 1;
    case Table::kMilestones:
      return 2;
    case Table::kRecords:
      return 4;
    default:
      return 3;
  }
}

int64_t TimeOf(const std::optional<Instant>& time) { return time.has_value() ? time->us : 0; }

absl::StatusOr<int64_t> TimeOfDistribution(const DistributionRow& row, References* references) {
  if (row.has_served_at) return row.served_at.us;
  ASSIGN_OR_RETURN(const auto time_zone, references->FindTimeZoneOf(row.school_id));
  return EndOfDayUs(row.served_on, time_zone.value_or(absl::UTCTimeZone()));
}

absl::StatusOr<int64_t> TimeOfCount(const CountRow& row, References* references) {
  if (!row.after_serving || !row.counted_at.has_value()) return TimeOf(row.counted_at);
  ASSIGN_OR_RETURN(const auto time_zone, references->FindTimeZoneOf(row.location_id));
  const absl::TimeZone zone = time_zone.value_or(
      absl::FixedTimeZone(static_cast<int>(row.counted_at->offset_minutes) * 60));
  return EndOfDayUs(DayIn(row.counted_at->us, zone), zone) + kJustBeforeNextSecondUs;
}

// Orders dispatches and receipts of one instant so that goods can pass several places
// in it.
class InstantOrder {
 public:
  InstantOrder(const Folder& folder, const FolderIndex& index) : folder_(folder), index_(index) {}

  // `events` are those of one instant, in order of rank.
  void Arrange(std::vector<Event>::iterator begin, std::vector<Event>::iterator end) {
    std::vector<Event> receipts, dispatches, others;
    for (auto event = begin; event != end; ++event) {
      if (event->table == Table::kReceipts) {
        receipts.push_back(*event);
      } else if (event->table == Table::kShipments) {
        dispatches.push_back(*event);
      } else {
        others.push_back(*event);
      }
    }
    if (receipts.empty() || dispatches.empty()) return;

    std::vector<Event> arranged;
    MoveIf(&receipts, &arranged, [&](const Event& receipt) {
      return std::none_of(dispatches.begin(), dispatches.end(), [&](const Event& dispatch) {
        return ShipmentOf(receipt) == folder_.shipments[dispatch.index].shipment_id;
      });
    });
    while (!dispatches.empty()) {
      const auto next = NextDispatch(dispatches, receipts);
      const Name shipment_id = folder_.shipments[next->index].shipment_id;
      arranged.push_back(*next);
      dispatches.erase(next);
      MoveIf(&receipts, &arranged,
             [&](const Event& receipt) { return ShipmentOf(receipt) == shipment_id; });
    }
    std::copy(arranged.begin(), arranged.end(), begin);
    std::copy(others.begin(), others.end(), begin + static_cast<std::ptrdiff_t>(arranged.size()));
  }

 private:
  Name ShipmentOf(const Event& receipt) const {
    return folder_.receipts[receipt.index].shipment_id;
  }

  template <typename Predicate>
  static void MoveIf(std::vector<Event>* from, std::vector<Event>* to, const Predicate& predicate) {
    const auto kept = std::stable_partition(from->begin(), from->end(),
                                            [&](const Event& event) { return !predicate(event); });
    to->insert(to->end(), kept, from->end());
    from->erase(kept, from->end());
  }

  // The first dispatch from a place that no receipt still to come brings goods to; the
  // first of all where they go in a circle.
  std::vector<Event>::const_iterator NextDispatch(const std::vector<Event>& dispatches,
                                                  const std::vector<Event>& receipts) const {
    const auto next =
        std::find_if(dispatches.begin(), dispatches.end(), [&](const Event& dispatch) {
          const Name origin_id = folder_.shipments[dispatch.index].origin_id;
          return std::none_of(receipts.begin(), receipts.end(), [&](const Event& receipt) {
            const auto shipment = index_.shipments.find(ShipmentOf(receipt));
            return shipment != index_.shipments.end() &&
                   folder_.shipments[shipment->second].destination_id == origin_id;
          });
        });
    return next == dispatches.end() ? dispatches.begin() : next;
  }

  const Folder& folder_;
  const FolderIndex& index_;
};

absl::StatusOr<std::vector<Event>> CollectEvents(const Folder& folder, const FolderIndex& index,
                                                 References* references) {
  std::vector<Event> events;
  events.reserve(folder.shipments.size() + folder.milestones.size() + index.receipts.size() +
                 index.distributions.size() + folder.counts.size());
  const auto add = [&events](int64_t us, const RecordedAs& recorded, Table table, uint32_t row) {
    events.push_back({us, recorded.position, table, row});
  };
  for (uint32_t i = 0; i < folder.shipments.size(); ++i) {
    const ShipmentRow& row = folder.shipments[i];
    // One without a dispatch is a draft.
    if (row.dispatched_at.has_value())
      add(row.dispatched_at->us, row.recorded, Table::kShipments, i);
  }
  for (uint32_t i = 0; i < folder.milestones.size(); ++i) {
    const MilestoneRow& row = folder.milestones[i];
    const auto shipment = index.shipments.find(row.shipment_id);
    const bool is_here = shipment != index.shipments.end();
    // Once the shipment has left.
    add(TimeOf(row.occurred_at),
        is_here ? folder.shipments[shipment->second].recorded : RecordedAs(), Table::kMilestones,
        i);
  }
  for (const Table table : {Table::kReceipts, Table::kReceiptHistory}) {
    const bool is_past = table == Table::kReceiptHistory;
    for (const uint32_t first : is_past ? index.receipt_history : index.receipts) {
      const ReceiptRow& row = folder.ReceiptsOf(table)[first];
      add(TimeOf(row.received_at), row.recorded, table, first);
    }
  }
  for (const Table table : {Table::kDistributions, Table::kDistributionHistory}) {
    const bool is_past = table == Table::kDistributionHistory;
    for (const uint32_t first : is_past ? index.distribution_history : index.distributions) {
      const DistributionRow& row = folder.DistributionsOf(table)[first];
      ASSIGN_OR_RETURN(const int64_t us, TimeOfDistribution(row, references));
      add(us, row.recorded, table, first);
    }
  }
  for (uint32_t i = 0; i < folder.counts.size(); ++i) {
    ASSIGN_OR_RETURN(const int64_t us, TimeOfCount(folder.counts[i], references));
    add(us, folder.counts[i].recorded, Table::kCounts, i);
  }
  for (uint32_t i = 0; i < folder.adjustments.size(); ++i) {
    add(TimeOf(folder.adjustments[i].occurred_at), folder.adjustments[i].recorded,
        Table::kAdjustments, i);
  }
  for (uint32_t i = 0; i < folder.records.size(); ++i) {
    // Without a place in the log: after all that has a time.
    add(std::numeric_limits<int64_t>::max(), folder.records[i].recorded, Table::kRecords, i);
  }
  for (const uint32_t first : index.outcomes) {
    add(TimeOf(folder.outcomes[first].occurred_at), folder.outcomes[first].recorded,
        Table::kShipmentOutcomes, first);
  }
  return events;
}

// Puts the events whose place in a log is known first, in that order; returns where the
// others begin. A milestone follows its dispatch. A count whose figure was the books' has
// no posting: it follows the last one before it.
std::vector<Event>::iterator ArrangeExported(std::vector<Event>* events) {
  const auto others = std::stable_partition(events->begin(), events->end(),
                                            [](const Event& event) { return event.position > 0; });
  std::stable_sort(events->begin(), others, [](const Event& a, const Event& b) {
    return std::make_tuple(a.position, RankOf(a.table), a.us) <
           std::make_tuple(b.position, RankOf(b.table), b.us);
  });
  return others;
}

}  // namespace

absl::StatusOr<std::vector<Event>> OrderEvents(const Folder& folder, const FolderIndex& index,
                                               References* references) {
  ASSIGN_OR_RETURN(std::vector<Event> events, CollectEvents(folder, index, references));
  const auto others = ArrangeExported(&events);
  std::stable_sort(others, events.end(), [](const Event& a, const Event& b) {
    return std::make_tuple(a.us, RankOf(a.table)) < std::make_tuple(b.us, RankOf(b.table));
  });
  InstantOrder order(folder, index);
  // Rows whose time cannot be read stand before all others, in any order.
  const auto first =
      std::find_if(others, events.end(), [](const Event& event) { return event.us > 0; });
  for (auto begin = first; begin != events.end();) {
    const auto end = std::find_if(begin, events.end(),
                                  [begin](const Event& event) { return event.us != begin->us; });
    order.Arrange(begin, end);
    begin = end;
  }
  return events;
}

}  // namespace milkway::cli
