#pragma once
// Splits a text into lines and fields, without knowledge of what the fields mean.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::manifest {

// Whether a field may be enclosed in double quotes, with "" for a quote in it.
enum class Quotes {
  kText,         // no: a quote is an ordinary letter
  kWithinLine,   // yes, if the closing quote is in the same line; otherwise the quote is an ordinary letter
  kAcrossLines,  // yes, and it may contain line ends (RFC 4180)
};

struct Dialect {
  char delimiter = '|';
  Quotes quotes = Quotes::kText;
};

struct Record {
  int line = 0;  // in which the record begins, from 1
  std::vector<std::string> fields;
  std::string error;  // why it cannot be split, or ""; the reader continues with the next line
};

[[nodiscard]] bool is_blank(std::string_view text);

// The text without white space at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

struct Line {
  int number = 0;         // from 1
  std::string_view text;  // without its line end
};

// The lines of `text` that are not blank.
[[nodiscard]] std::vector<Line> lines_of(std::string_view text);

// Reads record by record and skips blank lines.
class RecordReader {
 public:
  // `text` must outlive the reader.
  RecordReader(std::string_view text, const Dialect& dialect) : rest_(text), dialect_(dialect) {}

  [[nodiscard]] std::optional<Record> next();

 private:
  [[nodiscard]] std::string_view first_line() const;
  [[nodiscard]] std::size_t quoted_length() const;
  void read_field(Record& record);
  void skip(std::size_t count);

  std::string_view rest_;
  Dialect dialect_;
  int line_ = 1;
};

}  // namespace myxtts::manifest
