// Every byte of a text is read once; records written with quotes are read back equal.
#include <cstddef>
#include <cstdint>

#include "manifest/records.hpp"

namespace {

std::string quoted(const std::string& field) {
  std::string text = "\"";
  for (const char letter : field) text += letter == '"' ? "\"\"" : std::string(1, letter);
  return text + '"';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace myxtts::manifest;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  RecordReader reader(text, {.delimiter = "|\t,;"[data[0] % 4], .quotes = static_cast<Quotes>(data[0] / 4 % 3)});
  int last_line = 0;
  while (const std::optional<Record> record = reader.next()) {
    if (record->line <= last_line || record->fields.empty()) __builtin_trap();
    last_line = record->line;
    std::string copy;
    for (const std::string& field : record->fields) copy += (copy.empty() ? "" : ",") + quoted(field);
    RecordReader again(copy, {.delimiter = ',', .quotes = Quotes::kAcrossLines});
    const std::optional<Record> same = again.next();
    if (!same || same->fields != record->fields || !same->error.empty()) __builtin_trap();
  }
  return 0;
}
