// TLS for a server, whose certificate can be renewed while it runs.

#ifndef MILKWAY_SERVICES_RUNTIME_TRANSPORT_TLS_CREDENTIALS_H_
#define MILKWAY_SERVICES_RUNTIME_TRANSPORT_TLS_CREDENTIALS_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/security/server_credentials.h"
#include "services/runtime/transport/tls_files.h"

namespace milkway::runtime {

// Hears what happens to certificates: "certificate_renewed", "certificate_refused", with a
// sentence for the operator. From any thread.
using TlsNotice = std::function<void(absl::string_view event, absl::string_view message)>;

// Credentials of the files. Where authorities are named, a client's certificate is asked
// for and must then be of theirs, but a client may have none.
//
// A second after the files were changed at the latest, new connections see what is in
// them; those that stand go on. Files that cannot be used, such as a certificate whose key
// is still on its way, change nothing but for a notice. Errors as ReadTlsFiles.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TlsServerCredentials(TlsFiles files,
                                                                              TlsNotice notice);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_TRANSPORT_TLS_CREDENTIALS_H_
