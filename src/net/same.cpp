#include "net/same.hpp"

#include <openssl/crypto.h>

namespace sparkify::net {

bool is_same(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace sparkify::net
