#include "services/impact/donor_service.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/impact/donor_convert.h"
#include "services/impact/donors.h"
#include "services/impact/impact_query.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::impact {

using runtime::Call;
using runtime::Handlers;
using runtime::InField;
using storage::Reader;
using storage::Transaction;

grpc::ServerUnaryReactor* DonorService::PutDonor(Context* context,
                                                 const v1::PutDonorRequest* request,
                                                 v1::PutDonorResponse* response) {
  return handlers_.Mutate(context, request, response,
                          [request](Transaction& transaction,
                                    const Call& call) -> absl::StatusOr<v1::PutDonorResponse> {
                            const absl::StatusOr<Donor> donor = ParseDonor(request->donor());
                            if (!donor.ok()) return InField("donor", donor.status());
                            ASSIGN_OR_RETURN(const rec::DonorRecord record,
                                             impact::PutDonor(transaction, *donor, call));
                            v1::PutDonorResponse answer;
                            *answer.mutable_donor() = ToMessage(donor->donor_id, record);
                            return answer;
                          });
}

grpc::ServerUnaryReactor* DonorService::GetDonor(Context* context,
                                                 const v1::GetDonorRequest* request,
                                                 v1::GetDonorResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetDonorResponse> {
        ASSIGN_OR_RETURN(const std::string donor_id,
                         runtime::ParseId("donor_id", request->donor_id()));
        ASSIGN_OR_RETURN(const rec::DonorRecord donor, ReadDonor(reader, donor_id));
        v1::GetDonorResponse answer;
        *answer.mutable_donor() = ToMessage(donor_id, donor);
        return answer;
      });
}

grpc::ServerUnaryReactor* DonorService::ListDonors(Context* context,
                                                   const v1::ListDonorsRequest* request,
                                                   v1::ListDonorsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListDonorsResponse> {
        v1::ListDonorsResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<DonorTable>(
                             reader, DonorKey::Range(), *request,
                             [&](const DonorKey::Key& key, const rec::DonorRecord& donor) {
                               *answer.add_donors() = ToMessage(std::get<0>(key), donor);
                               return true;
                             }));
        return answer;
      });
}

grpc::ServerUnaryReactor* DonorService::GetDonorImpact(Context* context,
                                                       const v1::GetDonorImpactRequest* request,
                                                       v1::GetDonorImpactResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::GetDonorImpactResponse> finish) {
        const auto donor_id = runtime::ParseId("donor_id", request->donor_id());
        if (!donor_id.ok()) return std::move(finish)(donor_id.status());
        absl::StatusOr<ManyGifts> start =
            StartDonor(*handlers_.parts().store->NewSnapshot(), *donor_id);
        if (!start.ok()) return std::move(finish)(start.status());
        ManyGifts gifts = *std::move(start);
        GiftImpact impact = std::move(gifts.impact);
        QueryImpact(questions_, std::move(impact),
                    [donor_id = *donor_id, gifts = std::move(gifts),
                     finish = std::move(finish)](absl::StatusOr<GiftImpact> answered) mutable {
                      if (!answered.ok()) return std::move(finish)(answered.status());
                      gifts.impact = *std::move(answered);
                      v1::GetDonorImpactResponse answer;
                      *answer.mutable_impact() = ToDonorImpact(donor_id, gifts);
                      std::move(finish)(std::move(answer));
                    });
      });
}

grpc::ServerUnaryReactor* DonorService::GetProgrammeImpact(
    Context* context, const v1::GetProgrammeImpactRequest* request,
    v1::GetProgrammeImpactResponse* response) {
  return handlers_.Async(context, request, response, [this](const Call&, FinishProgramme finish) {
    asking_.Run([this, finish = std::move(finish)](const absl::Status& admitted) mutable {
      if (!admitted.ok()) return std::move(finish)(admitted);
      AnswerProgramme(std::move(finish));
    });
  });
}

void DonorService::AnswerProgramme(FinishProgramme finish) {
  absl::StatusOr<std::vector<LotOnList>> lots = questions_.AllLots(&asking_);
  if (!lots.ok()) return std::move(finish)(lots.status());
  const absl::StatusOr<std::map<std::string, Label>> labels = questions_.AllLabels(&asking_);
  if (!labels.ok()) return std::move(finish)(labels.status());
  absl::StatusOr<ManyGifts> start =
      StartProgramme(*handlers_.parts().store->NewSnapshot(), *lots, *labels);
  if (!start.ok()) return std::move(finish)(start.status());
  ManyGifts gifts = *std::move(start);
  GiftImpact impact = std::move(gifts.impact);
  QueryImpact(questions_, std::move(impact),
              [lots = *std::move(lots), gifts = std::move(gifts),
               finish = std::move(finish)](absl::StatusOr<GiftImpact> answered) mutable {
                if (!answered.ok()) return std::move(finish)(answered.status());
                gifts.impact = *std::move(answered);
                v1::GetProgrammeImpactResponse answer;
                *answer.mutable_impact() = ToProgrammeImpact(gifts, lots);
                std::move(finish)(std::move(answer));
              });
}

}  // namespace milkway::impact
