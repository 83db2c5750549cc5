#include "services/consumption/sealed_text.h"

#include <sodium.h>

#include "clients/cpp/status_macros.h"
#include "services/runtime/canonical.h"
#include "services/runtime/check.h"
#include "services/runtime/master_key.h"

namespace milkway::consumption {

namespace {

std::string RowOf(const ChildKeyName& name, uint32_t row) {
  std::string bytes;
  runtime::PutString(name.school_id, &bytes);
  runtime::PutNumber(name.student_number, &bytes);
  runtime::PutNumber(static_cast<uint32_t>(name.subject), &bytes);
  runtime::PutNumber(name.number, &bytes);
  runtime::PutNumber(row, &bytes);
  return bytes;
}

}  // namespace

std::string SealText(absl::string_view key, const ChildKeyName& name, uint32_t row,
                     const google::protobuf::MessageLite& text) {
  std::string padded = text.SerializeAsString();
  const size_t size = padded.size();
  padded.resize(size + kSealedBlockBytes);
  size_t padded_size = 0;
  const int status = sodium_pad(&padded_size, reinterpret_cast<unsigned char*>(padded.data()), size,
                                kSealedBlockBytes, padded.size());
  MILKWAY_CHECK(status == 0);
  padded.resize(padded_size);
  std::string sealed = runtime::SealWith(key, padded, RowOf(name, row));
  sodium_memzero(padded.data(), padded.size());
  return sealed;
}

absl::Status OpenText(absl::string_view key, const ChildKeyName& name, uint32_t row,
                      absl::string_view sealed, google::protobuf::MessageLite* text) {
  ASSIGN_OR_RETURN(std::string padded, runtime::OpenWith(key, sealed, RowOf(name, row)));
  size_t size = 0;
  const bool is_text = sodium_unpad(&size, reinterpret_cast<const unsigned char*>(padded.data()),
                                    padded.size(), kSealedBlockBytes) == 0 &&
                       text->ParseFromArray(padded.data(), static_cast<int>(size));
  sodium_memzero(padded.data(), padded.size());
  if (!is_text) {
    return absl::DataLossError("a child's sealed text is damaged; restore it from a backup");
  }
  return absl::OkStatus();
}

}  // namespace milkway::consumption
