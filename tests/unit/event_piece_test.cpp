#include "event/piece.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "event_reading.hpp"

namespace sparkify::event {
namespace {

TEST(Split, CutsPlainLinesIntoPiecesThatCoverTheObject) {
  for (std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, piece_bytes - 1, piece_bytes,
                             piece_bytes + 1, 3 * piece_bytes}) {
    std::vector<Piece> pieces = split(size, Compression::none, Framing::lines);
    EXPECT_EQ(pieces.size(), std::max<std::uint64_t>(1, (size + piece_bytes - 1) / piece_bytes));
    std::uint64_t covered = 0;
    for (const Piece& piece : pieces) {
      EXPECT_EQ(piece.begin, covered);
      covered = piece.end;
    }
    EXPECT_EQ(covered, size);
  }
}

TEST(Split, KeepsOtherObjectsWhole) {
  EXPECT_EQ(split(5 * piece_bytes, Compression::gzip, Framing::lines).size(), 1u);
  EXPECT_EQ(split(5 * piece_bytes, Compression::zstd, Framing::lines).size(), 1u);
  EXPECT_EQ(split(5 * piece_bytes, Compression::none, Framing::objects).size(), 1u);
}

/// Text of a size near the limits of pieces, one line each 1000 bytes.
std::string sized_text(std::size_t size) {
  std::string text(size, ' ');
  for (std::size_t i = 999; i < size; i += 1000) text[i] = '\n';
  return text;
}

TEST(ContentHash, OfPiecesIsThatOfTheWhole) {
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{5000},
                           std::size_t{piece_bytes}, std::size_t{piece_bytes + 1}}) {
    std::string text = sized_text(size);
    event_test::MemoryObject object(text);
    std::string whole = ContentHash::of(object, size);
    EXPECT_EQ(whole.size(), 32u);
    EXPECT_EQ(ContentHash::combine(event_test::read_events(text).digests), whole) << size;
    EXPECT_EQ(ContentHash::combine(event_test::read_songs(text).digests), whole) << size;
  }
}

TEST(ContentHash, OfACompressedObjectIsOfItsStoredBytes) {
  std::string stored = event_test::gzip(sized_text(100'000));
  event_test::MemoryObject object(stored);
  event_test::Setting setting;
  setting.compression = Compression::gzip;
  EXPECT_EQ(ContentHash::combine(event_test::read_events(stored, setting).digests),
            ContentHash::of(object, stored.size()));
}

TEST(ContentHash, DiffersWhereTheBytesDiffer) {
  event_test::MemoryObject left("a"), right("b"), empty("");
  EXPECT_NE(ContentHash::of(left, 1), ContentHash::of(right, 1));
  EXPECT_NE(ContentHash::of(left, 1), ContentHash::of(empty, 0));
}

TEST(ContentHash, OfAnObjectThatShrankIsUnavailable) {
  event_test::MemoryObject object("abc");
  object.cut_to(1);
  try {
    ContentHash::of(object, 3);
    FAIL() << "hashed what is not there";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::unavailable);
  }
}

}  // namespace
}  // namespace sparkify::event
