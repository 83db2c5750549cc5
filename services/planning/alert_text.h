// Alerts in words, English and Chinese. Pure.

#ifndef MILKWAY_SERVICES_PLANNING_ALERT_TEXT_H_
#define MILKWAY_SERVICES_PLANNING_ALERT_TEXT_H_

#include <string>

#include "services/planning/planning_keys.h"

namespace milkway::planning {

struct AlertText {
  std::string text_en;
  std::string text_zh;
  std::string action_en;
  std::string action_zh;
};

// `alert.facts` with the numbers of the last evaluation.
AlertText TextOf(const rec::AlertRecord& alert);

// "low", as alert ids begin; "alert" for a kind that is not known.
const char* WordOfKind(uint32_t kind);

// "12.345 kg", for people: whole grams below 1 kg.
std::string FormatGrams(int64_t grams);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_ALERT_TEXT_H_
