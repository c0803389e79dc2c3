#pragma once
// Speech from a checkpoint: the commands synthesize and resynthesize, and the speech at the end of a run.

#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "contracts/train_state.hpp"
#include "core/console.hpp"
#include "core/file_system.hpp"
#include "device/runtime.hpp"
#include "requests/requests.hpp"
#include "synthesis/synthesizer.hpp"
#include "text/normaliser.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::speech {

// The folder of the checkpoint at `path`: a checkpoint's folder, or a run's folder (its best checkpoint). Throws
// CheckpointError.
[[nodiscard]] core::Path checkpoint_at(const core::Path& path);

// Loads that checkpoint. Throws CheckpointError.
[[nodiscard]] contracts::TrainState load_checkpoint(const core::Path& path);

// A checkpoint's models and everything that they need.
struct LoadedVoice {
  torch::Device device{torch::kCPU};  // device of all tensors
  config::Settings settings;
  std::unique_ptr<text::Normaliser> normaliser;
  std::unique_ptr<text::Tokenizer> tokenizer;
  std::shared_ptr<model::Codec> codec;
  std::shared_ptr<model::VoiceModel> voice;  // null in a checkpoint of the codec stage
  torch::Tensor standard_deviation;          // [M]
  torch::Tensor mean;                        // [M]
  torch::Tensor default_prompt;              // [T, M]
};

// Writes a line for each of its settings that this version no longer has. Throws CheckpointError if something is
// missing or does not fit.
[[nodiscard]] LoadedVoice load_voice(const core::Path& checkpoint, torch::Device device, core::Console& console);

// The same for a checkpoint that must hold a voice model. Also throws CheckpointError if it is of the codec stage.
[[nodiscard]] LoadedVoice load_voice_model(const core::Path& checkpoint, torch::Device device, core::Console& console);

// The commands. Throw core::Error.
void synthesize(const requests::SynthesizeRequest& request, core::Console& console);
void resynthesize(const requests::ResynthesizeRequest& request, core::Console& console);

// Speaks each sentence greedily in the checkpoint's own voice on the model role's device. Writes 0001.wav, ... and a
// metadata.csv into the folder `output`.
void speak_sentences(const core::Path& checkpoint, const std::vector<std::string>& sentences, const core::Path& output,
                     device::DeviceRuntime& runtime, core::Console& console);

}  // namespace myxtts::speech
