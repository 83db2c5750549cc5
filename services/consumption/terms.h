// Terms and serving policies of schools in the store.

#ifndef MILKWAY_SERVICES_CONSUMPTION_TERMS_H_
#define MILKWAY_SERVICES_CONSUMPTION_TERMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/calendar.h"
#include "services/consumption/consumption_keys.h"
#include "storage/store.h"

namespace milkway::consumption {

// Of one school: so few that all can be read at once.
inline constexpr size_t kTermsMax = 200;
inline constexpr size_t kPoliciesMax = 1'000;

// In order of their first days.
absl::StatusOr<std::vector<Term>> ReadTerms(const storage::Reader& reader, uint32_t school_number);

// NOT_FOUND (TERM_UNKNOWN).
absl::StatusOr<Term> FindTerm(const storage::Reader& reader, const std::string& school_id,
                              uint32_t school_number, const std::string& term_id);

// What the caller knows of the term that is replaced, and what clients compare.
std::string EtagOf(const rec::TermRecord& term);

// Adds a term, or replaces the one with its id if `etag` is that one's. Returns what is
// stored. In this order: ALREADY_EXISTS TERM_EXISTS; ABORTED ETAG_CHANGED;
// ALREADY_EXISTS TERM_OVERLAPS; FAILED_PRECONDITION TOO_MANY_TERMS.
absl::StatusOr<Term> PutTerm(storage::Transaction& transaction, const std::string& school_id,
                             uint32_t school_number, Term term, const std::string& etag);

// FAILED_PRECONDITION TOO_MANY_POLICIES.
absl::Status SetServingPolicy(storage::Transaction& transaction, const std::string& school_id,
                              uint32_t school_number, LocalDate from,
                              const rec::ServingPolicyRecord& policy);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_TERMS_H_
