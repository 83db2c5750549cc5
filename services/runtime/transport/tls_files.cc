#include "services/runtime/transport/tls_files.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/secret_file.h"

namespace milkway::runtime {

namespace {

constexpr char kCertificate[] = "certificate";
constexpr char kKey[] = "private key";
constexpr char kAuthorities[] = "file of authorities";
constexpr std::streamsize kFileBytesMax = 1 << 20;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;

// Nobody is there to type it.
int NoPassphrase(char*, int, int, void*) { return -1; }

Bio BioOf(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

absl::StatusOr<std::string> ReadFile(absl::string_view what, const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return SecretFileRefused(what, file, absl::StrCat("cannot be read: ", std::strerror(errno)));
  }
  std::string text(static_cast<size_t>(kFileBytesMax), '\0');
  stream.read(text.data(), kFileBytesMax);
  text.resize(static_cast<size_t>(stream.gcount()));
  return text;
}

absl::StatusOr<std::string> ReadKeyFile(const std::string& file) {
  ASSIGN_OR_RETURN(std::optional<std::string> text, ReadSecretFile(kKey, file));
  if (!text.has_value()) return SecretFileRefused(kKey, file, "is not there");
  return *std::move(text);
}

// Why OpenSSL refused something; forgets it.
std::string OpenSslReason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason == nullptr ? "not usable" : reason;
}

absl::Time TimeOf(const ASN1_TIME* time) {
  std::tm civil{};
  if (ASN1_TIME_to_tm(time, &civil) != 1) return absl::InfinitePast();
  return absl::FromTM(civil, absl::UTCTimeZone());
}

// OK if the certificate and the key can be used together.
absl::Status CheckPair(const TlsFiles& files, X509* certificate, EVP_PKEY* key) {
  if (X509_check_private_key(certificate, key) != 1) {
    ERR_clear_error();
    return SecretFileRefused(kKey, files.key,
                             absl::StrCat("is not that of the certificate ", files.certificate));
  }
  const Context context(SSL_CTX_new(TLS_method()));
  if (SSL_CTX_use_certificate(context.get(), certificate) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key) != 1) {
    return SecretFileRefused(kCertificate, files.certificate,
                             absl::StrCat("is refused by OpenSSL: ", OpenSslReason()));
  }
  return absl::OkStatus();
}

absl::Status CheckTime(const TlsFiles& files, const X509* certificate, absl::Time now,
                       absl::Time* valid_until) {
  *valid_until = TimeOf(X509_get0_notAfter(certificate));
  const absl::Time valid_from = TimeOf(X509_get0_notBefore(certificate));
  if (now >= *valid_until) {
    return SecretFileRefused(
        kCertificate, files.certificate,
        absl::StrCat("has expired on ", absl::FormatTime(*valid_until, absl::UTCTimeZone()),
                     "; put a new one in its place"));
  }
  if (now < valid_from) {
    return SecretFileRefused(
        kCertificate, files.certificate,
        absl::StrCat("is not valid before ", absl::FormatTime(valid_from, absl::UTCTimeZone()),
                     "; is the clock of this machine right?"));
  }
  return absl::OkStatus();
}

absl::Status CheckIdentity(const TlsFiles& files, TlsMaterial* material, absl::Time now) {
  const Certificate certificate(
      PEM_read_bio_X509(BioOf(material->certificate).get(), nullptr, &NoPassphrase, nullptr));
  if (certificate == nullptr) {
    ERR_clear_error();
    return SecretFileRefused(kCertificate, files.certificate, "holds no certificate in PEM form");
  }
  const Key key(
      PEM_read_bio_PrivateKey(BioOf(material->key).get(), nullptr, &NoPassphrase, nullptr));
  if (key == nullptr) {
    ERR_clear_error();
    return SecretFileRefused(kKey, files.key,
                             "holds no private key in PEM form, or one with a passphrase");
  }
  RETURN_IF_ERROR(CheckTime(files, certificate.get(), now, &material->valid_until));
  return CheckPair(files, certificate.get(), key.get());
}

absl::StatusOr<std::string> ReadAuthorities(const std::string& file) {
  ASSIGN_OR_RETURN(std::string text, ReadFile(kAuthorities, file));
  const Certificate first(PEM_read_bio_X509(BioOf(text).get(), nullptr, &NoPassphrase, nullptr));
  ERR_clear_error();
  if (first != nullptr) return text;
  return SecretFileRefused(kAuthorities, file, "holds no certificate in PEM form");
}

}  // namespace

absl::StatusOr<TlsMaterial> ReadTlsFiles(const TlsFiles& files, absl::Time now) {
  TlsMaterial material;
  ASSIGN_OR_RETURN(material.certificate, ReadFile(kCertificate, files.certificate));
  ASSIGN_OR_RETURN(material.key, ReadKeyFile(files.key));
  RETURN_IF_ERROR(CheckIdentity(files, &material, now));
  if (files.authorities.empty()) return material;
  ASSIGN_OR_RETURN(material.authorities, ReadAuthorities(files.authorities));
  return material;
}

absl::Status CheckAuthorities(const std::string& file) { return ReadAuthorities(file).status(); }

}  // namespace milkway::runtime
