#include "front/replaced_flags.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace myxtts::front {
namespace {

constexpr const char* kShapes = "Batches are packed: nothing is padded to a fixed length.";
constexpr const char* kPrompt = "The voice comes from a prompt clip: see --set conditioning.*.";
constexpr const char* kReference = "Voice and style come from a clip: give one with --reference.";
constexpr const char* kSchedule = "Use --lr and --set voice.warmup_steps=N, voice.clip_norm=X.";
constexpr const char* kOneLanguage = "Give the language with --language.";
constexpr const char* kProfile = "Use ./myxtts profile: what it measures needs no choice.";
constexpr const char* kConfiguration =
    "A checkpoint holds its own configuration: leave it out (./myxtts train takes --config).";
constexpr const char* kModelSize = "The checkpoint decides the model's size.";
constexpr const char* kNothing = "There is nothing that replaces it.";

struct ReplacedFlag {
  std::string_view flag;
  const char* instead;
};

constexpr auto kReplacedFlags = std::to_array<ReplacedFlag>({
    {"--download-ljspeech", "Give your own folder with --train-data."},
    {"--prefetch-buffer-size", "Use --buffer-size."},
    {"--prefetch-to-gpu", "Prefetching is always on; its depth is --buffer-size."},
    {"--no-prefetch-to-gpu", "Use --buffer-size 1."},
    {"--decoder-strategy", "The voice model is always autoregressive."},
    {"--vocoder-type", "Speech comes from the codec's mel by Griffin-Lim."},
    {"--optimization-level", kSchedule},
    {"--apply-fast-convergence", kSchedule},
    {"--lightweight-config", "Use --model-size tiny."},
    {"--enable-evaluation", "Validation is always on; use --set validation.interval_steps=N."},
    {"--evaluation-interval", "Use --set validation.interval_steps=N."},
    {"--create-optimized-model", kNothing},
    {"--compression-target", kNothing},
    {"--use-pretrained-speaker-encoder", kPrompt},
    {"--disable-pretrained-speaker-encoder", kPrompt},
    {"--speaker-encoder-path", kPrompt},
    {"--speaker-encoder-type", kPrompt},
    {"--freeze-speaker-encoder", kPrompt},
    {"--unfreeze-speaker-encoder", kPrompt},
    {"--contrastive-loss-temperature", kPrompt},
    {"--contrastive-loss-margin", kPrompt},
    {"--enable-gst", kPrompt},
    {"--gst-num-style-tokens", kPrompt},
    {"--gst-style-token-dim", kPrompt},
    {"--gst-style-embedding-dim", kPrompt},
    {"--gst-num-heads", kPrompt},
    {"--gst-style-loss-weight", kPrompt},
    {"--simple-loss", "There is one loss; its parts are in metrics.jsonl."},
    {"--tensorboard-log-dir", "Every run keeps its metrics in its own folder (--output)."},
    {"--enable-eager-debug", kNothing},
    {"--enable-static-shapes", kShapes},
    {"--pad-to-fixed-length", kShapes},
    {"--disable-static-shapes", kShapes},
    {"--max-text-length", "Use --set data.max_text_tokens=N."},
    {"--max-mel-frames", "Use --set data.max_seconds=X."},
    {"--reference-audio", "Use --reference."},
    {"--clone-voice", "Give a clip with --reference."},
    {"--multiple-reference-audios", "Repeat --reference."},
    {"--voice-cloning-temperature", "Use --temperature."},
    {"--voice-conditioning-strength", kReference},
    {"--voice-similarity-threshold", kReference},
    {"--enable-voice-interpolation", kReference},
    {"--speaker-id", kReference},
    {"--list-speakers", kReference},
    {"--prosody-reference", kReference},
    {"--emotion", kReference},
    {"--style-weights", kReference},
    {"--list-style-tokens", kReference},
    {"--speaking-rate", "Use --speed."},
    {"--detect-language", kOneLanguage},
    {"--supported-languages", kOneLanguage},
    {"--enable-phone-normalization", "Texts are spelt in characters: nothing needs phones."},
    {"--max-length", "Speech ends by itself; long texts are split."},
    {"--save-mel", kNothing},
    {"--dataset-path", "The checkpoint holds its own vocabulary: --checkpoint alone is enough."},
    {"--evaluate-output", "Use scripts/judge on the folder with the speech."},
    {"--evaluation-output", "Use scripts/judge on the folder with the speech."},
    {"--optimized-inference", kNothing},
    {"--quality-mode", kNothing},
    {"--lightweight-model", kModelSize},
    {"--model-size", kModelSize},
    {"--benchmark", kProfile},
    {"--no-gpu-monitoring", kProfile},
    {"--num-batches", "Use --steps of ./myxtts profile."},
    {"--data-path", "Use --train-data."},
    {"--checkpoint-dir", "Use --checkpoint."},
    {"--config", kConfiguration},
    {"-c", kConfiguration},
    {"-o", "Use --output."},
});

}  // namespace

std::string what_replaces(const std::string& flag) {
  const auto found = std::ranges::find(kReplacedFlags, flag, &ReplacedFlag::flag);
  return found == kReplacedFlags.end() ? "" : found->instead;
}

}  // namespace myxtts::front
