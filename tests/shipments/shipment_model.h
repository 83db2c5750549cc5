// A shipment as a page of arithmetic: what it should say, from all its receipts.

#ifndef MILKWAY_TESTS_SHIPMENTS_SHIPMENT_MODEL_H_
#define MILKWAY_TESTS_SHIPMENTS_SHIPMENT_MODEL_H_

#include <cstdint>
#include <map>
#include <string>
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
  friend bool operator==(const Totals&, const Totals&) = default;
};

class ShipmentModel {
 public:
  // What arrived of a lot, and how much of it came out of transit.
  struct Line {
    Arrived arrived;
    int64_t from_transit = 0;
  };
  using Lines = std::map<int64_t, Line>;  // by lot

  explicit ShipmentModel(std::map<int64_t, int64_t> shipped) : shipped_(std::move(shipped)) {}

  // Whether `lines` can stand as this receipt, instead of what it said before.
  bool Accepts(const std::string& receipt_id, const std::vector<Arrived>& lines) const;
  void Record(const std::string& receipt_id, const std::vector<Arrived>& lines);

  // Of every lot that was shipped or that a receipt names.
  std::map<int64_t, Totals> AllTotals() const;
  const std::map<std::string, Lines>& receipts() const { return receipts_; }
  const std::map<int64_t, int64_t>& shipped() const { return shipped_; }

 private:
  int64_t InTransitWithout(const std::string& receipt_id, int64_t lot) const;

  const std::map<int64_t, int64_t> shipped_;
  std::map<std::string, Lines> receipts_;
};

}  // namespace milkway::shipments

#endif  // MILKWAY_TESTS_SHIPMENTS_SHIPMENT_MODEL_H_
