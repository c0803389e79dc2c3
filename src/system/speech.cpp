#include "system/speech.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "checkpoint/checkpoint_store.hpp"
#include "config/fields.hpp"
#include "core/error.hpp"
#include "media/audio_file.hpp"
#include "model/gpt.hpp"
#include "preparation/speech_mels.hpp"
#include "synthesis/reference.hpp"
#include "synthesis/utterances.hpp"
#include "training/module_state.hpp"

namespace myxtts::system {
namespace {

synthesis::Synthesizer synthesizer_of(const LoadedVoice& loaded) {
  if (!loaded.voice) {
    throw core::CheckpointError({.what = "the checkpoint holds no voice model",
                                 .where = "--checkpoint",
                                 .value = {},
                                 .expected = "a checkpoint of the voice stage",
                                 .advice = "The codec alone can resynthesize."});
  }
  return {loaded.voice,
          loaded.codec,
          loaded.deviation,
          {loaded.tokenizer->start_id(), loaded.tokenizer->stop_id()},
          torch::kCPU};
}

synthesis::Voice voice_of(const LoadedVoice& loaded, const synthesis::Synthesizer& synthesizer,
                          const std::vector<std::string>& references) {
  std::vector<torch::Tensor> prompts;
  for (const std::string& reference : references) {
    prompts.push_back(synthesis::prompt_mel(media::read_audio(reference), loaded.settings.conditioning,
                                            loaded.deviation, torch::kCPU));
  }
  if (prompts.empty()) prompts.push_back(loaded.default_prompt);
  return synthesizer.make_voice(prompts);
}

synthesis::SpeakingOptions speaking_options(const config::EngineRequest& request,
                                            const config::SamplingSettings& defaults) {
  synthesis::SpeakingOptions options;
  options.sampling.temperature = request.number("temperature").value_or(defaults.temperature);
  options.sampling.top_k =
      static_cast<std::int64_t>(request.number("top_k").value_or(static_cast<double>(defaults.top_k)));
  options.sampling.top_p = request.number("top_p").value_or(defaults.top_p);
  options.sampling.repetition_penalty = request.number("repetition_penalty").value_or(defaults.repetition_penalty);
  options.sampling.greedy = request.flag("greedy");
  options.sampling.seed = std::stoull(request.text("seed", "1"));
  options.speed = request.number("speed").value_or(1.0);
  return options;
}

// A text of any length, which may be several utterances, and its place among the texts of a call.
struct Text {
  std::vector<synthesis::Utterance> utterances;
  std::string written;
};

// Characters that the vocabulary lacks are spoken as [UNK], that is, as nothing that was asked for.
void warn_of_unknown_characters(const std::string& line, const LoadedVoice& loaded, core::Console& console) {
  const auto unknown = loaded.tokenizer->unknown_characters(loaded.normaliser->normalise(line));
  const std::set<std::string> distinct(unknown.begin(), unknown.end());
  if (!distinct.empty()) {
    console.warning(fmt::format("the checkpoint does not know {} in: {}", fmt::join(distinct, " "), line));
  }
}

std::vector<Text> read_texts(const std::vector<std::string>& lines, const LoadedVoice& loaded, core::Console& console) {
  const synthesis::TextReader reader{*loaded.normaliser, *loaded.tokenizer, loaded.settings.text.language};
  std::vector<Text> texts;
  std::uint64_t index = 0;
  for (const std::string& line : lines) {
    texts.push_back({synthesis::utterances_of(line, reader, index), line});
    warn_of_unknown_characters(line, loaded, console);
    index += texts.back().utterances.size();
  }
  return texts;
}

// The speech of each text, in order; all utterances are spoken together.
std::vector<std::vector<float>> speak(const std::vector<Text>& texts, const synthesis::Synthesizer& synthesizer,
                                      const synthesis::Voice& voice, const synthesis::SpeakingOptions& options,
                                      core::Console& console) {
  std::vector<synthesis::Utterance> all;
  for (const Text& text : texts) all.insert(all.end(), text.utterances.begin(), text.utterances.end());
  const std::vector<synthesis::Speech> speech = synthesizer.speak(all, voice, options);
  std::vector<std::vector<float>> result;
  std::size_t next = 0;
  for (const Text& text : texts) {
    std::vector<std::vector<float>> pieces;
    for (std::size_t i = 0; i < text.utterances.size(); ++i, ++next) {
      if (!speech[next].ended) console.warning(fmt::format("the voice did not come to an end of: {}", text.written));
      pieces.push_back(speech[next].samples);
    }
    result.push_back(synthesis::join(pieces));
  }
  return result;
}

std::vector<std::string> lines_of(const std::string& file) {
  const std::string content = core::local_file_system().read(file);
  std::vector<std::string> lines;
  std::size_t first = 0;
  while (first < content.size()) {
    const std::size_t end = std::min(content.find('\n', first), content.size());
    std::string line = content.substr(first, end - first);
    if (line.ends_with('\r')) line.pop_back();
    if (line.find_first_not_of(" \t") != std::string::npos) lines.push_back(std::move(line));
    first = end + 1;
  }
  if (lines.empty()) {
    throw core::DataError(
        {.what = "nothing to say", .where = file, .value = {}, .expected = "one utterance a line", .advice = {}});
  }
  return lines;
}

bool means_folder(const std::string& output) { return output.ends_with('/') || std::filesystem::is_directory(output); }

void write_speech(const core::Path& file, const std::vector<float>& samples) {
  core::FileSystem& files = core::local_file_system();
  if (file.has_parent_path()) files.create_directories(file.parent_path());
  media::write_wav(files, file, samples, synthesis::kSampleRateHz);
}

// 0001.wav, 0002.wav, ... beside metadata.csv (`name|text`), which the judge reads.
void write_folder(const core::Path& folder, const std::vector<std::vector<float>>& speech,
                  const std::vector<std::string>& texts) {
  std::string metadata;
  for (std::size_t i = 0; i < speech.size(); ++i) {
    const std::string name = fmt::format("{:04}", i + 1);
    write_speech(folder / (name + ".wav"), speech[i]);
    std::string text = texts[i];
    std::ranges::replace(text, '|', ' ');
    metadata += fmt::format("{}|{}\n", name, text);
  }
  core::write_atomically(core::local_file_system(), folder / "metadata.csv", metadata);
}

}  // namespace

contracts::TrainState load_checkpoint(const core::Path& path) {
  core::FileSystem& files = core::local_file_system();
  return checkpoint::CheckpointStore::load(files, checkpoint::CheckpointStore::resolve(files, path));
}

LoadedVoice load_voice(const core::Path& checkpoint) {
  const contracts::TrainState state = load_checkpoint(checkpoint);
  LoadedVoice loaded;
  config::load_toml(loaded.settings, contracts::document_of(state, "config.toml"),
                    (checkpoint / "config.toml").string());
  loaded.normaliser = text::make_normaliser(loaded.settings.text.language);
  loaded.tokenizer = std::make_unique<text::Tokenizer>(formats::parse_tokenizer_json(
      contracts::document_of(state, "tokenizer.json"), (checkpoint / "tokenizer.json").string()));
  model::Initialiser initialiser(0);
  loaded.codec = std::make_shared<model::Codec>(model::codec_options(loaded.settings.codec), initialiser);
  training::load_module(*loaded.codec, state, "codec");
  loaded.codec->eval();
  if (state.weights.contains("voice")) {
    loaded.voice = std::make_shared<model::VoiceModel>(
        model::voice_model_options(loaded.settings, loaded.tokenizer->vocabulary_size()), initialiser);
    training::load_module(*loaded.voice, state, "voice");
    loaded.voice->eval();
  }
  loaded.deviation = contracts::tensor_of(state, "mel_statistics", "deviation");
  loaded.mean = contracts::tensor_of(state, "mel_statistics", "mean");
  loaded.default_prompt = contracts::tensor_of(state, "default_voice", "prompt");
  return loaded;
}

void synthesize(const config::EngineRequest& request, core::Console& console) {
  const torch::NoGradGuard no_grad;
  torch::set_num_threads(static_cast<int>(request.settings.run.threads));
  const LoadedVoice loaded = load_voice(request.text("checkpoint"));
  const synthesis::Synthesizer synthesizer = synthesizer_of(loaded);
  const synthesis::Voice voice = voice_of(loaded, synthesizer, request.texts("references"));
  const bool from_file = request.flag("text_file");
  const std::vector<std::string> lines =
      from_file ? lines_of(request.text("text_file")) : std::vector<std::string>{request.text("text")};
  const auto speech = speak(read_texts(lines, loaded, console), synthesizer, voice,
                            speaking_options(request, loaded.settings.sampling), console);
  const std::string output = request.text("output");
  if (from_file && means_folder(output)) {
    write_folder(output, speech, lines);
  } else {
    write_speech(output, synthesis::join(speech));
  }
  console.info(fmt::format("Wrote {}", output));
}

void resynthesize(const config::EngineRequest& request, core::Console& console) {
  const torch::NoGradGuard no_grad;
  torch::set_num_threads(static_cast<int>(request.settings.run.threads));
  const LoadedVoice loaded = load_voice(request.text("checkpoint"));
  const synthesis::SpeechDecoder decoder(loaded.codec, loaded.deviation, torch::kCPU);
  preparation::SpeechMels mels(torch::kCPU);
  const std::vector<std::string> inputs = request.texts("inputs");
  const core::Path output = request.text("output");
  const bool to_folder = means_folder(request.text("output"));
  if (inputs.size() > 1 && !to_folder) {
    throw core::UsageError({.what = "several clips for one file",
                            .where = "--output",
                            .value = output.string(),
                            .expected = "a folder, ending in /",
                            .advice = {}});
  }
  for (const std::string& input : inputs) {
    const torch::Tensor samples = mels.resampled(media::read_audio(input)).contiguous();
    const std::span<const float> view(samples.const_data_ptr<float>(), static_cast<std::size_t>(samples.numel()));
    const core::Path file = to_folder ? output / core::Path(input).stem().concat(".wav") : output;
    write_speech(file, decoder.resynthesize(view));
    console.info(fmt::format("Wrote {}", file.string()));
  }
}

void speak_sentences(const core::Path& checkpoint, const std::vector<std::string>& sentences, const core::Path& output,
                     core::Console& console) {
  const torch::NoGradGuard no_grad;
  const LoadedVoice loaded = load_voice(checkpoint);
  const synthesis::Synthesizer synthesizer = synthesizer_of(loaded);
  synthesis::SpeakingOptions options;
  options.sampling.greedy = true;
  write_folder(
      output,
      speak(read_texts(sentences, loaded, console), synthesizer, voice_of(loaded, synthesizer, {}), options, console),
      sentences);
}

}  // namespace myxtts::system
