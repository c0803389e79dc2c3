#include "text/unicode.hpp"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <limits>

#include "core/error.hpp"

namespace myxtts::text {
namespace {

icu::StringPiece as_piece(std::string_view utf8) { return {utf8.data(), static_cast<std::int32_t>(utf8.size())}; }

UChar32 as_icu(char32_t code_point) { return static_cast<UChar32>(code_point); }

// Initialised once in a function-local static, so that every thread sees the complete object that ICU makes at the
// first call.
const icu::Normalizer2& nfkc() {
  static const icu::Normalizer2& normalizer = []() -> const icu::Normalizer2& {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* found = icu::Normalizer2::getNFKCInstance(status);
    if (U_FAILURE(status)) throw core::DataError(std::string("ICU has no NFKC data: ") + u_errorName(status));
    return *found;
  }();
  return normalizer;
}

}  // namespace

std::u32string decode_utf8(std::string_view utf8) {
  if (utf8.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max() / 4)) {
    throw core::DataError("a text of " + std::to_string(utf8.size()) + " bytes is too long");
  }
  std::u32string code_points;
  code_points.reserve(utf8.size());
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
  const auto length = static_cast<std::int32_t>(utf8.size());
  for (std::int32_t at = 0; at < length;) {
    const std::int32_t begin = at;
    UChar32 code_point = 0;
    U8_NEXT(bytes, at, length, code_point);
    if (code_point < 0) {
      throw core::DataError(core::ErrorDetails{"text is not UTF-8",
                                               "byte " + std::to_string(begin),
                                               {},
                                               {},
                                               "Convert the file to UTF-8, for example with iconv"});
    }
    code_points.push_back(static_cast<char32_t>(code_point));
  }
  return code_points;
}

std::string encode_utf8(std::u32string_view code_points) {
  std::string utf8;
  for (const char32_t code_point : code_points) utf8 += encode_utf8(code_point);
  return utf8;
}

std::string encode_utf8(char32_t code_point) {
  std::string utf8;
  icu::UnicodeString(as_icu(code_point)).toUTF8String(utf8);
  return utf8;
}

bool is_utf8(std::string_view bytes) {
  // Asks only for the length in UTF-16: valid text gives success or a buffer overflow, invalid text another error.
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8(nullptr, 0, nullptr, bytes.data(), as_piece(bytes).size(), &status);
  return U_SUCCESS(status) || status == U_BUFFER_OVERFLOW_ERROR;
}

std::string utf8_of_utf16(std::string_view bytes) {
  std::string utf8;
  icu::UnicodeString(bytes.data(), as_piece(bytes).size(), "UTF-16").toUTF8String(utf8);
  return utf8;
}

std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::string compatibility_composed(std::string_view utf8) {
  static_cast<void>(decode_utf8(utf8));  // throws for invalid bytes, which ICU would silently replace
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString composed = nfkc().normalize(icu::UnicodeString::fromUTF8(as_piece(utf8)), status);
  if (U_FAILURE(status)) throw core::DataError(std::string("ICU cannot compose a text: ") + u_errorName(status));
  std::string result;
  composed.toUTF8String(result);
  return result;
}

std::string lower_case(std::string_view utf8) {
  std::string result;
  icu::UnicodeString::fromUTF8(as_piece(utf8)).toLower(icu::Locale::getRoot()).toUTF8String(result);
  return result;
}

bool is_word_character(char32_t code_point) {
  constexpr std::uint32_t kCategories = U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK;
  return u_hasBinaryProperty(as_icu(code_point), UCHAR_ALPHABETIC) != 0 ||
         (U_GET_GC_MASK(as_icu(code_point)) & kCategories) != 0 ||
         u_hasBinaryProperty(as_icu(code_point), UCHAR_JOIN_CONTROL) != 0;
}

bool is_white_space(char32_t code_point) { return u_isUWhiteSpace(as_icu(code_point)) != 0; }

bool is_decimal_digit(char32_t code_point) { return u_charType(as_icu(code_point)) == U_DECIMAL_DIGIT_NUMBER; }

bool is_invisible(char32_t code_point) {
  const std::int8_t category = u_charType(as_icu(code_point));
  return category == U_FORMAT_CHAR || (category == U_CONTROL_CHAR && !is_white_space(code_point));
}

}  // namespace myxtts::text
