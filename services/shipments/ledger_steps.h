// The steps of shipments that the ledger takes part in, as kinds of intent: post one
// draft, then store what became of it.

#ifndef MILKWAY_SERVICES_SHIPMENTS_LEDGER_STEPS_H_
#define MILKWAY_SERVICES_SHIPMENTS_LEDGER_STEPS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cpp/ledger_client.h"
#include "services/runtime/intent.h"
#include "services/shipments/movement.h"
#include "services/shipments/receipts.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

inline constexpr char kDispatchStep[] = "dispatch";
inline constexpr char kReceiptStep[] = "receipt";
inline constexpr char kReceiptCorrectionStep[] = "receipt_correction";

// Posts the draft of a rec::StepRecord. Thread-safe.
class LedgerStep : public runtime::IntentKind {
 public:
  // `name`: one of the above. `ledger` must outlive the step.
  LedgerStep(absl::string_view name, const clients::LedgerClient* ledger)
      : name_(name), ledger_(*ledger) {}

  absl::string_view Name() const final { return name_; }
  // As many drafts of a hundred movements as fit into a message of 4 MiB.
  size_t BatchMax() const final { return 128; }
  void Perform(const std::vector<runtime::Intent>& intents, Performed done) final;
  absl::Status Conclude(storage::Transaction& transaction, const runtime::Intent& intent,
                        const Outcome& outcome, Outcome* answer) final;

 private:
  // Stores that the draft is posted. Returns the serialized response.
  virtual absl::StatusOr<std::string> End(storage::Transaction& transaction,
                                          const rec::StepRecord& step, const Posted& posted) = 0;
  // Releases what the step had reserved.
  virtual absl::Status Abandon(storage::Transaction& transaction, const rec::StepRecord& step) = 0;

  const absl::string_view name_;
  const clients::LedgerClient& ledger_;
};

class DispatchStep final : public LedgerStep {
 public:
  explicit DispatchStep(const clients::LedgerClient* ledger) : LedgerStep(kDispatchStep, ledger) {}

 private:
  absl::StatusOr<std::string> End(storage::Transaction& transaction, const rec::StepRecord& step,
                                  const Posted& posted) override;
  absl::Status Abandon(storage::Transaction& transaction, const rec::StepRecord& step) override;
};

// `Response`: what the caller is told, v1::RecordReceiptResponse or
// v1::CorrectReceiptResponse.
template <typename Response>
class ReceiptStep final : public LedgerStep {
 public:
  using LedgerStep::LedgerStep;

 private:
  absl::StatusOr<std::string> End(storage::Transaction& transaction, const rec::StepRecord& step,
                                  const Posted& posted) override;
  absl::Status Abandon(storage::Transaction& transaction, const rec::StepRecord& step) override {
    return AbandonReceipt(transaction, step);
  }
};

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_LEDGER_STEPS_H_
