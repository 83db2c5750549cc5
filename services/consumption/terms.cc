#include "services/consumption/terms.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/consumption_errors.h"

namespace milkway::consumption {

absl::StatusOr<std::vector<Term>> ReadTerms(const storage::Reader& reader, uint32_t school_number) {
  std::vector<Term> terms;
  RETURN_IF_ERROR(TermTable::Scan(reader, TermKey::Range(school_number),
                                  [&](const TermKey::Key& key, const rec::TermRecord& record) {
                                    const auto first = static_cast<int32_t>(std::get<1>(key));
                                    terms.push_back({LocalDate{first}, record});
                                    return true;
                                  }));
  return terms;
}

absl::StatusOr<Term> FindTerm(const storage::Reader& reader, const std::string& school_id,
                              uint32_t school_number, const std::string& term_id) {
  ASSIGN_OR_RETURN(const std::vector<Term> terms, ReadTerms(reader, school_number));
  for (const Term& term : terms) {
    if (term.record.term_id() == term_id) return term;
  }
  return TermUnknown(school_id, term_id);
}

std::string EtagOf(const rec::TermRecord& term) { return absl::StrCat(term.version()); }

absl::StatusOr<Term> PutTerm(storage::Transaction& transaction, const std::string& school_id,
                             uint32_t school_number, Term term, const std::string& etag) {
  ASSIGN_OR_RETURN(const std::vector<Term> terms, ReadTerms(transaction, school_number));
  const std::string& term_id = term.record.term_id();
  const Term* replaced = nullptr;
  const Term* overlapped = nullptr;
  for (const Term& other : terms) {
    if (other.record.term_id() == term_id) {
      replaced = &other;
    } else if (other.Overlaps(term)) {
      overlapped = &other;
    }
  }
  if (replaced != nullptr && etag.empty()) return TermExists(school_id, term_id);
  const bool is_seen = replaced == nullptr ? etag.empty() : etag == EtagOf(replaced->record);
  if (!is_seen) return EtagChanged(term_id);
  if (overlapped != nullptr) {
    return TermOverlaps(term_id, overlapped->record.term_id(), overlapped->first_day,
                        overlapped->last_day());
  }
  if (replaced == nullptr && terms.size() >= kTermsMax) return TooManyTerms(school_id, kTermsMax);
  term.record.set_version(replaced == nullptr ? 1 : replaced->record.version() + 1);
  if (replaced != nullptr) {
    RETURN_IF_ERROR(
        TermTable::Delete(transaction, school_number, int64_t{replaced->first_day.days}));
  }
  RETURN_IF_ERROR(
      TermTable::Put(transaction, term.record, school_number, int64_t{term.first_day.days}));
  return term;
}

absl::Status SetServingPolicy(storage::Transaction& transaction, const std::string& school_id,
                              uint32_t school_number, LocalDate from,
                              const rec::ServingPolicyRecord& policy) {
  ASSIGN_OR_RETURN(const auto replaced,
                   ServingPolicyTable::Find(transaction, school_number, int64_t{from.days}));
  if (!replaced.has_value()) {
    size_t policies = 0;
    RETURN_IF_ERROR(ServingPolicyTable::Scan(
        transaction, ServingPolicyKey::Range(school_number),
        [&](const ServingPolicyKey::Key&, const rec::ServingPolicyRecord&) {
          return ++policies < kPoliciesMax;
        }));
    if (policies >= kPoliciesMax) return TooManyPolicies(school_id, kPoliciesMax);
  }
  return ServingPolicyTable::Put(transaction, policy, school_number, int64_t{from.days});
}

}  // namespace milkway::consumption
