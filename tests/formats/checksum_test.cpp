#include "formats/checksum.hpp"

#include <gtest/gtest.h>

namespace myxtts::formats {
namespace {

TEST(Checksum, EqualsPublishedVectors) {
  EXPECT_EQ(checksum_hex(""), "ef46db3751d8e999");
  EXPECT_EQ(checksum_hex("a"), "d24ec4f1a98c6e5b");
  EXPECT_EQ(checksum_hex("as"), "1c330fb2d66be179");
  EXPECT_EQ(checksum_hex("asd"), "631c37ce72a97393");
  EXPECT_EQ(checksum_hex("asdf"), "415872f599cea71e");
  EXPECT_EQ(checksum_hex("Call me Ishmael. Some years ago--never mind how long precisely-"), "02a2e85470d6fd96");
}

TEST(Checksum, DoesNotDependOnHowTheBytesArrive) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) bytes += static_cast<char>(i * 7);
  const std::string whole = checksum_hex(bytes);
  for (const std::size_t piece : {1U, 3U, 31U, 32U, 33U, 64U, 299U}) {
    Checksum checksum;
    for (std::size_t at = 0; at < bytes.size(); at += piece) checksum.update(std::string_view(bytes).substr(at, piece));
    EXPECT_EQ(checksum.hex(), whole) << "pieces of " << piece;
  }
}

TEST(Checksum, ChangesWithEveryByte) {
  const std::string bytes(100, 'x');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = 'y';
    EXPECT_NE(checksum_hex(changed), checksum_hex(bytes)) << i;
  }
}

}  // namespace
}  // namespace myxtts::formats
