#include "speech/speech.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "checkpoint/checkpoint_store.hpp"
#include "config/fields.hpp"
#include "config/model_options.hpp"
#include "core/error.hpp"
#include "core/lines.hpp"
#include "device/out_of_memory.hpp"
#include "device/planned_devices.hpp"
#include "media/audio_file.hpp"
#include "model/gpt.hpp"
#include "preparation/speech_mels.hpp"
#include "speech/speech_output.hpp"
#include "stages/catalogue/voice.hpp"
#include "synthesis/reference.hpp"
#include "synthesis/utterances.hpp"
#include "text/text_input.hpp"
#include "training/module_state.hpp"

namespace myxtts::speech {
namespace {

synthesis::Synthesizer synthesizer_of(const LoadedVoice& loaded) {
  return {loaded.voice,
          loaded.codec,
          loaded.standard_deviation,
          {loaded.tokenizer->start_id(), loaded.tokenizer->stop_id()},
          loaded.device};
}

synthesis::Voice voice_of(const LoadedVoice& loaded, const synthesis::Synthesizer& synthesizer,
                          const std::vector<core::Path>& references) {
  std::vector<torch::Tensor> prompts;
  for (const core::Path& reference : references) {
    prompts.push_back(synthesis::prompt_mel(media::read_audio(reference), loaded.settings.conditioning,
                                            loaded.standard_deviation, loaded.device));
  }
  if (prompts.empty()) prompts.push_back(loaded.default_prompt);
  return synthesizer.make_voice(prompts);
}

synthesis::SpeakingOptions speaking_options(const requests::SynthesizeRequest& request,
                                            const config::SamplingSettings& defaults) {
  synthesis::SpeakingOptions options;
  options.sampling.temperature = request.temperature.value_or(defaults.temperature);
  options.sampling.top_k = request.top_k.value_or(defaults.top_k);
  options.sampling.top_p = request.top_p.value_or(defaults.top_p);
  options.sampling.repetition_penalty = request.repetition_penalty.value_or(defaults.repetition_penalty);
  options.sampling.greedy = request.greedy;
  options.sampling.seed = request.seed;
  options.speed = request.speed;
  return options;
}

// A written text of any length and its utterances.
struct Text {
  std::vector<synthesis::Utterance> utterances;
  std::string written;
};

// Characters that the vocabulary lacks become [UNK], so they are not spoken as written.
void warn_of_unknown_characters(const std::string& line, const LoadedVoice& loaded, core::Console& console) {
  const auto unknown = loaded.tokenizer->unknown_characters(loaded.normaliser->normalise(line));
  const std::set<std::string> distinct(unknown.begin(), unknown.end());
  if (!distinct.empty()) {
    console.warning(fmt::format("the checkpoint does not know {} in: {}", fmt::join(distinct, " "), line));
  }
}

// The texts to speak.
struct Script {
  std::vector<std::string> texts;
  std::string where;  // "--text", or the file that contains them, one per line
};

std::vector<Text> read_texts(const Script& script, const LoadedVoice& loaded, core::Console& console) {
  const synthesis::TextReader reader{*loaded.normaliser, *loaded.tokenizer, loaded.settings.text.language};
  std::vector<Text> texts;
  std::uint64_t index = 0;
  for (const std::string& text : script.texts) {
    try {
      texts.push_back({synthesis::utterances_of(text, reader, index), text});
      warn_of_unknown_characters(text, loaded, console);
    } catch (const core::DataError& error) {
      throw core::DataError(fmt::format("{}, text {}: {}", script.where, texts.size() + 1, error.what()));
    }
    index += texts.back().utterances.size();
  }
  return texts;
}

// The speech of each text, in order; all utterances are generated together.
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

std::vector<std::string> utterances_of(const core::Path& file) {
  const std::string content = core::local_file_system().read(file);
  std::vector<std::string> lines;
  for (const std::string_view line : core::split_lines(content)) {
    if (line.find_first_not_of(" \t") != std::string_view::npos) lines.emplace_back(line);
  }
  if (lines.empty()) {
    throw core::DataError({.what = "nothing to say",
                           .where = file.string(),
                           .value = {},
                           .expected = "one utterance a line",
                           .advice = {}});
  }
  return lines;
}

Script script_of(const requests::SynthesizeRequest& request) {
  if (!request.text_file) return {{request.text}, "--text"};
  return {utterances_of(*request.text_file), request.text_file->string()};
}

// The speech of each text of a script, spoken with the request's checkpoint.
std::vector<std::vector<float>> speech_of(const requests::SynthesizeRequest& request, const Script& script,
                                          device::DeviceRuntime& runtime, core::Console& console) {
  const torch::NoGradGuard no_grad;
  const auto session = runtime.enter(device::Role::kModel);
  LoadedVoice loaded = load_voice_model(request.checkpoint, runtime.device(device::Role::kModel), console);
  if (request.language) {
    loaded.settings.text.language = *request.language;
    loaded.normaliser = text::make_text_input(loaded.settings.text);
  }
  const device::Autocast autocast(device::set_arithmetic(request.settings.run, loaded.device), loaded.device);
  const synthesis::Synthesizer synthesizer = synthesizer_of(loaded);
  const synthesis::Voice voice = voice_of(loaded, synthesizer, request.references);
  return speak(read_texts(script, loaded, console), synthesizer, voice,
               speaking_options(request, loaded.settings.sampling), console);
}

// The files that a command reads: reference clips and texts.
std::vector<core::Path> sources_of(const requests::SynthesizeRequest& request) {
  std::vector<core::Path> sources = request.references;
  if (request.text_file) sources.push_back(*request.text_file);
  return sources;
}

// The output file of each clip: --output itself, or the clip's file name in the folder --output.
std::vector<core::Path> resynthesis_outputs(const std::vector<core::Path>& inputs, const core::Path& output) {
  const bool to_folder = means_folder(output);
  if (inputs.size() > 1 && !to_folder) {
    throw core::UsageError({.what = "several clips for one file",
                            .where = "--output",
                            .value = output.string(),
                            .expected = "a folder, ending in /",
                            .advice = {}});
  }
  std::vector<core::Path> files;
  for (const core::Path& input : inputs) {
    files.push_back(to_folder ? output / input.stem().concat(".wav") : output);
    require_free_output(files.back(), inputs);
    if (std::ranges::count(files, files.back()) > 1) {
      throw core::UsageError({.what = "two clips of the same name for one folder",
                              .where = "--input",
                              .value = input.string(),
                              .expected = {},
                              .advice = "Resynthesise them into folders of their own."});
    }
  }
  return files;
}

// Encodes and decodes each clip with the codec of the request's checkpoint and writes it to its output file.
void copy_clips(const requests::ResynthesizeRequest& request, const std::vector<core::Path>& outputs,
                device::DeviceRuntime& runtime, core::Console& console) {
  const torch::NoGradGuard no_grad;
  const auto session = runtime.enter(device::Role::kModel);
  const LoadedVoice loaded = load_voice(request.checkpoint, runtime.device(device::Role::kModel), console);
  const device::Autocast autocast(device::set_arithmetic(request.settings.run, loaded.device), loaded.device);
  const synthesis::SpeechDecoder decoder(loaded.codec, loaded.standard_deviation, loaded.device);
  preparation::SpeechMels mels(loaded.device);
  for (std::size_t i = 0; i < request.inputs.size(); ++i) {
    const torch::Tensor samples = mels.resampled(media::read_audio(request.inputs[i])).cpu().contiguous();
    const std::span<const float> view(samples.const_data_ptr<float>(), static_cast<std::size_t>(samples.numel()));
    write_speech(outputs[i], decoder.resynthesize(view));
    console.info(fmt::format("Wrote {}", outputs[i].string()));
  }
}

void load_models(LoadedVoice& loaded, const contracts::TrainState& state) {
  model::Initialiser initialiser(0, loaded.device);
  loaded.codec = std::make_shared<model::Codec>(config::codec_options(loaded.settings.codec), initialiser);
  training::load_module(*loaded.codec, state, stages::kCodec.weights());
  loaded.codec->eval();
  if (!state.weights.contains(stages::kVoice.weights())) return;
  loaded.voice = std::make_shared<model::VoiceModel>(
      config::voice_model_options(loaded.settings, loaded.tokenizer->vocabulary_size()), initialiser);
  training::load_module(*loaded.voice, state, stages::kVoice.weights());
  loaded.voice->eval();
}

// The models of a checkpoint that was read from `folder`.
LoadedVoice loaded_from(const contracts::TrainState& state, const core::Path& folder, torch::Device device,
                        core::Console& console) {
  LoadedVoice loaded;
  loaded.device = device;
  const std::string& config = contracts::document_of(state, "config.toml");
  const std::string config_file = (folder / "config.toml").string();
  for (const std::string& line : config::load_kept_toml(loaded.settings, config, config_file)) console.info(line);
  config::validate(loaded.settings);
  loaded.normaliser = text::make_text_input(loaded.settings.text);
  const std::string tokenizer_file = (folder / "tokenizer.json").string();
  loaded.tokenizer = std::make_unique<text::Tokenizer>(
      formats::parse_tokenizer_json(contracts::document_of(state, "tokenizer.json"), tokenizer_file), tokenizer_file);
  load_models(loaded, state);
  loaded.standard_deviation = contracts::tensor_of(state, "mel_statistics", "deviation").to(device);
  loaded.mean = contracts::tensor_of(state, "mel_statistics", "mean").to(device);
  loaded.default_prompt = contracts::tensor_of(state, "default_voice", "prompt").to(device);
  return loaded;
}

}  // namespace

core::Path checkpoint_at(const core::Path& path) {
  return checkpoint::CheckpointStore::resolve(core::local_file_system(), path);
}

contracts::TrainState load_checkpoint(const core::Path& path) {
  return checkpoint::CheckpointStore::load(core::local_file_system(), checkpoint_at(path));
}

LoadedVoice load_voice(const core::Path& checkpoint, torch::Device device, core::Console& console) {
  const core::Path folder = checkpoint_at(checkpoint);
  const contracts::TrainState state = checkpoint::CheckpointStore::load(core::local_file_system(), folder);
  try {
    return loaded_from(state, folder, device, console);
  } catch (core::Error& error) {
    error.add_context("in the checkpoint " + folder.string());
    throw;
  }
}

LoadedVoice load_voice_model(const core::Path& checkpoint, torch::Device device, core::Console& console) {
  LoadedVoice loaded = load_voice(checkpoint, device, console);
  if (loaded.voice) return loaded;
  throw core::CheckpointError({.what = "the checkpoint holds no voice model",
                               .where = "--checkpoint",
                               .value = checkpoint.string(),
                               .expected = "a checkpoint of the voice stage",
                               .advice = "The codec alone can resynthesize."});
}

void synthesize(const requests::SynthesizeRequest& request, core::Console& console) {
  const core::Path& output = request.output;
  const bool to_folder = means_folder(output);
  if (to_folder) {
    require_speech_folder(output);
  } else {
    require_free_output(output, sources_of(request));
  }
  const Script script = script_of(request);
  const auto runtime = device::runtime_of(request.settings, request.device_plan);
  const auto speech = device::translate_out_of_memory(
      device::Role::kModel, *runtime, [&] { return speech_of(request, script, *runtime, console); },
      device::Work::kSpeech);
  if (to_folder) {
    write_speech_folder(output, speech, script.texts);
  } else {
    write_speech(output, synthesis::join(speech));
  }
  console.info(fmt::format("Wrote {}", output.string()));
}

void resynthesize(const requests::ResynthesizeRequest& request, core::Console& console) {
  const std::vector<core::Path> outputs = resynthesis_outputs(request.inputs, request.output);
  const auto runtime = device::runtime_of(request.settings, request.device_plan);
  device::translate_out_of_memory(
      device::Role::kModel, *runtime, [&] { copy_clips(request, outputs, *runtime, console); }, device::Work::kSpeech);
}

void speak_sentences(const core::Path& checkpoint, const std::vector<std::string>& sentences, const core::Path& output,
                     device::DeviceRuntime& runtime, core::Console& console) {
  const torch::NoGradGuard no_grad;
  const auto session = runtime.enter(device::Role::kModel);
  const LoadedVoice loaded = load_voice_model(checkpoint, runtime.device(device::Role::kModel), console);
  const synthesis::Synthesizer synthesizer = synthesizer_of(loaded);
  synthesis::SpeakingOptions options;
  options.sampling.greedy = true;
  const auto texts = read_texts({sentences, "the sentences"}, loaded, console);
  write_speech_folder(output, speak(texts, synthesizer, voice_of(loaded, synthesizer, {}), options, console),
                      sentences);
}

}  // namespace myxtts::speech
