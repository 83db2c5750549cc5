#include "services/consumption/erasure_service.h"

#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/consumption/child_convert.h"
#include "services/consumption/erasure.h"
#include "services/consumption/key_destroyer.h"
#include "services/consumption/schools.h"
#include "services/runtime/page_scan.h"

namespace milkway::consumption {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

grpc::ServerUnaryReactor* ErasureService::EraseStudent(Context* context,
                                                       const v1::EraseStudentRequest* request,
                                                       v1::EraseStudentResponse* response) {
  return handlers_.MutateAcross(
      context, request, response, kKeyDestruction,
      [request](Transaction& transaction, const Call& call) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(const uint32_t reason, ParseErasure(*request));
        ASSIGN_OR_RETURN(const Child child,
                         FindChild(transaction, request->school_id(), request->student_number()));
        rec::ErasureRecord erasure;
        erasure.set_reason(reason);
        erasure.set_erased_us(call.now_us);
        erasure.set_erased_by(call.caller.id);
        ASSIGN_OR_RETURN(const Erased erased,
                         consumption::EraseStudent(transaction, child, erasure));
        v1::EraseStudentResponse answer;
        answer.set_name_erased(erased.has_name);
        answer.set_measurements_erased(erased.measurements);
        answer.set_guardian_names_erased(erased.guardian_names);
        std::vector<uint32_t> touched;
        if (!erased.doomed.empty()) touched.push_back(child.school_number);
        return DestructionPayload(erased.doomed, std::move(touched), answer, erased.rewritten);
      });
}

grpc::ServerUnaryReactor* ErasureService::ListErasures(Context* context,
                                                       const v1::ListErasuresRequest* request,
                                                       v1::ListErasuresResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListErasuresResponse> {
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        v1::ListErasuresResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<ErasureTable>(
                             reader, ErasureKey::Range(school.number()), *request,
                             [&](const ErasureKey::Key& key, const rec::ErasureRecord& erasure) {
                               *answer.add_erasures() =
                                   ToMessage(static_cast<int32_t>(std::get<1>(key)), erasure);
                               return true;
                             }));
        return answer;
      });
}

}  // namespace milkway::consumption
