// Between the messages of donors and their domain types. As gift_convert.h.

#ifndef MILKWAY_SERVICES_IMPACT_DONOR_CONVERT_H_
#define MILKWAY_SERVICES_IMPACT_DONOR_CONVERT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/impact/v1/donors.pb.h"
#include "services/impact/donors.h"
#include "services/impact/many_gifts.h"

namespace milkway::impact {

absl::StatusOr<Donor> ParseDonor(const v1::Donor& message);
v1::Donor ToMessage(const std::string& donor_id, const rec::DonorRecord& donor);

v1::DonorImpact ToDonorImpact(const std::string& donor_id, const ManyGifts& gifts);
// `lots` are those that the programme was started with.
v1::ProgrammeImpact ToProgrammeImpact(const ManyGifts& gifts);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_DONOR_CONVERT_H_
