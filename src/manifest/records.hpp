#pragma once
// A text of lines and fields, cut up. Nothing here knows what the fields mean.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace myxtts::manifest {

// Whether a field may stand in double quotes, with "" for a quote.
enum class Quotes {
  kText,         // no: a quote is a letter like others
  kWithinLine,   // yes, where the field ends in the same line as such a field does; else the quote is a letter
  kAcrossLines,  // yes, and line ends in it belong to it (RFC 4180)
};

struct Dialect {
  char delimiter = '|';
  Quotes quotes = Quotes::kText;
};

struct Record {
  int line = 0;  // in which it begins, from 1
  std::vector<std::string> fields;
  std::string fault;  // why it cannot be cut up, or ""; reading goes on in the next line
};

[[nodiscard]] bool is_blank(std::string_view text);

// The text without white space at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

struct Line {
  int number = 0;         // from 1
  std::string_view text;  // without its end
};

// The lines of `text` that are not blank.
[[nodiscard]] std::vector<Line> lines_of(std::string_view text);

// Reads record by record; blank lines are none.
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
