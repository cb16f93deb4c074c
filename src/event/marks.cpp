#include "event/marks.hpp"

#include <simdjson.h>

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace sparkify::event {
namespace {

static_assert(std::endian::native == std::endian::little, "the lowest bit is the first byte");

/// The same byte eight times.
constexpr std::uint64_t all(std::uint64_t byte) { return 0x0101010101010101 * byte; }

/// The highest bit of each byte that, with its highest bit cleared, is at least `least`.
std::uint64_t at_least(std::uint64_t bytes, std::uint64_t least) {
  return (bytes & all(0x7F)) + all(0x80 - least);
}

/// The highest bits of eight bytes, side by side.
std::uint64_t gather(std::uint64_t bytes) { return (bytes & all(0x80)) * 0x0002040810204081 >> 56; }

/// On eight bytes at once, in plain C++.
void classify(const char* text, std::size_t block_count, Marks::Bits& bits) {
  for (std::size_t b = 0; b < block_count; ++b) {
    std::uint64_t stops = 0, digits = 0, odd = 0;
    for (unsigned shift = 0; shift < Marks::block_bytes; shift += 8, text += 8) {
      std::uint64_t bytes;
      std::memcpy(&bytes, text, sizeof bytes);
      std::uint64_t quote = bytes ^ all('"'), backslash = bytes ^ all('\\');
      std::uint64_t digit = bytes ^ all('0');
      std::uint64_t others = (at_least(quote, 1) | quote) & (at_least(backslash, 1) | backslash);
      stops |= gather(~others) << shift;
      digits |= gather(~(at_least(digit, 10) | digit)) << shift;
      odd |= gather(~at_least(bytes, ' ') | bytes) << shift;
    }
    bits.stops[b] = stops;
    bits.digits[b] = digits;
    bits.odd[b] = odd;
  }
}

#if defined(__x86_64__)

/// On 32 bytes at once.
[[gnu::target("avx2")]] void classify_avx2(const char* text, std::size_t block_count,
                                           Marks::Bits& bits) {
  const __m256i quote = _mm256_set1_epi8('"'), backslash = _mm256_set1_epi8('\\');
  const __m256i zero = _mm256_set1_epi8('0'), nine = _mm256_set1_epi8(9);
  const __m256i blank = _mm256_set1_epi8(' ');
  for (std::size_t b = 0; b < block_count; ++b, text += Marks::block_bytes) {
    std::uint64_t stops = 0, digits = 0, odd = 0;
    for (unsigned shift = 0; shift < Marks::block_bytes; shift += 32) {
      auto mask = [shift](__m256i compared) __attribute__((target("avx2"))) {
        return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(compared))} << shift;
      };
      __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + shift));
      stops |= mask(
          _mm256_or_si256(_mm256_cmpeq_epi8(bytes, quote), _mm256_cmpeq_epi8(bytes, backslash)));
      __m256i digit = _mm256_sub_epi8(bytes, zero);
      digits |= mask(_mm256_cmpeq_epi8(_mm256_min_epu8(digit, nine), digit));
      // Signed, what is not ASCII lies below the blank as well.
      odd |= mask(_mm256_cmpgt_epi8(blank, bytes));
    }
    bits.stops[b] = stops;
    bits.digits[b] = digits;
    bits.odd[b] = odd;
  }
}

Marks::Classify find_widest() {
  return __builtin_cpu_supports("avx2") != 0 ? classify_avx2 : classify;
}

#elif defined(__aarch64__)

/// One bit for each of 64 bytes, which are 0 or 0xFF.
std::uint64_t gather(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
  const uint8x16_t weights = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  uint8x16_t ab = vpaddq_u8(vandq_u8(a, weights), vandq_u8(b, weights));
  uint8x16_t cd = vpaddq_u8(vandq_u8(c, weights), vandq_u8(d, weights));
  uint8x16_t sums = vpaddq_u8(ab, cd);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sums, sums)), 0);
}

/// On 64 bytes at once.
void classify_neon(const char* text, std::size_t block_count, Marks::Bits& bits) {
  auto is_stop = [](uint8x16_t bytes) {
    return vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('"')), vceqq_u8(bytes, vdupq_n_u8('\\')));
  };
  auto is_digit = [](uint8x16_t bytes) {
    return vcleq_u8(vsubq_u8(bytes, vdupq_n_u8('0')), vdupq_n_u8(9));
  };
  // Signed, what is not ASCII lies below the blank as well.
  auto is_odd = [](uint8x16_t bytes) {
    return vcltq_s8(vreinterpretq_s8_u8(bytes), vdupq_n_s8(' '));
  };
  for (std::size_t b = 0; b < block_count; ++b, text += Marks::block_bytes) {
    uint8x16x4_t bytes = vld1q_u8_x4(reinterpret_cast<const std::uint8_t*>(text));
    auto gather_all = [&bytes](auto is) {
      return gather(is(bytes.val[0]), is(bytes.val[1]), is(bytes.val[2]), is(bytes.val[3]));
    };
    bits.stops[b] = gather_all(is_stop);
    bits.digits[b] = gather_all(is_digit);
    bits.odd[b] = gather_all(is_odd);
  }
}

Marks::Classify find_widest() { return classify_neon; }

#else

Marks::Classify find_widest() { return classify; }

#endif

Marks::Classify classify_on(Marks::Lanes lanes) {
  static const Marks::Classify widest = find_widest();
  return lanes == Marks::Lanes::widest ? widest : classify;
}

}  // namespace

Marks::Marks(Lanes lanes) : classify_(classify_on(lanes)) {}

bool Marks::set(std::string_view record) {
  if (record.empty() || record.size() > most_bytes) return false;
  std::size_t count = (record.size() - 1) / block_bytes + 1;
  classify_(record.data(), count, bits_);
  std::uint64_t within = ~std::uint64_t{0} >> (block_bytes * count - record.size());
  for (Words* words : {&bits_.stops, &bits_.digits, &bits_.odd}) (*words)[count - 1] &= within;
  for (std::size_t i = count; i < count + 3; ++i) {
    bits_.stops[i] = ~std::uint64_t{0};
    bits_.digits[i] = 0;
  }
  std::uint64_t odd = 0;
  for (std::size_t i = 0; i < count; ++i) odd |= bits_.odd[i];
  return odd == 0 || is_plain_utf8(record);
}

/// Of a record with odd bytes.
bool Marks::is_plain_utf8(std::string_view record) const {
  for (std::size_t i = 0; i * block_bytes < record.size(); ++i) {
    for (std::uint64_t odd = bits_.odd[i]; odd != 0; odd &= odd - 1) {
      char byte = record[i * block_bytes + static_cast<std::size_t>(std::countr_zero(odd))];
      if (static_cast<unsigned char>(byte) < 0x20) return false;
    }
  }
  return simdjson::validate_utf8(record.data(), record.size());
}

}  // namespace sparkify::event
