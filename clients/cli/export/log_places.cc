#include "clients/cli/export/log_places.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"

namespace milkway::cli {

namespace {

constexpr int64_t kSampleEvery = 64;
constexpr size_t kAskedMax = 4'096;

}  // namespace

void LogPlaces::Add(int64_t recorded_us) {
  if (count_ % kSampleEvery == 0) sampled_us_.push_back(recorded_us);
  ++count_;
}

absl::StatusOr<std::string> LogPlaces::At(int64_t us) {
  const auto after = std::upper_bound(sampled_us_.begin(), sampled_us_.end(), us);
  if (after == sampled_us_.begin()) return absl::StrCat("0+", us);
  // Positions are numbered from 1 without a gap.
  int64_t position = (after - sampled_us_.begin() - 1) * kSampleEvery + 1;
  int64_t end = std::min(position + kSampleEvery, count_ + 1);
  while (end - position > 1) {
    const int64_t middle = position + (end - position) / 2;
    ASSIGN_OR_RETURN(const int64_t middle_us, TimeOf(middle));
    (middle_us <= us ? position : end) = middle;
  }
  ASSIGN_OR_RETURN(const int64_t position_us, TimeOf(position));
  return absl::StrCat(position, "+", us - position_us);
}

absl::StatusOr<int64_t> LogPlaces::TimeOf(int64_t position) {
  if ((position - 1) % kSampleEvery == 0) {
    return sampled_us_[static_cast<size_t>((position - 1) / kSampleEvery)];
  }
  const auto known = asked_us_.find(position);
  if (known != asked_us_.end()) return known->second;
  inventory::v1::GetPostingRequest request;
  request.set_position(position);
  ASSIGN_OR_RETURN(const auto answer,
                   connection_.Call(&inventory::v1::StockService::Stub::GetPosting, request));
  if (asked_us_.size() >= kAskedMax) asked_us_.clear();
  return asked_us_[position] = answer.posting().recorded_us();
}

}  // namespace milkway::cli
