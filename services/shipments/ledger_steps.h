// The steps of shipments that the ledger takes part in, as kinds of intent: post one
// draft, then store what became of it.
//
// Only what the ledger says of the draft itself refuses a step. When the call as a whole
// fails, whatever the code, an earlier try may have posted the draft: the step is tried
// again until the ledger answers.

#ifndef MILKWAY_SERVICES_SHIPMENTS_LEDGER_STEPS_H_
#define MILKWAY_SERVICES_SHIPMENTS_LEDGER_STEPS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cpp/ledger_client.h"
#include "services/runtime/intent.h"
#include "services/shipments/movement.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

inline constexpr char kDispatchStep[] = "dispatch";
inline constexpr char kReceiptStep[] = "receipt";
inline constexpr char kReceiptCorrectionStep[] = "receipt_correction";
inline constexpr char kLossStep[] = "declare_lost";
inline constexpr char kClosingStep[] = "close_shipment";
inline constexpr char kReturnStep[] = "return";
inline constexpr char kReleaseStep[] = "release";
inline constexpr char kShortageStep[] = "shortage";

// Posts the draft of a rec::StepRecord. Thread-safe.
class LedgerStep final : public runtime::IntentKind {
 public:
  // Stores that the draft is posted. Returns the serialized response.
  using End = absl::StatusOr<std::string> (*)(storage::Transaction&, const rec::StepRecord&,
                                              const Posted&);
  // Releases what the step had reserved.
  using Abandon = absl::Status (*)(storage::Transaction&, const rec::StepRecord&);

  // `name`: one of the above. `ledger` must outlive the step.
  LedgerStep(absl::string_view name, const clients::LedgerClient* ledger, End end, Abandon abandon)
      : name_(name), ledger_(*ledger), end_(end), abandon_(abandon) {}

  absl::string_view Name() const override { return name_; }
  // As many drafts of a hundred movements as fit into a message of 4 MiB.
  size_t BatchMax() const override { return 128; }
  void Perform(const std::vector<runtime::Intent>& intents, Performed done) override;
  absl::Status Conclude(storage::Transaction& transaction, const runtime::Intent& intent,
                        const Outcome& outcome, Outcome* answer) override;

 private:
  const absl::string_view name_;
  const clients::LedgerClient& ledger_;
  const End end_;
  const Abandon abandon_;
};

// All of them.
std::vector<std::unique_ptr<LedgerStep>> MakeLedgerSteps(const clients::LedgerClient* ledger);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_LEDGER_STEPS_H_
