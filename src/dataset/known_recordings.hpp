#pragma once
// The recordings that a run was made with, so that it can be resumed when some of them are lost.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "dataset/dataset.hpp"
#include "manifest/manifest_rows.hpp"

namespace myxtts::dataset {

// What is known of a row's recording; no value if the run was made without it.
using FindRecording = std::function<std::optional<media::AudioInfo>(const manifest::ManifestRow& row)>;

class KnownRecordings {
 public:
  // `part` names the data set, because clips of two data sets may have the same ids and lines.
  void add(const std::string& part, std::span<const Clip> clips);
  [[nodiscard]] std::optional<media::AudioInfo> find(const std::string& part, const manifest::ManifestRow& row) const;

  [[nodiscard]] std::string to_json() const;
  // Knows no recording if `json` is not such a document.
  [[nodiscard]] static KnownRecordings from_json(const std::string& json);

 private:
  std::map<std::string, media::AudioInfo> recordings_;  // by part, place in the manifest and id
};

}  // namespace myxtts::dataset
