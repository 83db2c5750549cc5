#include "services/inventory/reasons.h"

#include <algorithm>

#include "google/protobuf/repeated_ptr_field.h"

namespace milkway::inventory {

namespace {

using K = AccountKind;

struct Name {
  int reason;
  const char* name_en;
  const char* name_zh;
};

constexpr Name kCountReasons[] = {
    {v1::COUNT_REASON_SERVING_NOT_RECORDED, "milk was served and not recorded", "漏记发放"},
    {v1::COUNT_REASON_TRANSFER_NOT_RECORDED, "a receipt or dispatch was not recorded",
     "漏记收货或发货"},
    {v1::COUNT_REASON_WRONG_QUANTITY, "a record has a wrong quantity", "记录数量错误"},
    {v1::COUNT_REASON_WRONG_LOT, "a record names another lot", "记录批次错误"},
    {v1::COUNT_REASON_PORTION_DIFFERED, "more or less powder a cup than planned", "冲调用量偏差"},
    {v1::COUNT_REASON_SPILLED, "spilt or spoilt and not written off", "撒漏或变质未记"},
    {v1::COUNT_REASON_PESTS, "eaten by pests", "鼠虫害"},
    {v1::COUNT_REASON_STOLEN, "stolen, or suspected", "被盗或疑似被盗"},
    {v1::COUNT_REASON_EARLIER_COUNT_WRONG, "an earlier count was wrong", "上次盘点错误"},
    {v1::COUNT_REASON_NOT_FOUND_OUT, "looked for and not found out", "原因不明"},
};

constexpr Name kReturnReasons[] = {
    {v1::RETURN_REASON_RECALLED, "recalled", "召回"},
    {v1::RETURN_REASON_QUALITY, "below the agreed quality", "质量不合格"},
    {v1::RETURN_REASON_DAMAGED, "damaged when it came", "到货破损"},
    {v1::RETURN_REASON_WRONG_GOODS, "not what was ordered", "与订单不符"},
    {v1::RETURN_REASON_SURPLUS, "more than was ordered", "超出订购数量"},
    {v1::RETURN_REASON_SHORT_DATED, "too close to its last day", "临近保质期"},
    {v1::RETURN_REASON_REFUSED_AT_BORDER, "refused by customs or inspection", "海关或检验不合格"},
};

void AddNames(absl::Span<const Name> names,
              google::protobuf::RepeatedPtrField<v1::ReasonName>* messages) {
  for (const Name& name : names) {
    v1::ReasonName& message = *messages->Add();
    message.set_reason(name.reason);
    message.set_name_en(name.name_en);
    message.set_name_zh(name.name_zh);
  }
}

}  // namespace

absl::Span<const AdjustmentRule> AdjustmentRules() {
  static const std::vector<K>& any = *new std::vector<K>{K::kUsable, K::kQuarantined, K::kDamaged};
  static const std::vector<K>& usable = *new std::vector<K>{K::kUsable};
  static const std::vector<K>& quarantined = *new std::vector<K>{K::kQuarantined};
  const auto written_off = [](v1::AdjustmentReason reason, const char* en, const char* zh) {
    return AdjustmentRule{reason, en, zh, any, K::kLossWrittenOff, true};
  };
  static const auto& rules = *new std::vector<AdjustmentRule>{
      {v1::ADJUSTMENT_REASON_QUARANTINE, "held back", "隔离待查", usable, K::kQuarantined, true},
      {v1::ADJUSTMENT_REASON_RELEASE, "released", "解除隔离", quarantined, K::kUsable, true},
      {v1::ADJUSTMENT_REASON_DAMAGED, "spoilt, still there", "破损待处理", usable, K::kDamaged,
       true},
      written_off(v1::ADJUSTMENT_REASON_EXPIRED, "past its last day", "超过保质期"),
      written_off(v1::ADJUSTMENT_REASON_SPOILED, "spoilt", "变质"),
      written_off(v1::ADJUSTMENT_REASON_STOLEN, "stolen", "被盗"),
      {v1::ADJUSTMENT_REASON_DESTROYED, "destroyed under supervision", "监督销毁", any,
       K::kDestroyed, true},
      {v1::ADJUSTMENT_REASON_RETURNED, "returned to the supplier", "退回供应商", any, K::kReturned,
       true},
      {v1::ADJUSTMENT_REASON_RECALL, "held back by a recall", "召回隔离", usable, K::kQuarantined,
       false},
      {v1::ADJUSTMENT_REASON_RECALL_LIFTED, "released after a recall", "召回解除", quarantined,
       K::kUsable, false},
      written_off(v1::ADJUSTMENT_REASON_WATER, "spoilt by water or damp", "受潮或水浸"),
      written_off(v1::ADJUSTMENT_REASON_PESTS, "spoilt by insects, rats or other pests", "鼠虫害"),
      written_off(v1::ADJUSTMENT_REASON_HEAT, "spoilt by heat or sun", "高温或日晒变质"),
      written_off(v1::ADJUSTMENT_REASON_PACKAGING_BROKEN, "the packing broke", "包装破裂"),
      written_off(v1::ADJUSTMENT_REASON_CONTAMINATED, "contaminated, or suspected",
                  "污染或疑似污染"),
      written_off(v1::ADJUSTMENT_REASON_SAMPLE, "taken as a sample for testing", "抽样检验"),
      written_off(v1::ADJUSTMENT_REASON_OPENED_TOO_LONG, "opened longer ago than it may be used",
                  "开封超期"),
      written_off(v1::ADJUSTMENT_REASON_LOST, "lost, nobody knows how", "丢失"),
  };
  return rules;
}

const AdjustmentRule* FindRule(v1::AdjustmentReason reason, AccountKind from) {
  for (const AdjustmentRule& rule : AdjustmentRules()) {
    const bool fits = std::find(rule.from.begin(), rule.from.end(), from) != rule.from.end();
    if (rule.reason == reason && rule.by_hand && fits) return &rule;
  }
  return nullptr;
}

v1::ListAdjustmentReasonsResponse AllReasons() {
  v1::ListAdjustmentReasonsResponse answer;
  for (const AdjustmentRule& rule : AdjustmentRules()) {
    v1::AdjustmentReasonInfo& message = *answer.add_reasons();
    message.set_reason(rule.reason);
    message.set_name_en(rule.name_en);
    message.set_name_zh(rule.name_zh);
    for (const AccountKind from : rule.from) {
      message.add_from(static_cast<v1::AccountKind>(from));
    }
    message.set_to(static_cast<v1::AccountKind>(rule.to));
    message.set_by_hand(rule.by_hand);
  }
  AddNames(kCountReasons, answer.mutable_count_reasons());
  AddNames(kReturnReasons, answer.mutable_return_reasons());
  return answer;
}

}  // namespace milkway::inventory
