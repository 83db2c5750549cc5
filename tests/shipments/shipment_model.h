// A shipment as a page of arithmetic: what it should say, from all that happened to it.
// Everything is in packs.

#ifndef MILKWAY_TESTS_SHIPMENTS_SHIPMENT_MODEL_H_
#define MILKWAY_TESTS_SHIPMENTS_SHIPMENT_MODEL_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/shipments/shipments_system.h"

namespace milkway::shipments {

// Packs of one lot.
struct Totals {
  int64_t shipped = 0;
  int64_t over = 0;
  int64_t received = 0;
  int64_t damaged = 0;
  int64_t missing = 0;
  int64_t in_transit = 0;
  int64_t returned = 0;
  int64_t declared_lost = 0;
  int64_t quarantined = 0;
  int64_t refused = 0;
  friend bool operator==(const Totals&, const Totals&) = default;
};

class ShipmentModel {
 public:
  // What arrived of a lot, and where it came from.
  struct Line {
    Arrived arrived;
    int64_t from_transit = 0;
    int64_t from_lost = 0;
  };
  using Lines = std::map<int64_t, Line>;  // by lot
  struct Receipt {
    Lines lines;
    bool is_held = false;  // its good packs went into quarantine
    bool is_signed = false;
  };
  // A receipt (empty: declared lost) and a lot.
  using Cause = std::pair<std::string, int64_t>;

  ShipmentModel(std::map<int64_t, int64_t> shipped, bool needs_release)
      : shipped_(std::move(shipped)), needs_release_(needs_release) {}

  // For each operation: how it is refused, empty if it is not, and what it does.
  std::string RefusalOf(const std::string& receipt_id, const std::vector<Arrived>& lines) const;
  void Record(const std::string& receipt_id, const std::vector<Arrived>& lines);
  std::string RefusalOfLoss(bool closes) const;
  void Lose();
  std::string RefusalOfReturn(const std::vector<Arrived>& lines) const;
  void Return(const std::vector<Arrived>& lines);
  std::string RefusalOfRelease() const;
  void Release() { is_released_ = true; }
  std::string RefusalOfResolution(const Cause& cause, v1::ShortageOutcome outcome, int64_t good,
                                  int64_t damaged) const;
  void Resolve(const Cause& cause, v1::ShortageOutcome outcome, int64_t good, int64_t damaged);
  void Sign(const std::string& receipt_id) { receipts_[receipt_id].is_signed = true; }

  // Of every lot that was shipped or that a receipt names.
  std::map<int64_t, Totals> AllTotals() const;
  v1::ShipmentState State() const;
  // Packs of which nobody has said what became of them, where there are some.
  std::map<Cause, int64_t> OpenShortages() const;
  // Good and damaged packs that came back, by lot.
  const std::map<int64_t, Arrived>& returned() const { return returned_; }
  const std::map<std::string, Receipt>& receipts() const { return receipts_; }
  const std::map<int64_t, int64_t>& shipped() const { return shipped_; }

 private:
  struct Resolved {
    int64_t good = 0;
    int64_t damaged = 0;
    int64_t held = 0;  // of the good ones
    int64_t confirmed = 0;
  };

  int64_t InTransitWithout(const std::string& receipt_id, int64_t lot) const;
  int64_t LostWithout(const std::string& receipt_id, int64_t lot) const;
  int64_t MissingOf(const Cause& cause) const;
  int64_t OpenOf(const Cause& cause) const;
  Resolved ResolvedOf(const Cause& cause) const;
  std::vector<Arrived> Recounted(const Cause& cause, int64_t good, int64_t damaged) const;
  bool IsHolding() const { return needs_release_ && !is_released_; }

  const std::map<int64_t, int64_t> shipped_;
  const bool needs_release_;
  bool is_released_ = false;
  std::map<std::string, Receipt> receipts_;
  std::map<int64_t, int64_t> declared_;            // ever, by lot
  std::map<int64_t, Arrived> returned_;            // by lot
  std::map<int64_t, int64_t> returned_from_lost_;  // by lot
  std::map<Cause, Resolved> resolved_;
};

}  // namespace milkway::shipments

#endif  // MILKWAY_TESTS_SHIPMENTS_SHIPMENT_MODEL_H_
