// The step across services that corrects a distribution.

#ifndef MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_CORRECTOR_H_
#define MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_CORRECTOR_H_

#include <vector>

#include "clients/cpp/ledger_client.h"
#include "services/runtime/intent.h"

namespace milkway::consumption {

inline constexpr char kCorrectionIntent[] = "distribution_correction";

// Thread-safe. An intent's payload is a PendingCorrectionRecord, its answer a
// CorrectDistributionResponse.
class DistributionCorrector final : public runtime::IntentKind {
 public:
  // `ledger` must outlive the corrector.
  explicit DistributionCorrector(const clients::LedgerClient* ledger) : ledger_(*ledger) {}

  absl::string_view Name() const override { return kCorrectionIntent; }
  void Perform(const std::vector<runtime::Intent>& intents, Performed done) override;
  absl::Status Conclude(storage::Transaction& transaction, const runtime::Intent& intent,
                        const Outcome& outcome, Outcome* answer) override;

 private:
  const clients::LedgerClient& ledger_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_CORRECTOR_H_
