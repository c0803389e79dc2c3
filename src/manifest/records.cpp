#include "manifest/records.hpp"

#include <algorithm>

#include "core/lines.hpp"

namespace myxtts::manifest {
namespace {

constexpr std::string_view kWhiteSpace = " \t\v\f\r\n";
constexpr std::size_t kNone = std::string_view::npos;

std::string without_quotes(std::string_view quoted) {
  std::string text;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    text += quoted[i];
    if (quoted[i] == '"') ++i;
  }
  return text;
}

}  // namespace

bool is_blank(std::string_view text) { return text.find_first_not_of(kWhiteSpace) == kNone; }

std::string_view trimmed(std::string_view text) {
  if (is_blank(text)) return {};
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  int number = 0;
  for (const std::string_view line : core::split_lines(text)) {
    ++number;
    if (!is_blank(line)) lines.push_back({number, line});
  }
  return lines;
}

std::string_view RecordReader::first_line() const { return rest_.substr(0, rest_.find('\n')); }

void RecordReader::skip(std::size_t count) {
  count = std::min(count, rest_.size());
  line_ += static_cast<int>(std::ranges::count(rest_.substr(0, count), '\n'));
  rest_.remove_prefix(count);
}

// Length of the quoted field at the start of the rest; kNone if no delimiter or line end follows its last quote.
std::size_t RecordReader::quoted_length() const {
  const std::string_view text = dialect_.quotes == Quotes::kAcrossLines ? rest_ : first_line();
  if (dialect_.quotes == Quotes::kText || !text.starts_with('"')) return kNone;
  for (std::size_t i = text.find('"', 1); i != kNone; i = text.find('"', i + 1)) {
    const std::string_view after = text.substr(i + 1);
    if (after.starts_with('"')) {
      ++i;
      continue;
    }
    const bool is_end = after.empty() || after.front() == dialect_.delimiter || after.front() == '\n' ||
                        after == "\r" || after.starts_with("\r\n");
    return is_end ? i + 1 : kNone;
  }
  return kNone;
}

void RecordReader::read_field(Record& record) {
  if (const std::size_t length = quoted_length(); length != kNone) {
    record.fields.push_back(without_quotes(rest_.substr(0, length)));
    skip(length);
    if (rest_.starts_with('\r')) skip(1);
    return;
  }
  if (dialect_.quotes == Quotes::kAcrossLines && rest_.starts_with('"')) {
    record.error = "a field that begins with a quote is not closed by one, or goes on behind it";
  }
  std::string_view line = first_line();
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t end = std::min(line.find(dialect_.delimiter), line.size());
  record.fields.emplace_back(line.substr(0, end));
  skip(end == line.size() ? first_line().size() : end);
}

std::optional<Record> RecordReader::next() {
  while (!rest_.empty() && is_blank(first_line())) skip(first_line().size() + 1);
  if (rest_.empty()) return std::nullopt;
  Record record{.line = line_, .fields = {}, .error = {}};
  const std::string_view start = rest_;
  read_field(record);
  while (rest_.starts_with(dialect_.delimiter)) {
    skip(1);
    read_field(record);
  }
  if (!record.error.empty()) {
    rest_ = start;
    line_ = record.line;
    skip(first_line().size());
  }
  skip(1);
  return record;
}

}  // namespace myxtts::manifest
