#include "services/runtime/transport/tls_credentials.h"

#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <list>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "clients/cpp/status_macros.h"
#include "grpc/grpc.h"
#include "grpc/grpc_security.h"
#include "services/runtime/check.h"
#include "services/runtime/transport/steady_time.h"

namespace milkway::runtime {

namespace {

constexpr absl::Duration kLookPause = absl::Seconds(1);

// Tells whether a file is still the one that was read.
struct FileStamp {
  ino_t inode = 0;
  off_t size_bytes = 0;
  int64_t changed_s = 0;
  int64_t changed_ns = 0;

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};
using FileStamps = std::array<FileStamp, 3>;

FileStamp StampOf(const std::string& file) {
  struct stat status {};
  if (file.empty() || stat(file.c_str(), &status) != 0) return {};
  return {status.st_ino, status.st_size, status.st_ctim.tv_sec, status.st_ctim.tv_nsec};
}

FileStamps StampsOf(const TlsFiles& files) {
  return {StampOf(files.certificate), StampOf(files.key), StampOf(files.authorities)};
}

grpc_ssl_server_certificate_config* ConfigOf(const TlsMaterial& material) {
  const grpc_ssl_pem_key_cert_pair pair = {material.key.c_str(), material.certificate.c_str()};
  // gRPC wants some authorities even where it does not ask clients for a certificate.
  const std::string& authorities =
      material.authorities.empty() ? material.certificate : material.authorities;
  return grpc_ssl_server_certificate_config_create(authorities.c_str(), &pair, 1);
}

// The files, as they were when they were last good. Thread-safe.
class WatchedFiles {
 public:
  WatchedFiles(TlsFiles files, TlsNotice notice, FileStamps stamps, TlsMaterial material)
      : files_(std::move(files)),
        notice_(std::move(notice)),
        stamps_(stamps),
        material_(std::move(material)) {}

  bool AsksClients() const { return !files_.authorities.empty(); }

  // What is newer than the version `seen`, if anything is.
  grpc_ssl_certificate_config_reload_status Fetch(int64_t* seen,
                                                  grpc_ssl_server_certificate_config** config) {
    absl::MutexLock lock(&mutex_);
    Look();
    if (std::exchange(*seen, version_) == version_) {
      return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    }
    *config = ConfigOf(material_);
    return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
  }

 private:
  void Look() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (SteadyNow() < next_look_) return;
    next_look_ = SteadyNow() + kLookPause;
    // Before the files are read: what changes meanwhile is seen at the next look.
    const FileStamps stamps = StampsOf(files_);
    if (stamps == stamps_) return;
    absl::StatusOr<TlsMaterial> material = ReadTlsFiles(files_, absl::Now());
    if (!material.ok()) {
      // It may be good later as it is: one of the near future, or a file just now out of reach.
      if (std::exchange(refusal_, material.status()) == material.status()) return;
      return Say("certificate_refused", absl::StrCat("the certificate stays as it was, for ",
                                                     material.status().message()));
    }
    stamps_ = stamps;
    refusal_ = absl::OkStatus();
    if (*material == material_) return;
    material_ = *std::move(material);
    ++version_;
    Say("certificate_renewed",
        absl::StrCat("new connections see the certificate ", files_.certificate, ", valid until ",
                     absl::FormatTime(material_.valid_until, absl::UTCTimeZone())));
  }

  void Say(absl::string_view event, absl::string_view message) const {
    if (notice_ != nullptr) notice_(event, message);
  }

  const TlsFiles files_;
  const TlsNotice notice_;
  absl::Mutex mutex_;
  FileStamps stamps_ ABSL_GUARDED_BY(mutex_);
  TlsMaterial material_ ABSL_GUARDED_BY(mutex_);
  absl::Status refusal_ ABSL_GUARDED_BY(mutex_);  // of the files as they are now
  int64_t version_ ABSL_GUARDED_BY(mutex_) = 1;
  absl::Time next_look_ ABSL_GUARDED_BY(mutex_) = SteadyNow() + kLookPause;
};

// The certificate of one port. gRPC asks each port anew whether there is a newer one.
class Port {
 public:
  explicit Port(WatchedFiles* files) : files_(files) {
    credentials_ = grpc_ssl_server_credentials_create_with_options(
        grpc_ssl_server_credentials_create_options_using_config_fetcher(
            files_->AsksClients() ? GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY
                                  : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE,
            &Port::Fetch, this));
  }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;
  ~Port() { grpc_server_credentials_release(credentials_); }

  grpc_server_credentials* credentials() { return credentials_; }

 private:
  // Before each handshake.
  static grpc_ssl_certificate_config_reload_status Fetch(
      void* self, grpc_ssl_server_certificate_config** config) {
    auto* port = static_cast<Port*>(self);
    return port->files_->Fetch(&port->seen_, config);
  }

  WatchedFiles* const files_;
  int64_t seen_ = 0;  // guarded by the files
  grpc_server_credentials* credentials_;
};

// gRPC's own class for TLS reads its files whether or not they fit each other, and is
// without a certificate while they do not.
class WatchedCredentials final : public grpc::ServerCredentials {
 public:
  explicit WatchedCredentials(std::unique_ptr<WatchedFiles> files) : files_(std::move(files)) {}

  // Calls are checked by Access.
  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& processor) override {
    MILKWAY_CHECK(processor == nullptr);
  }

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    grpc_server_credentials* credentials = ports_.emplace_back(files_.get()).credentials();
    return grpc_server_add_http2_port(server, address.c_str(), credentials);
  }

  const std::unique_ptr<WatchedFiles> files_;
  std::list<Port> ports_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TlsServerCredentials(TlsFiles files,
                                                                              TlsNotice notice) {
  const FileStamps stamps = StampsOf(files);
  ASSIGN_OR_RETURN(TlsMaterial material, ReadTlsFiles(files, absl::Now()));
  return std::make_shared<WatchedCredentials>(std::make_unique<WatchedFiles>(
      std::move(files), std::move(notice), stamps, std::move(material)));
}

}  // namespace milkway::runtime
