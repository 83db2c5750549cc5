#include "services/impact/donor_service.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/impact/donor_convert.h"
#include "services/impact/donors.h"
#include "services/impact/impact_query.h"
#include "services/impact/many_gifts.h"
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
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::PutDonorResponse> {
        const absl::StatusOr<Donor> donor = ParseDonor(request->donor());
        if (!donor.ok()) return InField("donor", donor.status());
        ASSIGN_OR_RETURN(const auto replaced, DonorTable::Find(transaction, donor->donor_id));
        ASSIGN_OR_RETURN(const rec::DonorRecord record,
                         impact::PutDonor(transaction, *donor, call));
        v1::PutDonorResponse answer;
        *answer.mutable_donor() = ToMessage(donor->donor_id, record);
        const v1::Donor before =
            replaced.has_value() ? ToMessage(donor->donor_id, *replaced) : v1::Donor();
        call.Changed(replaced.has_value() ? &before : nullptr, &answer.donor());
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
        ResolveMoment(
            request->as_of(), "as_of", *handlers_.parts().store, questions_,
            [this, request, finish = std::move(finish)](absl::StatusOr<Moment> moment) mutable {
              if (!moment.ok()) return std::move(finish)(moment.status());
              AnswerDonor(*request, *moment, std::move(finish));
            });
      });
}

void DonorService::AnswerDonor(const v1::GetDonorImpactRequest& request, const Moment& moment,
                               Handlers::Finish<v1::GetDonorImpactResponse> finish) {
  const auto donor_id = runtime::ParseId("donor_id", request.donor_id());
  if (!donor_id.ok()) return std::move(finish)(donor_id.status());
  const auto snapshot = handlers_.parts().store->NewSnapshot();
  absl::StatusOr<ManyGifts> start = StartDonor(*snapshot, *donor_id, moment.sequence);
  if (!start.ok()) return std::move(finish)(start.status());
  const absl::StatusOr<int64_t> sequence = SequenceOf(*snapshot, moment);
  if (!sequence.ok()) return std::move(finish)(sequence.status());
  ManyGifts gifts = *std::move(start);
  GiftImpact impact = std::move(gifts.impact);
  impact.as_of_sequence = *sequence;
  QueryImpact(questions_, std::move(impact), moment.position,
              [donor_id = *donor_id, gifts = std::move(gifts),
               finish = std::move(finish)](absl::StatusOr<GiftImpact> answered) mutable {
                if (!answered.ok()) return std::move(finish)(answered.status());
                gifts.impact = *std::move(answered);
                v1::GetDonorImpactResponse answer;
                *answer.mutable_impact() = ToDonorImpact(donor_id, gifts);
                std::move(finish)(std::move(answer));
              });
}

grpc::ServerUnaryReactor* DonorService::GetProgrammeImpact(
    Context* context, const v1::GetProgrammeImpactRequest* request,
    v1::GetProgrammeImpactResponse* response) {
  return handlers_.Async(
      context, request, response, [this, request](const Call&, FinishProgramme finish) {
        ResolveMoment(request->as_of(), "as_of", *handlers_.parts().store, questions_,
                      [this, finish = std::move(finish)](absl::StatusOr<Moment> moment) mutable {
                        if (!moment.ok()) return std::move(finish)(moment.status());
                        asking_.Run([this, moment = *moment, finish = std::move(finish)](
                                        const absl::Status& admitted) mutable {
                          if (!admitted.ok()) return std::move(finish)(admitted);
                          AnswerProgramme(moment, std::move(finish));
                        });
                      });
      });
}

void DonorService::AnswerProgramme(const Moment& moment, FinishProgramme finish) {
  absl::StatusOr<std::vector<LotOnList>> lots = questions_.AllLots(&asking_);
  if (!lots.ok()) return std::move(finish)(lots.status());
  const absl::StatusOr<std::map<std::string, Label>> labels = questions_.AllLabels(&asking_);
  if (!labels.ok()) return std::move(finish)(labels.status());
  const auto snapshot = handlers_.parts().store->NewSnapshot();
  absl::StatusOr<ManyGifts> start = StartProgramme(*snapshot, *lots, *labels, moment.sequence);
  if (!start.ok()) return std::move(finish)(start.status());
  const absl::StatusOr<int64_t> sequence = SequenceOf(*snapshot, moment);
  if (!sequence.ok()) return std::move(finish)(sequence.status());
  ManyGifts gifts = *std::move(start);
  GiftImpact impact = std::move(gifts.impact);
  impact.as_of_sequence = *sequence;
  // A programme without gifts has a base currency all the same.
  if (impact.money.currency.empty() && !lots->empty()) {
    impact.money.currency = lots->front().facts.landed_cost.currency;
  }
  QueryImpact(questions_, std::move(impact), moment.position,
              [gifts = std::move(gifts),
               finish = std::move(finish)](absl::StatusOr<GiftImpact> answered) mutable {
                if (!answered.ok()) return std::move(finish)(answered.status());
                gifts.impact = *std::move(answered);
                v1::GetProgrammeImpactResponse answer;
                *answer.mutable_impact() = ToProgrammeImpact(gifts);
                std::move(finish)(std::move(answer));
              });
}

}  // namespace milkway::impact
