// The printed page of a recall for one place, in Chinese and English. Pure.

#ifndef MILKWAY_SERVICES_TRACE_RECALL_NOTICE_H_
#define MILKWAY_SERVICES_TRACE_RECALL_NOTICE_H_

#include <string>

#include "milkway/trace/v1/recalls.pb.h"

namespace milkway::trace {

// A whole HTML page in UTF-8 that loads nothing else. What people typed is escaped.
std::string RecallNotice(const v1::GetRecallPlaceResponse& place);

// `text` with & < > " and ' as HTML entities.
std::string EscapeHtml(const std::string& text);

}  // namespace milkway::trace

#endif  // MILKWAY_SERVICES_TRACE_RECALL_NOTICE_H_
