#include "manifest/manifest.hpp"

#include <array>
#include <map>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "manifest/manifest_text.hpp"
#include "manifest/records.hpp"
#include "text/unicode.hpp"

namespace myxtts::manifest {
namespace {

constexpr std::array<const char*, 4> kEndings{".csv", ".tsv", ".jsonl", ".json"};

using Speakers = std::map<std::string, std::string>;

Speakers read_speakers(const core::FileSystem& files, const core::Path& file) {
  Speakers speakers;
  if (!files.exists(file)) return speakers;
  const std::string text = read_manifest_text(files, file);
  RecordReader reader(text, {});
  while (const std::optional<Record> record = reader.next()) {
    const std::vector<std::string>& fields = record->fields;
    const bool is_well_formed =
        fields.size() == 2 && !is_blank(fields[0]) && text::is_utf8(fields[0]) && text::is_utf8(fields[1]);
    if (!is_well_formed || !speakers.emplace(fields[0], fields[1]).second) {
      throw core::DataError({.what = "damaged list of speakers",
                             .where = file.string() + ":" + std::to_string(record->line),
                             .value = {},
                             .expected = "id|speaker in UTF-8, each id once",
                             .advice = {}});
    }
  }
  return speakers;
}

std::vector<core::Path> manifest_files(const core::FileSystem& files, const core::Path& folder, Subset subset) {
  const auto find = [&](const std::string& stem) -> std::optional<core::Path> {
    for (const char* ending : kEndings) {
      if (files.exists(folder / (stem + ending))) return folder / (stem + ending);
    }
    return std::nullopt;
  };
  const std::optional<core::Path> whole = find("metadata");
  const std::optional<core::Path> train = find("metadata_train");
  const std::optional<core::Path> evaluation = find("metadata_eval");
  if (subset == Subset::kTrain && train) return {*train};
  if (subset == Subset::kEvaluation && evaluation) return {*evaluation};
  if (whole) return {*whole};
  if (subset == Subset::kAll && train && evaluation) return {*train, *evaluation};
  if (subset == Subset::kAll && train) return {*train};
  if (subset == Subset::kAll && evaluation) return {*evaluation};
  throw core::DataError({.what = files.exists(folder) ? "no list of clips" : "no such folder",
                         .where = folder.string(),
                         .value = {},
                         .expected = "a folder in the LJSpeech layout: metadata.csv (or metadata_train.csv and "
                                     "metadata_eval.csv; .tsv, .jsonl and .json are read too) beside wavs/",
                         .advice = {}});
}

// Adds the rows of several files to one manifest; rejects a row whose id occurred before.
class Collector {
 public:
  Collector(core::Path folder, Speakers speakers)
      : manifest_{.folder = std::move(folder), .rows = {}, .rejections = {}, .layout = {}},
        speakers_(std::move(speakers)) {}

  void add(ParsedManifest parsed, const std::string& name) {
    manifest_.layout += (manifest_.layout.empty() ? "" : "; ") + name + ": " + parsed.layout;
    for (ParsedRow& row : parsed.rows) add(std::move(row));
  }

  [[nodiscard]] Manifest take() { return std::move(manifest_); }

 private:
  void add(ParsedRow parsed) {
    ManifestRow& row = parsed.row;
    if (parsed.error.empty()) {
      const auto [first, is_new] = first_seen_.emplace(row.id, row.where);
      if (!is_new) parsed.error = "its id is the same as in " + first->second;
    }
    if (!parsed.error.empty()) {
      manifest_.rejections.push_back({std::move(row.id), std::move(row.where), std::move(parsed.error)});
      return;
    }
    const auto speaker = row.speaker.empty() ? speakers_.find(row.id) : speakers_.end();
    if (speaker != speakers_.end()) row.speaker = speaker->second;
    manifest_.rows.push_back(std::move(row));
  }

  Manifest manifest_;
  Speakers speakers_;
  std::map<std::string, std::string> first_seen_;
};

}  // namespace

Manifest read_manifest(const core::FileSystem& files, const core::Path& folder, Subset subset) {
  Collector collector(folder, read_speakers(files, folder / "speakers.csv"));
  for (const core::Path& file : manifest_files(files, folder, subset)) {
    const std::string name = file.filename().string();
    collector.add(parse_manifest(read_manifest_text(files, file), name), name);
  }
  return collector.take();
}

}  // namespace myxtts::manifest
