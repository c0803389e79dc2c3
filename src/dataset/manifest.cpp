#include "dataset/manifest.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace myxtts::dataset {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kWhitespace = " \t\v\f\r";

struct Line {
  std::string text;
  std::string where;
};

// A character of UTF-8 by its first byte: how many bytes follow, and the lowest value that needs so many.
struct Utf8Lead {
  unsigned following;
  std::uint32_t value;
  std::uint32_t lowest;
};

Utf8Lead decode_lead(unsigned char byte) {
  if (byte < 0x80) return {0, byte, 0};
  if ((byte & 0xE0U) == 0xC0) return {1, byte & 0x1FU, 0x80};
  if ((byte & 0xF0U) == 0xE0) return {2, byte & 0x0FU, 0x800};
  if ((byte & 0xF8U) == 0xF0) return {3, byte & 0x07U, 0x10000};
  return {0, 0, 1};  // no lead byte: its value is under the lowest
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Lead lead = decode_lead(static_cast<unsigned char>(text[i++]));
    if (lead.following > text.size() - i) return false;
    std::uint32_t value = lead.value;
    for (unsigned n = 0; n < lead.following; ++n) {
      const auto byte = static_cast<unsigned char>(text[i++]);
      if ((byte & 0xC0U) != 0x80) return false;
      value = value << 6 | (byte & 0x3FU);
    }
    const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < lead.lowest || value > 0x10FFFF || is_surrogate) return false;
  }
  return true;
}

std::vector<std::string> split_fields(std::string_view line) {
  std::vector<std::string> fields;
  for (std::size_t bar = line.find('|'); bar != std::string_view::npos; bar = line.find('|')) {
    fields.emplace_back(line.substr(0, bar));
    line.remove_prefix(bar + 1);
  }
  fields.emplace_back(line);
  return fields;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(kWhitespace) == std::string_view::npos; }

// The lines of a file that are not blank.
std::vector<Line> read_lines(const core::FileSystem& files, const core::Path& file) {
  std::string content;
  try {
    content = files.read(file);
  } catch (const core::Error& error) {
    throw core::DataError(error.what());
  }
  std::string_view rest = content;
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  std::vector<Line> lines;
  for (int number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view text = rest.substr(0, end);
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (!is_blank(text)) {
      lines.push_back({std::string(text), file.filename().string() + ":" + std::to_string(number)});
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

// Why an id cannot name a file in wavs/, or "".
std::string fault_of_id(const std::string& id) {
  if (is_blank(id)) return "its id is empty";
  if (id.find('/') != std::string::npos || id.find("..") != std::string::npos) {
    return "its id is a path; expected the name of a file in wavs/ without its ending";
  }
  for (const char letter : id) {
    if (static_cast<unsigned char>(letter) < 0x20) return "its id holds a control character";
  }
  return {};
}

// Why a line names no clip, or "". Fills in `row` as far as it can be read.
std::string parse_row(const std::string& line, ManifestRow& row) {
  if (!is_utf8(line)) return "the line is not UTF-8";
  const std::vector<std::string> fields = split_fields(line);
  row.id = fields.front();
  if (fields.size() != 2 && fields.size() != 3) {
    return "the line has " + std::to_string(fields.size()) + " fields; expected id|text or id|text|normalised text";
  }
  row.text = is_blank(fields.back()) ? fields[1] : fields.back();
  if (std::string fault = fault_of_id(row.id); !fault.empty()) return fault;
  if (is_blank(row.text)) return "its text is empty";
  return {};
}

using Speakers = std::map<std::string, std::string>;

Speakers read_speakers(const core::FileSystem& files, const core::Path& file) {
  Speakers speakers;
  if (!files.exists(file)) return speakers;
  for (const Line& line : read_lines(files, file)) {
    const std::vector<std::string> fields = split_fields(line.text);
    const bool is_well_formed = is_utf8(line.text) && fields.size() == 2 && !is_blank(fields[0]);
    if (!is_well_formed || !speakers.emplace(fields[0], fields[1]).second) {
      throw core::DataError({.what = "damaged list of speakers",
                             .where = file.string() + " (" + line.where + ")",
                             .value = is_utf8(line.text) ? line.text : "",
                             .expected = "id|speaker in UTF-8, each id once",
                             .advice = {}});
    }
  }
  return speakers;
}

std::vector<core::Path> manifest_files(const core::FileSystem& files, const core::Path& folder, Subset subset) {
  const auto there = [&](const char* name) { return files.exists(folder / name); };
  const core::Path whole = folder / "metadata.csv";
  const core::Path train = folder / "metadata_train.csv";
  const core::Path evaluation = folder / "metadata_eval.csv";
  if (subset == Subset::kTrain && there("metadata_train.csv")) return {train};
  if (subset == Subset::kEvaluation && there("metadata_eval.csv")) return {evaluation};
  if (there("metadata.csv")) return {whole};
  if (subset == Subset::kAll && there("metadata_train.csv") && there("metadata_eval.csv")) return {train, evaluation};
  if (subset == Subset::kAll && there("metadata_train.csv")) return {train};
  if (subset == Subset::kAll && there("metadata_eval.csv")) return {evaluation};
  throw core::DataError({.what = files.exists(folder) ? "no list of clips" : "no such folder",
                         .where = folder.string(),
                         .value = {},
                         .expected = "a folder in the LJSpeech layout: metadata.csv (or metadata_train.csv and "
                                     "metadata_eval.csv) beside wavs/",
                         .advice = {}});
}

}  // namespace

Manifest read_manifest(const core::FileSystem& files, const core::Path& folder, Subset subset) {
  Manifest manifest{.folder = folder, .rows = {}, .rejections = {}};
  const Speakers speakers = read_speakers(files, folder / "speakers.csv");
  std::map<std::string, std::string> first_seen;
  for (const core::Path& file : manifest_files(files, folder, subset)) {
    for (const Line& line : read_lines(files, file)) {
      ManifestRow row{.id = {}, .text = {}, .speaker = {}, .where = line.where};
      std::string fault = parse_row(line.text, row);
      if (fault.empty()) {
        const auto [first, is_new] = first_seen.emplace(row.id, line.where);
        if (!is_new) fault = "its id is the same as in " + first->second;
      }
      if (!fault.empty()) {
        manifest.rejections.push_back({row.id, line.where, fault});
        continue;
      }
      if (const auto speaker = speakers.find(row.id); speaker != speakers.end()) row.speaker = speaker->second;
      manifest.rows.push_back(std::move(row));
    }
  }
  return manifest;
}

}  // namespace myxtts::dataset
