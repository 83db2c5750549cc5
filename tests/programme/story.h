// What happened in a programme, as told by the steps that were answered OK: a model that
// knows nothing of the services' code.

#ifndef MILKWAY_TESTS_PROGRAMME_STORY_H_
#define MILKWAY_TESTS_PROGRAMME_STORY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "milkway/consumption/v1/distributions.pb.h"
#include "milkway/inventory/v1/recalls.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "tests/shipments/shipment_model.h"

namespace milkway::programme {

namespace inv = inventory::v1;
namespace con = consumption::v1;
using shipments::ShipmentModel;

// A lot at a place.
using LotPlace = std::pair<int64_t, std::string>;

struct Lot {
  std::string product_id;
  std::string lot_number;
  std::string purchase_id;
  std::string supplier_id;
  std::string place;  // where it first lay
  int32_t bought_day = 0;
  int32_t manufactured_day = 0;  // 0: not printed
  int32_t expires_day = 0;
  int64_t pack_g = 0;
  int64_t weight_g = 0;
  int64_t cost_minor = 0;  // landed, as known by now
};

struct Purchase {
  std::vector<int64_t> lots;  // in order of the lines
  std::set<std::string> costs;
  int64_t documents = 0;
};

struct Shipment {
  std::string origin;
  std::string destination;
  std::map<int64_t, int64_t> packs;  // by lot
  bool needs_release = false;
  bool is_cancelled = false;
  int64_t dispatched_us = 0;                       // 0: a draft
  std::unique_ptr<ShipmentModel> model = nullptr;  // once dispatched
  std::vector<std::string> receipts = {};          // ids
  int64_t milestones = 0;
  int64_t documents = 0;
  bool has_certificate = false;
  // Once released: good packs that had come into quarantine, by lot.
  std::optional<std::map<int64_t, int64_t>> held_packs = std::nullopt;
  std::set<int32_t> legs = {};
};

// A class record.
struct Record {
  std::string school;
  int32_t day = 0;
  std::string class_name;
  std::string session;
  // All versions; the last one stands, without lines it never happened.
  std::vector<con::DistributionRevision> versions;
  const con::DistributionRevision& standing() const { return versions.back(); }
  bool is_withdrawn() const { return standing().lines().empty(); }
};
using ClassDay = std::tuple<std::string, int32_t, std::string, std::string>;

struct Child {
  int32_t enrolled_day = 0;
  std::optional<int32_t> left_day = std::nullopt;
  std::map<int32_t, bool> excluded = {};  // from a day on
  std::map<int32_t, std::string> classes = {};
  int changes = 0;
  bool IsEnrolledOn(int32_t day) const;
  bool IsExcludedOn(int32_t day) const;
  std::string ClassOn(int32_t day) const;
};

struct School {
  std::map<int32_t, Child> children;
  int32_t rolled_over_day = 0;
  std::map<std::string, std::string> terms;  // etag by term
};

struct Recall {
  inv::RecallScope scope;
  int64_t ordered_us = 0;
  bool stands = true;
  std::set<int64_t> lots;
  std::map<std::string, int> acknowledgements;  // by place
  bool Matches(const Lot& lot) const;
};

struct Count {
  LotPlace at;
  int64_t counted_us = 0;
  int64_t counted_g = 0;
  int64_t variance_g = 0;
  bool after_serving = false;
  int64_t position = 0;  // of the variance, as it was then; 0: there was none
};

struct Opening {
  LotPlace at;
  int64_t opened_us = 0;
  int64_t open_packs = 0;
};

struct Gift {
  std::string currency;
  int64_t minor = 0;
  int64_t allocated_minor = 0;
  std::map<int64_t, int64_t> funded_g = {};  // by lot
};
// All allocations of a lot together.
struct Paid {
  int64_t minor = 0;
  int64_t grams = 0;
};

// A posting that an answer told of.
struct Claim {
  inv::PostingKind kind = inv::POSTING_KIND_UNSPECIFIED;
  std::string reference;
  int64_t quantity_g = 0;  // found, or released, as the answer says
};

// What school contacts served of a lot, from the records that stand.
struct Served {
  int64_t servings = 0;
  int64_t grams = 0;
  int64_t wasted_g = 0;
  int64_t class_records = 0;
  int32_t first_day = 0;
  int32_t last_day = 0;
  std::set<int32_t> children;
};

struct Story {
  std::map<int64_t, Lot> lots;
  std::map<std::string, Purchase> purchases;
  std::map<std::string, Shipment> shipments;
  std::map<int64_t, Record> records;
  std::map<ClassDay, int64_t> class_days;  // records that stand
  std::map<std::string, School> schools;
  std::map<std::string, Recall> recalls;
  std::vector<Count> counts;
  std::map<int64_t, Opening> openings;
  std::map<std::string, Gift> gifts;
  std::map<int64_t, Paid> paid;  // by lot

  // Bought, then adjusted by hand: what shipments and class records did is not in it.
  std::map<LotPlace, int64_t> held_g;       // usable or quarantined
  std::map<LotPlace, int64_t> set_aside_g;  // of these: quarantined by hand
  std::map<LotPlace, int64_t> damaged_g;
  std::map<LotPlace, int64_t> written_off_g;
  std::map<LotPlace, int64_t> destroyed_g;
  std::map<LotPlace, int64_t> returned_g;  // to a supplier

  std::map<int64_t, Claim> claims;       // by position
  std::map<std::string, int64_t> tally;  // what the steps came to

  // The position was told once, by this answer alone.
  void TakeClaim(int64_t position, inv::PostingKind kind, const std::string& reference,
                 int64_t quantity_g = 0);
  std::map<LotPlace, Served> ServedByLotAndSchool() const;
  bool IsRecalled(int64_t lot) const;
};

}  // namespace milkway::programme

#endif  // MILKWAY_TESTS_PROGRAMME_STORY_H_
