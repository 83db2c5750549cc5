// The PEM files by which a process proves who it is, and knows others.

#ifndef MILKWAY_SERVICES_RUNTIME_TRANSPORT_TLS_FILES_H_
#define MILKWAY_SERVICES_RUNTIME_TRANSPORT_TLS_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace milkway::runtime {

// Names of files.
struct TlsFiles {
  std::string certificate;  // own certificate, then those between it and the root
  std::string key;          // its private key, for the owner's eyes only
  std::string authorities;  // certificates of those who vouch for others; may be empty
};

// What was in them.
struct TlsMaterial {
  std::string certificate;
  std::string key;
  std::string authorities;  // empty if no file is named
  absl::Time valid_until;   // of the own certificate

  friend bool operator==(const TlsMaterial&, const TlsMaterial&) = default;
};

// Reads and checks them. FAILED_PRECONDITION naming the file that is not there, is no PEM,
// may be read by others (the key), does not belong to the other (the key), whose time is
// over or has not come (the certificate), or is too weak.
absl::StatusOr<TlsMaterial> ReadTlsFiles(const TlsFiles& files, absl::Time now);

// OK if `file` is one of authorities.
absl::Status CheckAuthorities(const std::string& file);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TRANSPORT_TLS_FILES_H_
