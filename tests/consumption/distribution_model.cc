#include "tests/consumption/distribution_model.h"

#include <algorithm>
#include <utility>

namespace milkway::consumption {

namespace {

int64_t ServedG(const v1::DistributionLine& line) {
  return line.serving_g() * line.student_numbers_size();
}

int64_t OutG(const DistributionModel::Lines& lines, int64_t lot) {
  int64_t grams = 0;
  for (const v1::DistributionLine& line : lines) {
    if (line.lot_id() == lot) grams += ServedG(line) + line.wasted_g();
  }
  return grams;
}

std::set<int32_t> ChildrenOf(const DistributionModel::Lines& lines) {
  std::set<int32_t> children;
  for (const v1::DistributionLine& line : lines) {
    children.insert(line.student_numbers().begin(), line.student_numbers().end());
  }
  return children;
}

}  // namespace

int64_t DistributionModel::Verdict::found_g() const {
  int64_t grams = 0;
  for (const auto& [lot, of_lot] : found) grams += of_lot;
  return grams;
}

DistributionModel::Key DistributionModel::KeyOf(const v1::Distribution& distribution) {
  return {distribution.served_on(), distribution.class_name(), distribution.session()};
}

bool DistributionModel::IsKnown(const std::string& request_id, const std::string& body,
                                Verdict* verdict) const {
  const auto memory = memories_.find(request_id);
  if (memory == memories_.end()) return false;
  if (memory->second.body == body) {
    verdict->repeated = memory->second.answer;
  } else {
    verdict->refusal = "REQUEST_ID_REUSED";
  }
  return true;
}

std::string DistributionModel::RosterRefusal(const Lines& lines, const std::string& day) {
  for (const v1::DistributionLine& line : lines) {
    const auto& children = line.student_numbers();
    const auto is_any = [&children](const auto& rule) {
      return std::any_of(children.begin(), children.end(), rule);
    };
    if (is_any([](int32_t child) { return child > kChildren; })) return "STUDENT_UNKNOWN";
    if (day < kLateFrom && is_any(IsLate)) return "STUDENT_NOT_ENROLLED";
    if (is_any(IsExcluded)) return "STUDENT_EXCLUDED";
  }
  return "";
}

// Stock is there from the first day on and only goes down, so the last balance of all
// is the one that may run out, whichever day a record is of.
void DistributionModel::JudgeStock(const Lines& lines, const Entry* replaced, bool may_find,
                                   Verdict* verdict) const {
  for (const v1::DistributionLine& line : lines) {
    int64_t usable_g = usable_g_.at(line.lot_id());
    if (replaced != nullptr) {
      usable_g += OutG(replaced->standing(), line.lot_id());
      const auto found = replaced->found.find(line.lot_id());
      if (found != replaced->found.end()) usable_g -= found->second;
    }
    const int64_t missing_g = OutG(lines, line.lot_id()) - usable_g;
    if (missing_g > 0) verdict->found[line.lot_id()] = missing_g;
  }
  if (!verdict->found.empty() && !may_find) verdict->refusal = "STOCK_MISSING";
}

DistributionModel::Verdict DistributionModel::Judge(
    const v1::RecordDistributionRequest& request) const {
  Verdict verdict;
  const v1::Distribution& distribution = request.distribution();
  if (IsKnown(request.request_id(), request.SerializeAsString(), &verdict)) return verdict;
  if (standing_.count(KeyOf(distribution)) > 0) {
    verdict.refusal = "DISTRIBUTION_RECORDED";
    return verdict;
  }
  verdict.refusal = RosterRefusal(distribution.lines(), distribution.served_on());
  if (!verdict.refusal.empty()) return verdict;
  JudgeStock(distribution.lines(), nullptr, !request.discrepancy_reason().empty(), &verdict);

  const std::set<int32_t> children = ChildrenOf(distribution.lines());
  std::set<int32_t> twice;
  const auto day = by_day_.find(distribution.served_on());
  if (day != by_day_.end()) {
    for (const int64_t id : day->second) {
      for (const v1::DistributionLine& line : entries_.at(id).standing()) {
        for (const int32_t child : line.student_numbers()) {
          if (children.count(child) > 0) twice.insert(child);
        }
      }
    }
  }
  verdict.served_twice = static_cast<int32_t>(twice.size());
  return verdict;
}

DistributionModel::Verdict DistributionModel::Judge(
    const v1::CorrectDistributionRequest& request) const {
  Verdict verdict;
  if (IsKnown(request.request_id(), request.SerializeAsString(), &verdict)) return verdict;
  const Entry& entry = entries_.at(request.distribution_id());
  if (entry.is_withdrawn()) {
    verdict.refusal = "DISTRIBUTION_WITHDRAWN";
  } else if (request.revision() != 0 &&
             static_cast<size_t>(request.revision()) != entry.versions.size()) {
    verdict.refusal = "REVISION_CHANGED";
  } else {
    verdict.refusal = RosterRefusal(request.lines(), std::get<0>(entry.key));
  }
  if (verdict.refusal.empty()) {
    JudgeStock(request.lines(), &entry, !request.discrepancy_reason().empty(), &verdict);
  }
  return verdict;
}

void DistributionModel::Move(const Lines& lines, const std::map<int64_t, int64_t>& found,
                             int64_t sign) {
  for (const v1::DistributionLine& line : lines) {
    usable_g_.at(line.lot_id()) -= sign * (ServedG(line) + line.wasted_g());
  }
  for (const auto& [lot, found_g] : found) usable_g_.at(lot) += sign * found_g;
}

void DistributionModel::Take(const v1::RecordDistributionRequest& request,
                             const v1::RecordDistributionResponse& response) {
  Entry entry;
  entry.key = KeyOf(request.distribution());
  entry.versions = {request.distribution().lines()};
  entry.positions = {response.position()};
  entry.found = Judge(request).found;
  Move(entry.standing(), entry.found, 1);
  standing_[entry.key] = response.distribution_id();
  by_day_[std::get<0>(entry.key)].insert(response.distribution_id());
  entries_[response.distribution_id()] = std::move(entry);
  memories_[request.request_id()] = {request.SerializeAsString(), response.SerializeAsString()};
}

void DistributionModel::Take(const v1::CorrectDistributionRequest& request,
                             const v1::CorrectDistributionResponse& response) {
  std::map<int64_t, int64_t> found = Judge(request).found;
  Entry& entry = entries_.at(request.distribution_id());
  Move(entry.standing(), entry.found, -1);
  entry.versions.push_back(request.lines());
  entry.positions.push_back(response.position());
  entry.found = std::move(found);
  Move(entry.standing(), entry.found, 1);
  if (entry.is_withdrawn()) standing_.erase(entry.key);
  memories_[request.request_id()] = {request.SerializeAsString(), response.SerializeAsString()};
}

std::vector<int64_t> DistributionModel::ListedIds() const {
  std::vector<std::pair<Key, int64_t>> ordered;
  for (const auto& [id, entry] : entries_) ordered.emplace_back(entry.key, id);
  std::sort(ordered.begin(), ordered.end());
  std::vector<int64_t> ids;
  for (const auto& [key, id] : ordered) ids.push_back(id);
  return ids;
}

LotSums DistributionModel::SumsOf(int64_t lot) const {
  LotSums sums;
  for (const auto& [id, entry] : entries_) {
    for (const v1::DistributionLine& line : entry.standing()) {
      if (line.lot_id() != lot) continue;
      sums.served_g += ServedG(line);
      sums.wasted_g += line.wasted_g();
      sums.servings += line.student_numbers_size();
      sums.children.insert(line.student_numbers().begin(), line.student_numbers().end());
    }
    const auto found = entry.found.find(lot);
    if (found != entry.found.end()) sums.found_g += found->second;
  }
  sums.usable_g = bought_g_.at(lot) + sums.found_g - sums.served_g - sums.wasted_g;
  return sums;
}

}  // namespace milkway::consumption
