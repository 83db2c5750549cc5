#include "tests/support/authority.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace milkway::testing {

namespace {

void DieUnless(bool good) {
  if (good) return;
  std::fprintf(stderr, "OpenSSL did not make a certificate\n");
  std::abort();
}

std::string TextOf(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);  // NOLINT(google-runtime-int): OpenSSL's type
  std::string text(bytes, static_cast<size_t>(size));
  BIO_free(bio);
  return text;
}

std::string PemOf(X509* certificate) {
  BIO* bio = BIO_new(BIO_s_mem());
  DieUnless(PEM_write_bio_X509(bio, certificate) == 1);
  return TextOf(bio);
}

std::string PemOf(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  DieUnless(PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return TextOf(bio);
}

void AddExtension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  DieUnless(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

X509* NewCertificate(const std::string& name, EVP_PKEY* key, absl::Time start, absl::Time end) {
  static std::atomic<int> serial{1};
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  ASN1_TIME_set(X509_getm_notBefore(certificate), absl::ToTimeT(start));
  ASN1_TIME_set(X509_getm_notAfter(certificate), absl::ToTimeT(end));
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  DieUnless(X509_set_pubkey(certificate, key) == 1);
  return certificate;
}

}  // namespace

Authority::Authority(const std::string& name) : key_(EVP_EC_gen("P-256")) {
  own_.reset(NewCertificate(name, key_.get(), absl::Now() - absl::Hours(1),
                            absl::Now() + absl::Hours(24)));
  X509_set_issuer_name(own_.get(), X509_get_subject_name(own_.get()));
  AddExtension(own_.get(), NID_basic_constraints, "critical,CA:TRUE");
  DieUnless(X509_sign(own_.get(), key_.get(), EVP_sha256()) > 0);
  root_ = {PemOf(own_.get()), PemOf(key_.get())};
}

Identity Authority::Issue(const std::string& names, absl::Duration valid_for,
                          absl::Time start) const {
  const std::unique_ptr<EVP_PKEY, Free> key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, Free> certificate(
      NewCertificate("somebody", key.get(), start, start + valid_for));
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(own_.get()));
  if (!names.empty()) AddExtension(certificate.get(), NID_subject_alt_name, names);
  DieUnless(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
  return {PemOf(certificate.get()), PemOf(key.get())};
}

}  // namespace milkway::testing
