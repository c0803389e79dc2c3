#include "checkpoint/state_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "config/format_version.hpp"
#include "formats/checksum.hpp"
#include "formats/strict_json.hpp"

namespace myxtts::checkpoint {
namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "myxtts-checkpoint";
constexpr std::uint64_t kMaxBatchesOfStep = 65536;  // the max of batch.accumulation

[[noreturn]] void fail(std::string_view where, const std::string& what, const std::string& value = {},
                       const std::string& expected = {},
                       const std::string& advice = "Use another checkpoint of the run") {
  throw core::CheckpointError(core::ErrorDetails{what, std::string(where), value, expected, advice});
}

// The values of "progress": calls visit(key, value) for each. The one list that is written, read and checked.
template <typename Progress, typename Visit>
void visit_progress(Progress& progress, Visit&& visit) {
  visit("stage", progress.stage);
  visit("step", progress.step);
  visit("planned_steps", progress.planned_steps);
  visit("run_steps", progress.run_steps);
  visit("consumed_batches", progress.consumed_batches);
  visit("best_loss", progress.best_loss);
  visit("best_step", progress.best_step);
  visit("validations_without_gain", progress.validations_without_gain);
  visit("skipped_updates", progress.skipped_updates);
}

// JSON has no infinities and no NaN: they are written as strings.
json json_of(double value) {
  if (std::isfinite(value)) return value;
  if (std::isnan(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}
template <typename Value>
json json_of(const Value& value) {
  return value;
}

// These read a value, and return false if it is not one that render() can have written.
bool read(const json& value, double& number) {
  static const std::map<std::string, double> kNotFinite = {{"nan", std::numeric_limits<double>::quiet_NaN()},
                                                           {"inf", std::numeric_limits<double>::infinity()},
                                                           {"-inf", -std::numeric_limits<double>::infinity()}};
  const auto found = value.is_string() ? kNotFinite.find(value.get<std::string>()) : kNotFinite.end();
  if (found == kNotFinite.end() && !value.is_number()) return false;
  number = value.is_number() ? value.get<double>() : found->second;
  return true;
}
bool read(const json& value, std::string& text) {
  if (value.is_string()) value.get_to(text);
  return value.is_string();
}
template <std::integral Whole>
bool read(const json& value, Whole& number) {
  if (!value.is_number_unsigned() || !std::in_range<Whole>(value.get<std::uint64_t>())) return false;
  value.get_to(number);
  return true;
}

json progress_json(const contracts::StageProgress& progress) {
  json result;
  visit_progress(progress, [&](const char* key, const auto& value) { result[key] = json_of(value); });
  return result;
}

// A name may not lead out of the checkpoint's folder.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == std::string::npos;
}

void require(bool holds, std::string_view where, const std::string& what, const std::string& value) {
  if (!holds) fail(where, "damaged: " + what, value);
}

// A key that an older version does not have keeps its default.
contracts::StageProgress read_progress(const json& document, std::int64_t version, std::string_view where) {
  contracts::StageProgress progress;
  visit_progress(progress, [&](const char* key, auto& value) {
    if (version < config::kFormatVersion && !document.contains(key)) return;
    const json& given = document.at(key);
    require(read(given, value), where, fmt::format("no value for {}", key), given.dump());
  });
  require(is_plain_name(progress.stage), where, "not the name of a stage", progress.stage);
  // A resumed run plans its batches up to this one.
  const auto max_batches = (static_cast<std::uint64_t>(progress.step) + 1) * kMaxBatchesOfStep;
  require(progress.consumed_batches <= max_batches, where, "more batches than its steps can have",
          std::to_string(progress.consumed_batches));
  return progress;
}

std::vector<std::string_view> progress_keys() {
  std::vector<std::string_view> keys;
  const contracts::StageProgress progress;
  visit_progress(progress, [&](const char* key, const auto&) { keys.emplace_back(key); });
  return keys;
}

std::int64_t read_version(const json& document, std::string_view where) {
  if (!document.is_object() || document.value("format", "") != kFormat) fail(where, "not the state of a checkpoint");
  const auto version = document.at("version").get<std::int64_t>();
  if (version < 1) fail(where, "not a version of the format", std::to_string(version), "a whole number from 1");
  return version;
}

// The last lines: the checksum is of the bytes before them.
std::string closing(std::string_view bytes) {
  return fmt::format("  \"checksum\": \"{}\"\n}}\n", formats::checksum_hex(bytes));
}

bool is_intact(std::string_view text) {
  const std::size_t closing_bytes = closing({}).size();
  if (text.size() < closing_bytes) return false;
  const std::string_view bytes = text.substr(0, text.size() - closing_bytes);
  return text.substr(bytes.size()) == closing(bytes);
}

// In version 1 the checksum is of the document without the checksum itself and without white space.
bool is_intact_version_1(std::string_view text, const json& document) {
  json rest = document;
  rest.erase("checksum");
  return document.at("checksum") == formats::checksum_hex(rest.dump()) && text == document.dump(2) + "\n";
}

void check_keys(const json& object, const std::vector<std::string_view>& known, std::int64_t version,
                std::string_view where) {
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(known, key) != known.end()) continue;
    if (version > config::kFormatVersion) {
      throw NewerVersionError(config::unknown_newer_key(key, std::string(where), version));
    }
    fail(where, "unknown key", key);
  }
}

void check_all_keys(const json& document, std::int64_t version, std::string_view where) {
  check_keys(document, {"format", "version", "progress", "files", "data_checksum", "devices", "checksum"}, version,
             where);
  check_keys(document.at("progress"), progress_keys(), version, where);
  for (const auto& [name, record] : document.at("files").items()) {
    check_keys(record, {"bytes", "xxh64"}, version, where);
  }
}

StateDocument read_document(std::string_view text, std::string_view where) {
  const json value = formats::parse_strict_json(text);
  const std::int64_t version = read_version(value, where);
  if (!(version == 1 ? is_intact_version_1(text, value) : is_intact(text))) {
    fail(where, "damaged: its checksum does not fit its content");
  }
  check_all_keys(value, version, where);
  StateDocument document;
  document.progress = read_progress(value.at("progress"), version, where);
  document.data_checksum = value.value("data_checksum", "");
  document.devices = value.value("devices", "");
  for (const auto& [name, record] : value.at("files").items()) {
    if (!is_plain_name(name)) fail(where, "not a file name", name);
    document.files[name] = {record.at("bytes").get<std::uint64_t>(), record.at("xxh64").get<std::string>()};
  }
  return document;
}

}  // namespace

std::string render(const StateDocument& document) {
  json files = json::object();
  for (const auto& [name, record] : document.files) {
    files[name] = {{"bytes", record.bytes}, {"xxh64", record.checksum}};
  }
  json value = {{"format", kFormat},
                {"version", config::kFormatVersion},
                {"progress", progress_json(document.progress)},
                {"files", std::move(files)}};
  if (!document.data_checksum.empty()) value["data_checksum"] = document.data_checksum;
  if (!document.devices.empty()) value["devices"] = document.devices;
  std::string text = value.dump(2);
  text.replace(text.rfind("\n}"), std::string::npos, ",\n");
  return text + closing(text);
}

StateDocument parse_state_document(std::string_view text, std::string_view where) {
  try {
    return read_document(text, where);
  } catch (const formats::JsonError& error) {
    fail(where, std::string("damaged: ") + error.what());
  } catch (const json::exception& error) {
    fail(where, std::string("damaged: ") + error.what());
  }
}

}  // namespace myxtts::checkpoint
