#include "tests/gateway/http_connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace milkway::testing {

namespace {

constexpr int kPatienceSeconds = 20;

}  // namespace

std::string HttpReply::Header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

HttpConnection::HttpConnection(const std::string& address) {
  const size_t colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(std::atoi(address.c_str() + colon + 1)));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr);
  socket_ = socket(AF_INET, SOCK_STREAM, 0);
  const timeval patience = {kPatienceSeconds, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  if (connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0) {
    std::fprintf(stderr, "cannot connect to %s\n", address.c_str());
    std::abort();
  }
}

HttpConnection::~HttpConnection() { close(socket_); }

void HttpConnection::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has closed it: there may be a reply to read
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

bool HttpConnection::ReadMore() {
  char bytes[16 << 10];
  const ssize_t got = recv(socket_, bytes, sizeof(bytes), 0);
  if (got <= 0) return false;
  buffer_.append(bytes, static_cast<size_t>(got));
  return true;
}

std::string HttpConnection::TakeLine() {
  size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!ReadMore()) return "";
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::string HttpConnection::Take(size_t bytes) {
  while (buffer_.size() < bytes && ReadMore()) {
  }
  std::string taken = buffer_.substr(0, bytes);
  buffer_.erase(0, taken.size());
  return taken;
}

HttpReply HttpConnection::ReceiveHead() {
  HttpReply reply;
  const std::string line = TakeLine();
  if (line.size() < 12) return reply;
  reply.status = std::atoi(line.c_str() + 9);
  for (std::string header = TakeLine(); !header.empty(); header = TakeLine()) {
    const size_t colon = header.find(':');
    reply.headers.emplace(absl::AsciiStrToLower(header.substr(0, colon)),
                          absl::StripAsciiWhitespace(header.substr(colon + 1)));
  }
  return reply;
}

std::string HttpConnection::ReceiveChunk() {
  const size_t bytes = std::strtoul(TakeLine().c_str(), nullptr, 16);
  std::string chunk = Take(bytes);
  TakeLine();
  return chunk;
}

HttpReply HttpConnection::Receive(bool has_body) {
  HttpReply reply = ReceiveHead();
  if (reply.status == 0 || !has_body) return reply;
  if (reply.Header("transfer-encoding") == "chunked") {
    for (std::string chunk = ReceiveChunk(); !chunk.empty(); chunk = ReceiveChunk()) {
      reply.body += chunk;
    }
    return reply;
  }
  reply.body = Take(std::strtoul(reply.Header("content-length").c_str(), nullptr, 10));
  return reply;
}

bool HttpConnection::IsClosed() {
  while (ReadMore()) {
  }
  char byte = 0;
  return recv(socket_, &byte, 1, MSG_DONTWAIT) == 0;
}

std::string HttpText(absl::string_view verb, absl::string_view target,
                     const std::vector<std::pair<std::string, std::string>>& headers,
                     absl::string_view body) {
  std::string text = absl::StrCat(verb, " ", target, " HTTP/1.1\r\nHost: localhost\r\n");
  for (const auto& [name, value] : headers) absl::StrAppend(&text, name, ": ", value, "\r\n");
  if (!body.empty() || verb == "POST") {
    absl::StrAppend(&text, "Content-Length: ", body.size(), "\r\n");
  }
  return absl::StrCat(text, "\r\n", body);
}

}  // namespace milkway::testing
