#include "dataset/batches_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "core/error.hpp"
#include "formats/strict_json.hpp"

namespace myxtts::dataset {
namespace {

using nlohmann::json;

constexpr std::string_view kForm = "an array of batches, each an array of clips' ids that are not none";

nlohmann::json parse(core::FileSystem& files, const core::Path& file) {
  try {
    json document = formats::parse_strict_json(files.read(file));
    if (document.is_array() && !document.empty()) return document;
    throw formats::JsonError("It is " + formats::excerpt(document) + ".");
  } catch (const formats::JsonError& error) {
    throw core::DataError({.what = "damaged list of batches",
                           .where = file.string(),
                           .value = {},
                           .expected = std::string(kForm),
                           .advice = error.what()});
  }
}

// Clips of a data set by their ids.
class Clips {
 public:
  explicit Clips(const Dataset& data) : ids_(data.ids()) {
    for (std::size_t i = 0; i < ids_.size(); ++i) indices_.emplace(ids_[i], static_cast<std::uint32_t>(i));
  }

  [[nodiscard]] planning::PlannedBatch batch_of(const json& value, const std::string& where) const {
    planning::PlannedBatch batch;
    if (!value.is_array() || value.empty()) fail("no batch", value, where, std::string(kForm));
    for (const json& id : value) {
      const auto found = id.is_string() ? indices_.find(id.get<std::string>()) : indices_.end();
      if (found == indices_.end()) fail("no clip of that id is trained on", id, where, "ids of the training clips");
      batch.clips.push_back(found->second);
    }
    return batch;
  }

 private:
  [[noreturn]] void fail(std::string what, const json& value, const std::string& where, std::string expected) const {
    const std::string nearest = value.is_string() ? core::nearest_name(value.get<std::string>(), ids_) : "";
    throw core::DataError({.what = std::move(what),
                           .where = where,
                           .value = formats::excerpt(value),
                           .expected = std::move(expected),
                           .advice = nearest.empty() ? "" : fmt::format("Did you mean '{}'?", nearest)});
  }

  std::vector<std::string> ids_;
  std::unordered_map<std::string, std::uint32_t> indices_;
};

}  // namespace

std::vector<planning::PlannedBatch> read_batches(core::FileSystem& files, const core::Path& file, const Dataset& data) {
  const Clips clips(data);
  std::vector<planning::PlannedBatch> batches;
  for (const json& value : parse(files, file)) {
    batches.push_back(clips.batch_of(value, fmt::format("{}[{}]", file.string(), batches.size())));
  }
  return batches;
}

}  // namespace myxtts::dataset
