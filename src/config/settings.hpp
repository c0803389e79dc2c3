#pragma once
// The options of all modules, one plain struct per module. A key in a file or in --set is "table.field".
// Files, flags and --set write these structs through fields() (fields.hpp); presets.hpp fills in a model size.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stages/catalogue/catalogue.hpp"

namespace myxtts::config {

inline constexpr double kValidationShare = 0.02;
inline constexpr const char* kAuto = "auto";  // a value that is decided by the devices when a run starts

struct DataSettings {
  std::vector<std::string> train;  // folders in the LJSpeech layout; FOLDER:2 is visited twice an epoch
  std::string validation;          // one such folder; empty: a split by hash of the clips' ids
  // Share of held-out clips if `validation` is empty. Not set: kValidationShare, or 0 if there are under 50 clips.
  std::optional<double> validation_share;
  double min_seconds = 0.5;             // shorter clips are rejected
  double max_seconds = 11.6;            // longer clips are rejected
  std::int64_t max_text_tokens = 400;   // longer texts are rejected; XTTS v2 has 402 text positions
  double max_rejected = 0.05;           // max share of rejected clips, 0-1; a run with more does not start
  std::int64_t workers = 2;             // decoding threads; 0: the data role's thread decodes. Never decides bits.
  std::int64_t cache_mb = 1024;         // MiB of audio codes in the cache, so that a clip is encoded once; 0: no cache
  std::int64_t statistics_clips = 256;  // max clips from which the mel statistics are computed
};

// One augmentation effect: its probability, and its strength, drawn uniformly from min to max.
struct EffectSettings {
  double probability = 0;  // of a clip in an epoch, 0-1
  double min = 0;
  double max = 0;
};

// Augmentation of training clips. If all probabilities are 0, clips are not changed; otherwise clips differ from epoch
// to epoch, and audio codes cannot be cached.
struct AugmentationSettings {
  EffectSettings speed{0, 0.9, 1.1};      // factor of tempo and pitch together; 1: as recorded
  EffectSettings room{0, 0.15, 0.6};      // reverberation time: s until the echo has decayed by 60 dB
  EffectSettings noise{0, 10, 30};        // signal-to-noise ratio, dB; white or pink noise
  EffectSettings lowpass{0, 3000, 8000};  // cut-off, Hz
  EffectSettings gain{0, -10, 6};         // dB

  [[nodiscard]] bool changes_anything() const;
};

struct TextSettings {
  std::string language = "en";
  std::string input = "characters";  // what the model reads: characters, or phonemes (from espeak-ng)
  std::string vocabulary =
      "characters";  // characters of the transcripts; or a number of byte-pair entries; or a tokenizer file's path
};

struct BatchSettings {
  std::int64_t size = 8;          // cost of a batch: as this many clips of the data set's mean length
  std::string by = "cost";        // cost: planned by length to a token budget; count: `size` clips
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
  double final_rate_share = 0.03;  // the cosine schedule ends at this share of the learning rate
  double clip_norm = 1.0;
  double commitment = 0.25;              // weight of the commitment loss
  double codebook_decay = 0.95;          // of the codebook's moving average
  double dead_count = 0.05;              // a code with a lower average count is replaced by a vector of the batch
  std::int64_t codebook_step = 20;       // k-means makes the first codebook at this step
  std::int64_t codebook_rounds = 10;     // of k-means
  std::int64_t codebook_vectors = 2048;  // min vectors that are drawn for k-means
};

// The GPT.
struct ModelSettings {
  std::int64_t layers = 4;
  std::int64_t width = 256;
  std::int64_t heads = 4;
  double dropout = 0.1;                    // residual and embedding dropout
  std::string text_stop_input = "always";  // text STOP as an input: always (ours) or generation only (imported)
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
  std::int64_t epochs = 0;  // passes over the training clips, instead of steps; 0: not used
  double learning_rate = 1e-3;
  std::int64_t warmup_steps = 100;
  double final_rate_share = 0.03;
  double weight_decay = 0.01;
  double beta1 = 0.9;
  double beta2 = 0.96;
  double clip_norm = 1.0;
  double text_weight = 0.01;  // of the text loss; the audio loss has 1
};

// The sampling defaults of a checkpoint's voice; the checkpoint holds them.
struct SamplingSettings {
  double temperature = 0.75;
  std::int64_t top_k = 50;
  double top_p = 0.85;
  double repetition_penalty = 1.0;  // imported weights need 10
};

struct CheckpointSettings {
  std::int64_t interval_steps = 500;
  double min_minutes = 0;  // one that falls due sooner after the last one is left out
  std::int64_t keep = 2;   // number of newest checkpoints kept for each stage, besides the best
};

struct ValidationSettings {
  std::int64_t interval_steps = 250;
  std::int64_t max_clips = 64;
  std::int64_t patience = 0;  // stop a stage after this many validations without improvement; 0: never
};

// The transfer of batches from the data role to the model role.
struct TransferSettings {
  bool verify = false;  // compare each batch's checksum on both sides; send a corrupted batch again
};

// Monitoring of each role's memory (with memory isolation).
struct MemorySettings {
  std::int64_t interval_steps = 100;  // between two monitoring lines; 0: no lines
};

struct RunSettings {
  std::string size = "tiny";  // the preset that filled in the rest
  std::string stages = stages::all_names();
  std::string codec;  // a checkpoint whose trained codec is used; empty: the run trains its own
  std::string init;   // a checkpoint to start from: uses its codec, trains its voice model further; empty: not used
  std::int64_t seed = 1;
  std::int64_t threads = 0;       // of the model role; 0: the number of cores. Decides bits.
  std::int64_t data_threads = 1;  // of the data role. Decides bits.
  // Of the model role's arithmetic: fp32, tf32, bf16 or fp16; auto: bf16 on a GPU that has it, else fp32. Decides bits.
  std::string precision = kAuto;
  bool deterministic = false;        // the same bits in every run, on a GPU too; slower. Decides bits.
  double start_delay_seconds = 2.0;  // max wait for a full buffer before training starts
  std::int64_t log_every = 25;       // steps between two progress lines if there is no terminal
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

// Size of the audio code cache, in MiB: 0 if augmentation is on, because codes then differ from epoch to epoch.
[[nodiscard]] std::int64_t code_cache_mb(const Settings& settings);

// The number of entries in text.vocabulary; no value if it is not a whole number.
[[nodiscard]] std::optional<std::int64_t> vocabulary_entries(const TextSettings& settings);

// Throws ConfigError if a field has an invalid value, or if two fields contradict each other (heads that do not divide
// the width, ...).
void validate(const Settings& settings);

}  // namespace myxtts::config
