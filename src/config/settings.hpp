#pragma once
// Every module's options, as one plain struct a module. A key in a file or in --set is "table.field".
// Files, flags and --set write into these structs by way of fields() (fields.hpp); presets.hpp fills in a model size.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stages/catalogue/catalogue.hpp"

namespace myxtts::config {

inline constexpr double kValidationShare = 0.02;

struct DataSettings {
  std::vector<std::string> train;  // folders in the LJSpeech layout; FOLDER:2 is visited twice an epoch
  std::string validation;          // one such folder; empty: a split by hash of the clips' ids
  // Of the clips, where no folder is given. Not set: kValidationShare, and none of a set under 50 clips.
  std::optional<double> validation_share;
  double min_seconds = 0.5;             // shorter clips are rejected
  double max_seconds = 11.6;            // longer clips are rejected
  std::int64_t max_text_tokens = 400;   // longer texts are rejected; XTTS v2 has 402 text positions
  double max_rejected = 0.05;           // share of rejected clips over which a run does not start, 0-1
  std::int64_t workers = 2;             // decoding threads; 0: the data role decodes itself. Never decides bits.
  std::int64_t cache_mb = 1024;         // MiB of audio codes kept, so that a clip is encoded once; 0: none
  std::int64_t statistics_clips = 256;  // clips that the mel statistics are taken from
};

// One way to change a training clip: how often, and how much, drawn evenly from min to max.
struct EffectSettings {
  double probability = 0;  // of a clip in an epoch, 0-1
  double min = 0;
  double max = 0;
};

// How training clips are changed before a model hears them. As long as no probability is above 0, nothing is; else each
// epoch hears other clips, and audio codes cannot be cached.
struct AugmentationSettings {
  EffectSettings speed{0, 0.9, 1.1};      // tempo and pitch together; 1: as recorded
  EffectSettings room{0, 0.15, 0.6};      // seconds in which the echo falls by 60 dB
  EffectSettings noise{0, 10, 30};        // dB of the speech over the noise, white or pink
  EffectSettings lowpass{0, 3000, 8000};  // cut-off, Hz
  EffectSettings gain{0, -10, 6};         // dB

  [[nodiscard]] bool changes_anything() const;
};

struct TextSettings {
  std::string language = "en";
  std::string input = "characters";  // what the model reads: characters, or phonemes (by espeak-ng)
  std::string vocabulary =
      "characters";  // of the transcripts; or how many entries byte pairs learn from them; or a tokenizer file's path
};

struct BatchSettings {
  std::int64_t size = 8;          // as much as this many clips of the set's mean length
  std::string by = "cost";        // cost: planned by length to a token budget; count: exactly `size` clips
  std::int64_t accumulation = 1;  // micro-batches in an optimiser step
  std::int64_t buffer = 50;       // batches ready on the data device. Never decides bits.
};

// Discrete variational autoencoder over mels (XTTS v2's DVAE).
struct CodecSettings {
  std::int64_t hidden = 128;       // channels after the first convolution; twice as many after the second
  std::int64_t codes = 512;        // entries of the codebook
  std::int64_t dimensions = 64;    // of a codebook entry
  std::int64_t blocks = 3;         // residual blocks on each side
  std::int64_t steps = 0;          // optimiser steps; 0: planned from the data's size
  std::int64_t batch_size = 8;     // crops in a step
  std::int64_t crop_frames = 192;  // mel frames in a crop, a multiple of 4
  double learning_rate = 1e-3;
  std::int64_t warmup_steps = 50;
  double final_rate_share = 0.03;  // the cosine ends at this share of the rate
  double clip_norm = 1.0;
  double commitment = 0.25;              // weight of the commitment loss
  double codebook_decay = 0.95;          // of the codebook's moving average
  double dead_count = 0.05;              // a code with an average count under this takes a vector of the batch
  std::int64_t codebook_step = 20;       // the first codes come from k-means at this step
  std::int64_t codebook_rounds = 10;     // of k-means
  std::int64_t codebook_vectors = 2048;  // at least so many are drawn for k-means
};

// The GPT.
struct ModelSettings {
  std::int64_t layers = 4;
  std::int64_t width = 256;
  std::int64_t heads = 4;
  double dropout = 0.1;                    // residual and embedding dropout
  std::string text_stop_input = "always";  // is the text STOP an input: always (ours) or in generation only (imported)
};

// Conditioning encoder and perceiver, and the prompt that they read.
struct ConditioningSettings {
  std::int64_t width = 128;
  std::int64_t blocks = 2;
  double prompt_seconds = 2.0;
  std::string prompt_from = "another_clip";  // another_clip of the same speaker, or itself (masked in the loss)
};

struct VoiceSettings {
  std::int64_t steps = 0;   // optimiser steps; 0: planned from the data's size
  std::int64_t epochs = 0;  // plan so many passes instead; 0: by steps
  double learning_rate = 1e-3;
  std::int64_t warmup_steps = 100;
  double final_rate_share = 0.03;
  double weight_decay = 0.01;
  double beta1 = 0.9;
  double beta2 = 0.96;
  double clip_norm = 1.0;
  double text_weight = 0.01;  // of the text loss; the audio loss has 1
};

// How a checkpoint's voice speaks unless told otherwise; they travel in the checkpoint.
struct SamplingSettings {
  double temperature = 0.75;
  std::int64_t top_k = 50;
  double top_p = 0.85;
  double repetition_penalty = 1.0;  // imported weights want 10
};

struct CheckpointSettings {
  std::int64_t interval_steps = 500;
  std::int64_t keep = 2;  // newest ones kept in a stage, beside the best
};

struct ValidationSettings {
  std::int64_t interval_steps = 250;
  std::int64_t max_clips = 64;
  std::int64_t patience = 0;  // stop a stage after so many validations without a gain; 0: never
};

// How batches get from the data role to the model role.
struct TransferSettings {
  bool verify = false;  // a checksum of each batch on both sides; a batch that arrived changed is sent again
};

// Watching what each role holds (with memory isolation).
struct MemorySettings {
  std::int64_t interval_steps = 100;  // between two monitoring lines; 0: none
};

struct RunSettings {
  std::string size = "tiny";  // the preset that filled in the rest
  std::string stages = stages::all_names();
  std::string codec;  // a checkpoint whose trained codec is used; empty: the run trains its own
  std::string init;   // a checkpoint to start from: its codec is used, its voice model trained on; empty: none
  std::int64_t seed = 1;
  std::int64_t threads = 0;          // of the model role; 0: every core. Decides bits.
  std::int64_t data_threads = 1;     // of the data role. Decides bits.
  std::string precision = "fp32";    // of the model role's arithmetic: fp32, tf32, bf16 or fp16. Decides bits.
  bool deterministic = false;        // the same bits in every run on a GPU too, slower. Decides bits.
  double start_delay_seconds = 2.0;  // training starts when the buffer is full or after this long
  std::int64_t log_every = 25;       // steps between two lines where there is no terminal
};

struct Settings {
  RunSettings run;
  DataSettings data;
  AugmentationSettings augmentation;
  TextSettings text;
  BatchSettings batch;
  CodecSettings codec;
  ModelSettings model;
  ConditioningSettings conditioning;
  VoiceSettings voice;
  SamplingSettings sampling;
  CheckpointSettings checkpoint;
  ValidationSettings validation;
  TransferSettings transfer;
  MemorySettings memory;
};

// MiB of audio codes to keep: none where augmentation makes new ones in every epoch.
[[nodiscard]] std::int64_t code_cache_mb(const Settings& settings);

// How many entries text.vocabulary asks for; none where it is no whole number.
[[nodiscard]] std::optional<std::int64_t> vocabulary_entries(const TextSettings& settings);

// Throws ConfigError where a field has a value that no run can have, or two fields contradict each other (heads that do
// not divide the width, ...).
void validate(const Settings& settings);

}  // namespace myxtts::config
