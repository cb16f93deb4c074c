#include "s3/checksum.hpp"

#include <isa-l/crc.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/text.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sparkify::s3 {
namespace {

// Polynomials over GF(2), the coefficient of x^0 in the highest bit, as all CRCs of S3 have them.
constexpr std::uint64_t crc32c_polynomial = 0x82F63B78;
constexpr std::uint64_t crc32_polynomial = 0xEDB88320;
constexpr std::uint64_t crc64nvme_polynomial = 0x9A6C9329AC4BC9B5;

/// Remainders modulo one polynomial.
class Field {
 public:
  constexpr Field(int bits, std::uint64_t polynomial)
      : one_(std::uint64_t{1} << (bits - 1)), polynomial_(polynomial) {}

  constexpr std::uint64_t times_x(std::uint64_t a) const {
    return (a & 1) != 0 ? (a >> 1) ^ polynomial_ : a >> 1;
  }
  constexpr std::uint64_t multiply(std::uint64_t a, std::uint64_t b) const {
    std::uint64_t product = 0;
    for (std::uint64_t bit = one_; bit != 0; bit >>= 1) {
      if ((a & bit) != 0) product ^= b;
      b = times_x(b);
    }
    return product;
  }
  constexpr std::uint64_t power_of_x(std::uint64_t exponent) const {
    std::uint64_t power = one_, square = times_x(one_);
    for (; exponent != 0; exponent >>= 1) {
      if ((exponent & 1) != 0) power = multiply(power, square);
      square = multiply(square, square);
    }
    return power;
  }

 private:
  std::uint64_t one_, polynomial_;
};

constexpr Field field_of(ChecksumKind kind) {
  if (kind == ChecksumKind::crc32c) return {32, crc32c_polynomial};
  if (kind == ChecksumKind::crc32) return {32, crc32_polynomial};
  return {64, crc64nvme_polynomial};
}

/// Tables for eight bytes at a time.
constexpr auto make_tables() {
  std::array<std::array<std::uint64_t, 256>, 8> tables{};
  for (std::uint64_t byte = 0; byte < 256; ++byte) {
    std::uint64_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = field_of(ChecksumKind::crc64nvme).times_x(crc);
    tables[0][byte] = crc;
  }
  for (std::size_t t = 1; t < 8; ++t) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      std::uint64_t before = tables[t - 1][byte];
      tables[t][byte] = tables[0][before & 255] ^ (before >> 8);
    }
  }
  return tables;
}
constexpr auto tables = make_tables();

std::uint64_t add_by_table(std::uint64_t crc, std::string_view bytes) {
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    word ^= crc;
    crc = 0;
    for (std::size_t t = 0; t < 8; ++t) crc ^= tables[7 - t][(word >> (8 * t)) & 255];
  }
  for (; left > 0; --left, ++at) {
    crc = tables[0][(crc ^ static_cast<unsigned char>(*at)) & 255] ^ (crc >> 8);
  }
  return crc;
}

#if defined(__x86_64__)
/// What brings 128 bits `distance_bits` further: the factors for the earlier and the later half.
/// The carry-less product of two numbers with their lowest coefficient on top is one bit short,
/// hence the 1. Source: V. Gopal et al., "Fast CRC Computation for Generic Polynomials".
constexpr std::array<std::uint64_t, 2> folding(std::uint64_t distance_bits) {
  Field field = field_of(ChecksumKind::crc64nvme);
  return {field.power_of_x(distance_bits + 63), field.power_of_x(distance_bits - 1)};
}

__attribute__((target("pclmul,sse2"))) __m128i fold(__m128i value, __m128i factors, __m128i next) {
  __m128i earlier = _mm_clmulepi64_si128(value, factors, 0x00);
  __m128i later = _mm_clmulepi64_si128(value, factors, 0x11);
  return _mm_xor_si128(_mm_xor_si128(earlier, later), next);
}

/// Folds all into 16 bytes with the same remainder. At least 64 bytes.
__attribute__((target("pclmul,sse2"))) std::uint64_t add_by_folding(std::uint64_t crc,
                                                                    std::string_view bytes) {
  alignas(16) static constexpr auto by_64 = folding(512), by_16 = folding(128);
  const __m128i far = _mm_load_si128(reinterpret_cast<const __m128i*>(by_64.data()));
  const __m128i near = _mm_load_si128(reinterpret_cast<const __m128i*>(by_16.data()));
  const auto* at = reinterpret_cast<const __m128i*>(bytes.data());
  __m128i lane0 =
      _mm_xor_si128(_mm_loadu_si128(at), _mm_cvtsi64_si128(static_cast<long long>(crc)));
  __m128i lane1 = _mm_loadu_si128(at + 1), lane2 = _mm_loadu_si128(at + 2),
          lane3 = _mm_loadu_si128(at + 3);
  std::size_t left = bytes.size() - 64;
  for (at += 4; left >= 64; left -= 64, at += 4) {
    lane0 = fold(lane0, far, _mm_loadu_si128(at));
    lane1 = fold(lane1, far, _mm_loadu_si128(at + 1));
    lane2 = fold(lane2, far, _mm_loadu_si128(at + 2));
    lane3 = fold(lane3, far, _mm_loadu_si128(at + 3));
  }
  __m128i value = fold(fold(fold(lane0, near, lane1), near, lane2), near, lane3);
  std::array<char, 16> rest{};
  _mm_storeu_si128(reinterpret_cast<__m128i*>(rest.data()), value);
  crc = add_by_table(0, {rest.data(), rest.size()});
  return add_by_table(crc, bytes.substr(bytes.size() - left));
}
#endif

std::uint64_t crc64nvme(std::string_view bytes) {
  std::uint64_t crc = ~std::uint64_t{0};
#if defined(__x86_64__)
  static const bool can_fold = __builtin_cpu_supports("pclmul") != 0;
  if (can_fold && bytes.size() >= 64) return ~add_by_folding(crc, bytes);
#endif
  return ~add_by_table(crc, bytes);
}

/// Of ISA-L, which counts in int.
std::uint64_t crc32c(std::string_view bytes) {
  unsigned crc = ~0u;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, 1 << 30);
    // It writes nothing: its interface lacks the const.
    auto* data = reinterpret_cast<unsigned char*>(const_cast<char*>(part.data()));
    crc = crc32_iscsi(data, static_cast<int>(part.size()), crc);
    bytes.remove_prefix(part.size());
  }
  return static_cast<std::uint32_t>(~crc);
}

std::string base64_of(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // with the NUL that OpenSSL writes
  int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                             reinterpret_cast<const unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string digest_of(const EVP_MD* method, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, method, nullptr);
  return base64_of({reinterpret_cast<const char*>(digest.data()), size});
}

constexpr std::array kinds{ChecksumKind::crc32c, ChecksumKind::crc32, ChecksumKind::crc64nvme,
                           ChecksumKind::sha1, ChecksumKind::sha256};

}  // namespace

std::string_view header_of(ChecksumKind kind) {
  switch (kind) {
    case ChecksumKind::crc32c:
      return "x-amz-checksum-crc32c";
    case ChecksumKind::crc32:
      return "x-amz-checksum-crc32";
    case ChecksumKind::crc64nvme:
      return "x-amz-checksum-crc64nvme";
    case ChecksumKind::sha1:
      return "x-amz-checksum-sha1";
    case ChecksumKind::sha256:
      return "x-amz-checksum-sha256";
  }
  return {};
}

std::optional<Checksum> find_checksum(std::span<const net::Header> headers) {
  auto type = net::find_header(headers, "x-amz-checksum-type");
  if (type && base::to_lower(*type) == "composite") return std::nullopt;
  for (ChecksumKind kind : kinds) {
    auto value = net::find_header(headers, header_of(kind));
    // `-7`: of the checksums of 7 parts. Base64 as S3 writes it has no hyphen.
    if (value && !value->empty() && value->find('-') == std::string_view::npos) {
      return Checksum{kind, std::string(*value)};
    }
  }
  return std::nullopt;
}

bool is_crc(ChecksumKind kind) {
  return kind != ChecksumKind::sha1 && kind != ChecksumKind::sha256;
}

std::uint64_t crc_of(ChecksumKind kind, std::string_view bytes) {
  if (kind == ChecksumKind::crc32c) return crc32c(bytes);
  if (kind == ChecksumKind::crc64nvme) return crc64nvme(bytes);
  return crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::uint64_t combine_crc(ChecksumKind kind, std::uint64_t first, std::uint64_t second,
                          std::uint64_t second_bytes) {
  Field field = field_of(kind);
  return field.multiply(field.power_of_x(8 * second_bytes), first) ^ second;
}

Checksum checksum_of_crc(ChecksumKind kind, std::uint64_t crc) {
  int size = kind == ChecksumKind::crc64nvme ? 8 : 4;
  std::string bytes;
  for (int byte = size; byte-- > 0;) bytes += static_cast<char>(crc >> (8 * byte));
  return {kind, base64_of(bytes)};
}

Checksum checksum_of(ChecksumKind kind, std::string_view bytes) {
  if (is_crc(kind)) return checksum_of_crc(kind, crc_of(kind, bytes));
  return {kind, digest_of(kind == ChecksumKind::sha1 ? EVP_sha1() : EVP_sha256(), bytes)};
}

}  // namespace sparkify::s3
