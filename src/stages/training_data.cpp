#include "stages/training_data.hpp"

#include <fmt/format.h>

#include "formats/checksum.hpp"
#include "planning/split.hpp"
#include "quality/set_findings.hpp"
#include "quality/tokenised_dataset.hpp"
#include "text/text_input.hpp"

namespace myxtts::stages {
namespace {

// Distinguishes the clips' subsets if held-out clips have their own folder.
std::string name_of(manifest::Subset subset) { return subset == manifest::Subset::kEvaluation ? "held out" : "train"; }

// `known`: the recordings of the resumed run.
quality::Reading reading_of(const std::vector<std::string>& folders, manifest::Subset subset,
                            const dataset::KnownRecordings& known) {
  return {.folders = folders, .subset = subset, .known = [&known, subset](const manifest::ManifestRow& row) {
            return known.find(name_of(subset), row);
          }};
}

// Prints the rejected clips and the number of suspicious ones; the printed preflight command has `folders`.
void report_check(quality::CheckedDataset& checked, const text::Tokenizer& tokenizer, const config::Settings& settings,
                  const std::vector<std::string>& folders, core::Console& console) {
  quality::enforce_rejection_limit(checked.findings, checked.total, settings.data.max_rejected, console);
  quality::add_set_findings(checked, &tokenizer, settings.text.language);
  if (const std::size_t count = quality::count_suspicious(checked.findings); count > 0) {
    console.info(fmt::format("{} suspicious: ./myxtts preflight --train-data {} names {}.",
                             count == 1 ? "1 clip looks" : fmt::format("{} clips look", count),
                             fmt::join(folders, " --train-data "), count == 1 ? "it" : "them"));
  }
}

// Reads a data set with a known vocabulary.
quality::CheckedDataset read_set(const config::Settings& settings, const quality::Reading& reading,
                                 const text::Tokenizer& tokenizer, core::Console& console) {
  quality::CheckedDataset checked =
      quality::check_and_tokenise(core::local_file_system(), settings, reading, tokenizer);
  console.info(fmt::format("Read {}.", checked.layout));
  report_check(checked, tokenizer, settings, {reading.folders.begin(), reading.folders.end()}, console);
  return checked;
}

void count_clips(const quality::CheckedDataset& checked, dataset::ClipLimit& limit) {
  limit.rejected += quality::count_rejected(checked.findings);
  limit.total += checked.total;
}

std::string checksum(const dataset::Dataset& train, const dataset::Dataset& validation) {
  formats::Checksum checksum;
  for (const dataset::Dataset* part : {&train, &validation}) {
    for (const dataset::Clip& clip : part->clips()) {
      checksum.update(fmt::format("{}\n{}\n{}\n{} {}\n", clip.id, clip.speaker, clip.text, clip.audio.frames,
                                  clip.audio.sample_rate_hz));
      if (!clip.language.empty()) checksum.update(clip.language + "\n");
    }
    checksum.update("\n");
  }
  return checksum.hex();
}

// A small data set is split only if the share is set. An older config.toml always holds a share; the checksum of the
// run's data then tells whether it was split.
planning::Split split_clips(const dataset::Dataset& data, std::optional<double> share,
                            const std::string& recorded_checksum) {
  if (recorded_checksum == checksum(data, {})) return planning::split_by_hash(data.ids(), 0);
  return planning::split_by_hash(data.ids(), share.value_or(config::kValidationShare),
                                 share ? 2 : planning::kMinClipsToSplit);
}

std::string describe(const dataset::Dataset& data) {
  return fmt::format("{} clips, {:.1f} minutes", data.size(), data.total_seconds() / 60);
}

}  // namespace

TrainingData load_training_data(const config::Settings& settings, const std::string& tokenizer_json,
                                core::Console& console, const RecordedData& recorded) {
  const bool has_folder = !settings.data.validation.empty();
  TrainingData data;
  const core::FileSystem& files = core::local_file_system();
  quality::TokenisedDataset read = quality::check_and_tokenise(
      files, settings, reading_of(settings.data.train, manifest::Subset::kTrain, recorded.recordings),
      tokenizer_json.empty() ? text::read_vocabulary(files, settings.text) : tokenizer_json);
  data.tokenizer_json = std::move(read.tokenizer_json);
  console.info(fmt::format("Read {}.", read.checked.layout));
  console.info(fmt::format("Vocabulary: {} entries.", read.tokenizer.vocabulary_size()));
  report_check(read.checked, read.tokenizer, settings, settings.data.train, console);
  dataset::ClipLimit limit;
  limit.max_rejected = settings.data.max_rejected;
  count_clips(read.checked, limit);
  if (has_folder) {
    data.train = std::move(read.checked.dataset);
    const std::vector<std::string> folder = {settings.data.validation};
    quality::CheckedDataset held_out = read_set(
        settings, reading_of(folder, manifest::Subset::kEvaluation, recorded.recordings), read.tokenizer, console);
    count_clips(held_out, limit);
    data.validation = std::move(held_out.dataset);
  } else {
    const planning::Split split = split_clips(read.checked.dataset, settings.data.validation_share, recorded.checksum);
    data.train = read.checked.dataset.subset(split.train);
    data.validation = read.checked.dataset.subset(split.validation);
  }
  data.broken = std::make_shared<dataset::BrokenClips>(limit, console);
  console.info(fmt::format("Training on {} of {}.", describe(data.train), fmt::join(settings.data.train, ", ")));
  console.info(
      data.validation.size() == 0
          ? std::string(
                "No held-out clips: name some with --val-data, or a share with --set data.validation_share=0.05.")
          : fmt::format(
                "Validating on {} {}.", describe(data.validation),
                has_folder ? "of " + settings.data.validation : std::string("held out by a hash of their ids")));
  return data;
}

dataset::Dataset load_data_set(const config::Settings& settings, const text::Tokenizer& tokenizer,
                               core::Console& console) {
  return read_set(settings, {.folders = settings.data.train}, tokenizer, console).dataset;
}

dataset::KnownRecordings known_recordings(const config::Settings& settings, const TrainingData& data) {
  const bool has_folder = !settings.data.validation.empty();
  dataset::KnownRecordings known;
  known.add(name_of(manifest::Subset::kTrain), data.train.clips());
  known.add(name_of(has_folder ? manifest::Subset::kEvaluation : manifest::Subset::kTrain), data.validation.clips());
  return known;
}

std::string checksum_of(const TrainingData& data) { return checksum(data.train, data.validation); }

}  // namespace myxtts::stages
