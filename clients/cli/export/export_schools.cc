// Students and class records, school by school.

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/days.h"
#include "clients/cli/export/export_parts.h"
#include "clients/cli/students.h"
#include "clients/cli/words.h"

namespace milkway::cli {

namespace {

using consumption::v1::DistributionService;
using consumption::v1::SchoolService;

// Sorts behind the school's own id and before the next one.
constexpr absl::string_view kEndOfSchool("\0", 1);

// Where a walk over schools and their pages is: "school\npage token".
struct SchoolCursor {
  std::string school_id;
  std::string page_token;

  static SchoolCursor Parse(absl::string_view text) {
    std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('\n', 1));
    return {parts.first, parts.second};
  }
  std::string ToString() const { return absl::StrCat(school_id, "\n", page_token); }
};

absl::StatusOr<std::vector<std::string>> ListSchoolIds(const ExportParts& parts) {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(ForEachPage(parts.connection, &SchoolService::Stub::ListSchools,
                              consumption::v1::ListSchoolsRequest(), [&](const auto& page) {
                                for (const auto& school : page.schools()) {
                                  ids.push_back(school.school_id());
                                }
                                return absl::OkStatus();
                              }));
  return ids;
}

// Calls `page_of(school, page token)`, which returns the next token, from the folder's
// cursor on, with a checkpoint after every page that fills the memory.
template <typename PageOf>
absl::Status WalkSchools(const ExportParts& parts, const PageOf& page_of) {
  ASSIGN_OR_RETURN(const std::vector<std::string> schools, ListSchoolIds(parts));
  SchoolCursor cursor = SchoolCursor::Parse(parts.folder.cursor());
  for (const std::string& school_id : schools) {
    // The ids are in order.
    if (school_id < cursor.school_id) continue;
    if (school_id != cursor.school_id) cursor = {school_id, ""};
    do {
      ASSIGN_OR_RETURN(cursor.page_token, page_of(school_id, cursor.page_token));
      // The end of a school is the start of the next one.
      const std::string at = cursor.page_token.empty() ? absl::StrCat(school_id, kEndOfSchool, "\n")
                                                       : cursor.ToString();
      RETURN_IF_ERROR(parts.folder.CheckpointIfFull(at));
    } while (!cursor.page_token.empty());
  }
  return absl::OkStatus();
}

void WriteStudent(const std::string& school_id, const consumption::v1::Student& student,
                  TableFile* file) {
  file->Set("school_id", school_id);
  file->Set("student_number", student.student_number());
  file->Set("class", student.class_name());
  file->Set("birth_month", student.birth_month());
  file->Set("sex", WordOf(kSexes, student.sex()));
  file->Set("enrolled_on", student.enrolled_on());
  file->Set("left_on", student.left_on());
  if (student.exclusion() != consumption::v1::EXCLUSION_UNSPECIFIED) {
    file->Set("exclusion", WordOf(kExclusions, student.exclusion()));
    if (student.excluded_from() != student.enrolled_on()) {
      file->Set("excluded_from", student.excluded_from());
    }
  }
  file->EndRow();
}

class DistributionWriter {
 public:
  explicit DistributionWriter(const ExportParts& parts) : parts_(parts) {}

  // The revision that stands goes into distributions.csv, what it replaced into the
  // history; so does that a record was withdrawn.
  void Write(const consumption::v1::RecordedDistribution& record) {
    int shown = record.revisions_size();
    while (shown > 0 && record.revisions(shown - 1).position() > parts_.survey.position) --shown;
    for (int i = 0; i < shown; ++i) {
      const bool stands = i + 1 == shown && record.revisions(i).lines_size() > 0;
      WriteRevision(
          record, record.revisions(i),
          parts_.folder.file(stands ? Table::kDistributions : Table::kDistributionHistory));
    }
  }

 private:
  void StartRow(const consumption::v1::RecordedDistribution& record,
                const consumption::v1::DistributionRevision& revision, TableFile& file) {
    const consumption::v1::Distribution& distribution = record.distribution();
    file.Set("distribution_id", record.distribution_id());
    file.Set("school_id", distribution.school_id());
    file.Set("served_on", distribution.served_on());
    file.Set("class", distribution.class_name());
    file.Set("session", distribution.session());
    if (distribution.has_served_at()) {
      file.Set("served_at", FormatRfc3339(FromZonedTime(distribution.served_at())));
    }
    file.Set("absent", FormatStudents(revision.absent_numbers()));
    file.Set("refused", FormatStudents(revision.refused_numbers()));
    if (revision.has_incident()) {
      file.Set("incident_students", FormatStudents(revision.incident().student_numbers()));
      file.Set("incident_note", revision.incident().note());
    }
    if (record.revisions_size() > 1) {
      file.Set("version", revision.revision());
      file.Set("reason", revision.reason());
    }
    file.Set("recorded", revision.position());
    const PostingReasons* reasons = parts_.survey.FindReasons(revision.position());
    if (reasons == nullptr) return;
    file.Set("discrepancy_reason", reasons->discrepancy_reason);
    file.Set("fefo_reason", reasons->fefo_override_reason);
  }

  void WriteRevision(const consumption::v1::RecordedDistribution& record,
                     const consumption::v1::DistributionRevision& revision, TableFile& file) {
    for (const consumption::v1::DistributionLine& line : revision.lines()) {
      StartRow(record, revision, file);
      SetLot(parts_, line.lot_id(), &file);
      file.Set("serving_g", line.serving_g());
      file.Set("students", FormatStudents(line.student_numbers()));
      file.Set("wasted_g", line.wasted_g());
      if (line.opened_packs() > 0) file.Set("opened_packs", line.opened_packs());
      if (line.take_home_packs() > 0) file.Set("take_home_packs", line.take_home_packs());
      if (line.pack_g() > 0) file.Set("pack_g", line.pack_g());
      file.EndRow();
      file.Total("servings", line.student_numbers_size());
      file.Total("served_g", line.serving_g() * line.student_numbers_size());
      file.Total("wasted_g", line.wasted_g());
    }
    if (revision.lines_size() > 0) return;
    StartRow(record, revision, file);
    file.EndRow();
  }

  const ExportParts& parts_;
};

}  // namespace

absl::Status ExportStudents(const ExportParts& parts) {
  ASSIGN_OR_RETURN(const bool wanted, parts.folder.Begin("students", {Table::kStudents}));
  if (!wanted) return absl::OkStatus();
  TableFile& file = parts.folder.file(Table::kStudents);
  RETURN_IF_ERROR(WalkSchools(parts,
                              [&](const std::string& school_id,
                                  const std::string& page_token) -> absl::StatusOr<std::string> {
                                consumption::v1::ListStudentsRequest request;
                                request.set_school_id(school_id);
                                request.set_page_size(kPageSize);
                                request.set_page_token(page_token);
                                ASSIGN_OR_RETURN(const auto page,
                                                 parts.connection.Call(
                                                     &SchoolService::Stub::ListStudents, request));
                                for (const auto& student : page.students())
                                  WriteStudent(school_id, student, &file);
                                return page.next_page_token();
                              }));
  return parts.folder.End();
}

absl::Status ExportDistributions(const ExportParts& parts) {
  ASSIGN_OR_RETURN(
      const bool wanted,
      parts.folder.Begin("distributions", {Table::kDistributions, Table::kDistributionHistory}));
  if (!wanted) return absl::OkStatus();
  DistributionWriter writer(parts);
  RETURN_IF_ERROR(WalkSchools(
      parts,
      [&](const std::string& school_id,
          const std::string& page_token) -> absl::StatusOr<std::string> {
        consumption::v1::ListDistributionsRequest request;
        request.set_school_id(school_id);
        request.set_page_size(kPageSize);
        request.set_page_token(page_token);
        ASSIGN_OR_RETURN(
            const auto page,
            parts.connection.Call(&DistributionService::Stub::ListDistributions, request));
        for (const auto& record : page.distributions()) writer.Write(record);
        parts.console.ShowProgress("exporting class records",
                                   parts.folder.file(Table::kDistributions).rows(),
                                   parts.survey.distributions);
        return page.next_page_token();
      }));
  return parts.folder.End();
}

}  // namespace milkway::cli
