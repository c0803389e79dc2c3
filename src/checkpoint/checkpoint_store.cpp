#include "checkpoint/checkpoint_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <utility>

#include "checkpoint/tensor_file.hpp"
#include "core/error.hpp"
#include "formats/checksum.hpp"

namespace myxtts::checkpoint {
namespace {

using core::FileSystem;
using core::Path;

constexpr std::string_view kStateFile = "state.json";
constexpr std::string_view kOptimizerFile = "optimizer.safetensors";
constexpr std::string_view kTensorSuffix = ".safetensors";
constexpr std::string_view kPartialPrefix = ".partial-";    // being written, or being removed
constexpr std::string_view kReplacedPrefix = ".replaced-";  // an old one, until its successor has its name

[[noreturn]] void fail(const std::string& what, const Path& where, const std::string& value,
                       const std::string& expected, const std::string& advice) {
  throw core::CheckpointError(core::ErrorDetails{what, where.string(), value, expected, advice});
}

std::string with_prefix(std::string_view prefix, const std::string& name) { return std::string(prefix) + name; }

// "voice-00001000": a stage, and eight digits or more.
bool is_checkpoint_name(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash == 0 || name.front() == '.') return false;
  const std::string_view digits = name.substr(dash + 1);
  return digits.size() >= 8 && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_checkpoint(const FileSystem& files, const Path& folder) { return files.exists(folder / kStateFile); }

// The target of a link, which need not exist; no value if it is not a link, because a copied run folder may hold
// folders in place of links.
std::optional<std::string> link_target(const FileSystem& files, const Path& link) {
  try {
    return files.read_symlink(link);
  } catch (const core::Error&) {
    return std::nullopt;
  }
}

// Whether there is a folder or a link of this name, even if what the link names does not exist.
bool leads_somewhere(const FileSystem& files, const Path& path) {
  return files.exists(path) || link_target(files, path).has_value();
}

Path without_link(const FileSystem& files, const Path& path) {
  const std::optional<std::string> target = link_target(files, path);
  return target ? path.parent_path() / *target : path;
}

FileRecord record_of(std::span<const std::string_view> parts) {
  formats::Checksum checksum;
  FileRecord record;
  for (const std::string_view part : parts) {
    checksum.update(part);
    record.bytes += part.size();
  }
  record.checksum = checksum.hex();
  return record;
}

// Reads a file and requires that its bytes are those that were written.
std::string read_checked(const FileSystem& files, const Path& file, const FileRecord& record) {
  const std::string advice = "Use another checkpoint of the run";
  if (!files.exists(file)) fail("a file of the checkpoint is missing", file, {}, {}, advice);
  std::string bytes = files.read(file);
  if (bytes.size() != record.bytes) {
    fail("a file of the checkpoint is cut or grown", file, fmt::format("{} bytes", bytes.size()),
         fmt::format("{} bytes", record.bytes), advice);
  }
  const std::string checksum = formats::checksum_hex(bytes);
  if (checksum != record.checksum) {
    fail("a file of the checkpoint is damaged", file, "checksum " + checksum, record.checksum, advice);
  }
  return bytes;
}

StateDocument read_state(const FileSystem& files, const Path& checkpoint) {
  const Path file = checkpoint / kStateFile;
  if (!files.exists(file)) {
    fail("not a checkpoint", checkpoint, {}, "a folder that holds state.json", "Name a checkpoint or a run folder");
  }
  return parse_state_document(files.read(file), file.string());
}

// The checkpoints in a folder, by descending steps of the run. Calls `on_damage` for those that cannot be read, but
// throws NewerVersionError for one of a newer program, because continuing from an older checkpoint would lose it.
template <typename OnDamage>
std::vector<std::string> newest_first(const FileSystem& files, const Path& folder, OnDamage&& on_damage) {
  std::vector<std::pair<std::int64_t, std::string>> found;
  for (const std::string& name : files.list(folder)) {
    if (!is_checkpoint_name(name)) continue;
    try {
      found.emplace_back(read_state(files, folder / name).progress.run_steps, name);
    } catch (const NewerVersionError&) {
      throw;
    } catch (const core::Error& error) {
      on_damage(name, error);
    }
  }
  std::ranges::sort(found, std::greater<>());
  std::vector<std::string> names;
  for (auto& [run_steps, name] : found) names.push_back(std::move(name));
  return names;
}

// The checkpoint that is chosen from a folder of checkpoints; no value if it has none.
std::optional<Path> chosen_in(const FileSystem& files, const Path& folder, std::string_view stage) {
  if (!files.exists(folder)) return std::nullopt;
  std::vector<std::string> links{"best", "last"};
  if (!stage.empty()) links.insert(links.begin(), std::string(stage) + "-best");
  for (const std::string& link : links) {
    if (is_checkpoint(files, folder / link)) return without_link(files, folder / link);
    if (leads_somewhere(files, folder / link)) {
      fail("a checkpoint is gone or damaged: its state.json is missing", folder / link,
           without_link(files, folder / link).string(), "a complete checkpoint",
           "Name another one of the run: " + folder.string() + "/NAME");
    }
  }
  const std::vector<std::string> names = newest_first(files, folder, [](const auto&, const auto&) {});
  if (names.empty()) return std::nullopt;
  return folder / names.front();
}

}  // namespace

CheckpointStore::CheckpointStore(FileSystem& files, Path folder, core::Console& console)
    : files_(files), folder_(std::move(folder)), console_(console) {}

std::string CheckpointStore::name_of(const contracts::StageProgress& progress) {
  return fmt::format("{}-{:08}", progress.stage, progress.step);
}

Path CheckpointStore::save(const contracts::TrainState& state) {
  const std::string name = name_of(state.progress);
  const Path partial = folder_ / with_prefix(kPartialPrefix, name);
  try {
    if (!files_.exists(folder_)) files_.create_directories(folder_);
    clear_leftovers();
    FileRecords records;
    write_contents(state, partial, records);
    put_in_place(partial, name);
    previous_name_ = name;
    previous_records_ = std::move(records);
  } catch (const core::Error& error) {
    previous_records_.clear();
    try {
      clear_leftovers();  // frees space if the disk is full
    } catch (const core::Error&) {
      // The next start cleans up; only the first error is reported.
    }
    fail("the checkpoint cannot be saved", folder_ / name, error.what(), {},
         "The checkpoints from before are untouched; mend this and go on with --resume");
  }
  return folder_ / name;
}

void CheckpointStore::write_contents(const contracts::TrainState& state, const Path& partial, FileRecords& records) {
  files_.create_directories(partial);
  for (const auto& [stem, tensors] : state.weights) {
    write_tensors(tensors, partial / (stem + std::string(kTensorSuffix)), records);
  }
  write_tensors(state.optimizer, partial / kOptimizerFile, records);
  for (const auto& [name, bytes] : state.documents) write_document(bytes, partial / name, records);

  const std::string state_json = render({state.progress, state.data_checksum, state.devices, records});
  write_document(state_json, partial / kStateFile, records);
  files_.sync_directory(partial);
}

void CheckpointStore::write_tensors(const contracts::NamedTensors& tensors, const Path& file, FileRecords& records) {
  const TensorFile contents(tensors);
  const FileRecord record = record_of(contents.parts());
  records[file.filename()] = record;
  if (link_unchanged(file, record)) return;
  files_.write(file, contents.parts());
  files_.sync_file(file);
}

void CheckpointStore::write_document(std::string_view bytes, const Path& file, FileRecords& records) {
  const std::span<const std::string_view> parts(&bytes, 1);
  records[file.filename()] = record_of(parts);
  files_.write(file, parts);
  files_.sync_file(file);
}

bool CheckpointStore::link_unchanged(const Path& file, const FileRecord& record) {
  const auto previous = previous_records_.find(file.filename());
  if (previous == previous_records_.end() || previous->second != record) return false;
  try {
    files_.create_hard_link(folder_ / previous_name_ / file.filename(), file);
    return true;
  } catch (const core::Error&) {
    return false;  // pruned, or no hard links on this file system: the file is written
  }
}

void CheckpointStore::put_in_place(const Path& partial, const std::string& name) {
  const Path target = folder_ / name;
  const Path replaced = folder_ / with_prefix(kReplacedPrefix, name);
  const bool replaces = files_.exists(target);
  if (replaces) files_.rename(target, replaced);
  files_.rename(partial, target);
  files_.sync_directory(folder_);
  if (replaces) files_.remove_all(replaced);
}

void CheckpointStore::clear_leftovers() {
  for (const std::string& entry : files_.list(folder_)) {
    if (entry.starts_with(kPartialPrefix) || (entry.starts_with('.') && entry.ends_with(".partial"))) {
      files_.remove_all(folder_ / entry);
    } else if (entry.starts_with(kReplacedPrefix)) {
      const Path target = folder_ / entry.substr(kReplacedPrefix.size());
      if (files_.exists(target)) {
        files_.remove_all(folder_ / entry);
      } else {
        files_.rename(folder_ / entry, target);
        files_.sync_directory(folder_);
      }
    }
  }
}

void CheckpointStore::point(std::string_view link, const std::string& checkpoint) {
  core::replace_symlink(files_, checkpoint, folder_ / link);
}

std::optional<contracts::TrainState> CheckpointStore::load_newest() {
  if (!files_.exists(folder_)) return std::nullopt;
  clear_leftovers();
  const std::optional<std::string> last = link_target(files_, folder_ / "last");
  if (last) {
    if (auto state = load_if_good(*last)) return state;
  }
  const auto warn = [&](const std::string& name, const core::Error& error) {
    if (name != last) console_.warning(fmt::format("a damaged checkpoint is passed over: {}", error.what()));
  };
  for (const std::string& name : newest_first(files_, folder_, warn)) {
    if (name == last) continue;
    if (auto state = load_if_good(name)) return state;
  }
  return std::nullopt;
}

std::optional<contracts::TrainState> CheckpointStore::load_if_good(const std::string& name) {
  try {
    contracts::TrainState state = load(files_, folder_ / name);
    previous_name_ = name;
    previous_records_ = read_state(files_, folder_ / name).files;
    return state;
  } catch (const NewerVersionError&) {
    throw;
  } catch (const core::Error& error) {
    console_.warning(fmt::format("a damaged checkpoint is passed over: {}", error.what()));
    return std::nullopt;
  }
}

void CheckpointStore::prune(std::string_view stage, std::int64_t keep, const std::vector<std::string>& keep_also) {
  std::set<std::string> kept(keep_also.begin(), keep_also.end());
  std::vector<std::string> names;
  for (const std::string& name : files_.list(folder_)) {
    if (!is_checkpoint_name(name)) {  // "last", "best", and the best of each stage
      if (const auto target = link_target(files_, folder_ / name)) kept.insert(*target);
    } else if (name.substr(0, name.rfind('-')) == stage) {
      names.push_back(name);
    }
  }
  // By step: longer numbers are greater.
  std::ranges::sort(names, std::greater<>(), [](const std::string& name) { return std::pair(name.size(), name); });
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::cmp_less(i, keep) || kept.contains(names[i])) continue;
    // Renamed first, so that a checkpoint is never incomplete.
    const Path doomed = folder_ / with_prefix(kPartialPrefix, names[i]);
    files_.rename(folder_ / names[i], doomed);
    files_.remove_all(doomed);
  }
}

contracts::TrainState CheckpointStore::load(const FileSystem& files, const Path& checkpoint) {
  const StateDocument document = read_state(files, checkpoint);
  contracts::TrainState state;
  state.progress = document.progress;
  state.data_checksum = document.data_checksum;
  state.devices = document.devices;
  for (const auto& [name, record] : document.files) {
    const Path file = checkpoint / name;
    std::string bytes = read_checked(files, file, record);
    if (name == kOptimizerFile) {
      state.optimizer = read_tensors(bytes, file.string());
    } else if (name.ends_with(kTensorSuffix)) {
      state.weights[name.substr(0, name.size() - kTensorSuffix.size())] = read_tensors(bytes, file.string());
    } else {
      state.documents[name] = std::move(bytes);
    }
  }
  return state;
}

Path CheckpointStore::resolve(const FileSystem& files, const Path& path, std::string_view stage) {
  const Path named = path.has_filename() ? path : path.parent_path();
  if (is_checkpoint(files, named)) return without_link(files, named);
  if (const auto chosen = chosen_in(files, named / "checkpoints", stage)) return *chosen;
  const Path of_run = named.parent_path() / "checkpoints" / named.filename();
  if (is_checkpoint(files, of_run)) return without_link(files, of_run);
  fail("no checkpoint found", named, files.exists(named) ? "" : "it does not exist",
       "a checkpoint (a folder with state.json), or a run folder with checkpoints/best or checkpoints/last",
       "Name the --output of a training run, or one of its checkpoints");
}

}  // namespace myxtts::checkpoint
