#include "config/fields.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "architecture/speech.hpp"
#include "architecture/voice_row.hpp"
#include "core/error.hpp"

namespace myxtts::config {
namespace {

constexpr double kMany = 1e12;

using Texts = std::vector<std::string>;

// As TOML writes it.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04X}", static_cast<int>(c));
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// One text as a text, others as a list.
std::string quoted(const Texts& texts) {
  if (texts.size() <= 1) return quoted(texts.empty() ? std::string() : texts.front());
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + quoted(text);
  return "[" + out + "]";
}

std::string allowed(const Field& field) {
  if (!field.choices.empty()) return fmt::format("one of: {}", fmt::join(field.choices, ", "));
  if (std::holds_alternative<std::string*>(field.target)) return "a text";
  if (std::holds_alternative<Texts*>(field.target)) return "a text, or a list of texts";
  if (std::holds_alternative<bool*>(field.target)) return "true or false";
  const char* kind = std::holds_alternative<double*>(field.target) ? "a number" : "a whole number";
  return fmt::format("{} from {}", kind, range_text(field));
}

std::string text_of(const Field& field) {
  if (auto* const* number = std::get_if<std::int64_t*>(&field.target)) return fmt::format("{}", **number);
  if (auto* const* real = std::get_if<double*>(&field.target)) return fmt::format("{}", **real);
  if (auto* const* flag = std::get_if<bool*>(&field.target)) return **flag ? "true" : "false";
  if (auto* const* texts = std::get_if<Texts*>(&field.target)) return quoted(**texts);
  return *std::get<std::string*>(field.target);
}

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// A share may be written in percent: "5%" is 0.05.
bool parse_share(std::string_view text, double& share) {
  if (!text.ends_with('%') || !parse_number(text.substr(0, text.size() - 1), share)) return false;
  share /= 100;
  return true;
}

bool in_range(const Field& field, double number) { return number >= field.low && number <= field.high; }

// A list of texts that are not empty, or one text. True where it was written.
bool assign(Texts& target, const toml::node& node) {
  if (const auto* text = node.as_string()) {
    target = text->get().empty() ? Texts{} : Texts{text->get()};
    return true;
  }
  Texts texts;
  for (const toml::node& item : *node.as_array()) {
    if (item.value_or(std::string()).empty()) return false;
    texts.push_back(item.value_or(std::string()));
  }
  target = std::move(texts);
  return true;
}

// The same as a text; a list as TOML writes it.
bool assign(Texts& target, std::string_view value) {
  if (!value.starts_with('[')) {
    target = value.empty() ? Texts{} : Texts{std::string(value)};
    return true;
  }
  try {
    return assign(target, *toml::parse(fmt::format("list = {}", value)).get("list"));
  } catch (const toml::parse_error&) {
    return false;
  }
}

// True where `value` is allowed and was written.
bool assign(const Field& field, std::string_view value) {
  if (auto* const* target = std::get_if<std::string*>(&field.target)) {
    if (!field.choices.empty() && std::ranges::find(field.choices, value) == field.choices.end()) return false;
    **target = value;
    return true;
  }
  if (auto* const* target = std::get_if<Texts*>(&field.target)) return assign(**target, value);
  if (auto* const* target = std::get_if<bool*>(&field.target)) {
    if (value != "true" && value != "false") return false;
    **target = value == "true";
    return true;
  }
  if (auto* const* target = std::get_if<std::int64_t*>(&field.target)) {
    std::int64_t number = 0;
    if (!parse_number(value, number) || !in_range(field, static_cast<double>(number))) return false;
    **target = number;
    return true;
  }
  double number = 0;
  const bool parsed = parse_number(value, number) || (field.high <= 1 && parse_share(value, number));
  if (!parsed || !in_range(field, number)) return false;
  *std::get<double*>(field.target) = number;
  return true;
}

core::ErrorDetails unknown_key(const std::vector<Field>& known, std::string_view key, std::string where) {
  std::vector<std::string> names;
  for (const Field& field : known) names.push_back(field.key);
  const std::string nearest = core::nearest_name(key, names);
  return {.what = "unknown key",
          .where = std::move(where),
          .value = std::string(key),
          .expected = "a key that `./myxtts train --dump-config` prints",
          .advice = nearest.empty() ? "" : fmt::format("Did you mean '{}'?", nearest)};
}

core::ErrorDetails bad_value(const Field& field, std::string_view value, std::string where) {
  return {.what = "bad value of " + field.key,
          .where = std::move(where),
          .value = std::string(value),
          .expected = allowed(field),
          .advice = {}};
}

std::string value_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return fmt::format("{}", number->get());
  if (const auto* real = node.as_floating_point()) return fmt::format("{}", real->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  std::ostringstream other;  // a date, an array or a table, which no key takes
  node.visit([&](const auto& value) { other << value; });
  return other.str();
}

// A text may not be given for a number, nor a number for a text.
bool fitting_type(const Field& field, const toml::node& node) {
  if (std::holds_alternative<std::string*>(field.target)) return node.is_string();
  if (std::holds_alternative<bool*>(field.target)) return node.is_boolean();
  if (std::holds_alternative<Texts*>(field.target)) return node.is_string() || node.is_array();
  return node.is_integer() || (node.is_floating_point() && std::holds_alternative<double*>(field.target));
}

}  // namespace

std::string range_text(const Field& field) { return fmt::format("{} to {}", field.low, field.high); }

std::vector<Field> fields(Settings& s) {
  return {
      {"run.size", &s.run.size, 0, 0, {"tiny", "small", "normal", "big", "xtts-v2"}},
      {"run.stages", &s.run.stages, 0, 0, {"codec,voice", "codec", "voice"}},
      {"run.codec", &s.run.codec},
      {"run.init", &s.run.init},
      {"run.seed", &s.run.seed, 0, kMany},
      {"run.threads", &s.run.threads, 0, 1024},
      {"run.data_threads", &s.run.data_threads, 1, 1024},
      {"run.start_delay_seconds", &s.run.start_delay_seconds, 0, 3600},
      {"run.log_every", &s.run.log_every, 1, kMany},
      {"run.precision", &s.run.precision, 0, 0, {"fp32", "tf32", "bf16", "fp16"}},
      {"run.deterministic", &s.run.deterministic},
      {"data.train", &s.data.train},
      {"data.validation", &s.data.validation},
      {"data.validation_share", &s.data.validation_share, 0, 0.5},
      {"data.min_seconds", &s.data.min_seconds, 0.05, 60},
      {"data.max_seconds", &s.data.max_seconds, 0.1, architecture::kMaxSeconds},
      {"data.max_text_tokens", &s.data.max_text_tokens, 1, architecture::kMaxTextTokens},
      {"data.max_rejected", &s.data.max_rejected, 0, 1},
      {"data.workers", &s.data.workers, 0, 256},
      {"data.cache_mb", &s.data.cache_mb, 0, kMany},
      {"data.statistics_clips", &s.data.statistics_clips, 1, kMany},
      {"augmentation.speed_probability", &s.augmentation.speed.probability, 0, 1},
      {"augmentation.speed_min", &s.augmentation.speed.min, 0.8, 1.25},
      {"augmentation.speed_max", &s.augmentation.speed.max, 0.8, 1.25},
      {"augmentation.room_probability", &s.augmentation.room.probability, 0, 1},
      {"augmentation.room_min_seconds", &s.augmentation.room.min, 0.05, 3},
      {"augmentation.room_max_seconds", &s.augmentation.room.max, 0.05, 3},
      {"augmentation.noise_probability", &s.augmentation.noise.probability, 0, 1},
      {"augmentation.noise_min_snr_db", &s.augmentation.noise.min, -10, 80},
      {"augmentation.noise_max_snr_db", &s.augmentation.noise.max, -10, 80},
      {"augmentation.lowpass_probability", &s.augmentation.lowpass.probability, 0, 1},
      {"augmentation.lowpass_min_hz", &s.augmentation.lowpass.min, 500, architecture::kSampleRateHz / 2},
      {"augmentation.lowpass_max_hz", &s.augmentation.lowpass.max, 500, architecture::kSampleRateHz / 2},
      {"augmentation.gain_probability", &s.augmentation.gain.probability, 0, 1},
      {"augmentation.gain_min_db", &s.augmentation.gain.min, -40, 40},
      {"augmentation.gain_max_db", &s.augmentation.gain.max, -40, 40},
      {"text.language", &s.text.language, 0, 0, {"en", "fa"}},
      {"text.input", &s.text.input, 0, 0, {"characters", "phonemes"}},
      {"text.vocabulary", &s.text.vocabulary},
      {"audio.sample_rate_hz", &s.audio.sample_rate_hz, 22050, 22050},
      {"batch.size", &s.batch.size, 1, 65536},
      {"batch.by", &s.batch.by, 0, 0, {"cost", "count"}},
      {"batch.accumulation", &s.batch.accumulation, 1, 65536},
      {"batch.buffer", &s.batch.buffer, 1, 65536},
      {"codec.hidden", &s.codec.hidden, 1, 65536},
      {"codec.codes", &s.codec.codes, 2, 65536},
      {"codec.dimensions", &s.codec.dimensions, 1, 65536},
      {"codec.blocks", &s.codec.blocks, 0, 64},
      {"codec.steps", &s.codec.steps, 0, kMany},
      {"codec.batch_size", &s.codec.batch_size, 1, 65536},
      {"codec.crop_frames", &s.codec.crop_frames, 16, 65536},
      {"codec.learning_rate", &s.codec.learning_rate, 0, 1},
      {"codec.warmup_steps", &s.codec.warmup_steps, 0, kMany},
      {"codec.final_rate_share", &s.codec.final_rate_share, 0, 1},
      {"codec.clip_norm", &s.codec.clip_norm, 0, kMany},
      {"codec.commitment", &s.codec.commitment, 0, 1000},
      {"codec.codebook_decay", &s.codec.codebook_decay, 0, 1},
      {"codec.dead_count", &s.codec.dead_count, 0, 1000},
      {"codec.codebook_step", &s.codec.codebook_step, 1, kMany},
      {"codec.codebook_rounds", &s.codec.codebook_rounds, 1, 1000},
      {"codec.codebook_vectors", &s.codec.codebook_vectors, 2, kMany},
      {"model.layers", &s.model.layers, 1, 1024},
      {"model.width", &s.model.width, 8, 65536},
      {"model.heads", &s.model.heads, 1, 1024},
      {"model.dropout", &s.model.dropout, 0, 0.9},
      {"model.text_stop_input", &s.model.text_stop_input, 0, 0, {"always", "generation"}},
      {"conditioning.width", &s.conditioning.width, 32, 65536},
      {"conditioning.blocks", &s.conditioning.blocks, 0, 1024},
      {"conditioning.prompt_seconds", &s.conditioning.prompt_seconds, 0.2, 30},
      {"conditioning.prompt_from", &s.conditioning.prompt_from, 0, 0, {"another_clip", "itself"}},
      {"voice.steps", &s.voice.steps, 0, kMany},
      {"voice.epochs", &s.voice.epochs, 0, kMany},
      {"voice.learning_rate", &s.voice.learning_rate, 0, 1},
      {"voice.warmup_steps", &s.voice.warmup_steps, 0, kMany},
      {"voice.final_rate_share", &s.voice.final_rate_share, 0, 1},
      {"voice.weight_decay", &s.voice.weight_decay, 0, 1},
      {"voice.beta1", &s.voice.beta1, 0, 1},
      {"voice.beta2", &s.voice.beta2, 0, 1},
      {"voice.clip_norm", &s.voice.clip_norm, 0, kMany},
      {"voice.text_weight", &s.voice.text_weight, 0, 1000},
      {"sampling.temperature", &s.sampling.temperature, 0.01, 10},
      {"sampling.top_k", &s.sampling.top_k, 1, kMany},
      {"sampling.top_p", &s.sampling.top_p, 0.01, 1},
      {"sampling.repetition_penalty", &s.sampling.repetition_penalty, 0.1, 100},
      {"checkpoint.interval_steps", &s.checkpoint.interval_steps, 1, kMany},
      {"checkpoint.keep", &s.checkpoint.keep, 1, 1000},
      {"validation.interval_steps", &s.validation.interval_steps, 1, kMany},
      {"validation.max_clips", &s.validation.max_clips, 1, kMany},
      {"validation.patience", &s.validation.patience, 0, kMany},
      {"transfer.verify", &s.transfer.verify},
      {"memory.interval_steps", &s.memory.interval_steps, 0, kMany},
  };
}

bool is_list(std::string_view key) {
  Settings settings;
  const std::vector<Field> known = fields(settings);
  const auto field = std::ranges::find(known, key, &Field::key);
  return field != known.end() && std::holds_alternative<Texts*>(field->target);
}

void set_list(Settings& settings, std::string_view key, const std::vector<std::string>& values) {
  const std::vector<Field> known = fields(settings);
  *std::get<Texts*>(std::ranges::find(known, key, &Field::key)->target) = values;
}

void set_field(Settings& settings, std::string_view key, std::string_view value) {
  const std::vector<Field> known = fields(settings);
  const auto field = std::ranges::find(known, key, &Field::key);
  if (field == known.end()) throw core::UsageError(unknown_key(known, key, ""));
  if (!assign(*field, value)) throw core::UsageError(bad_value(*field, value, ""));
}

void load_toml(Settings& settings, std::string_view document, const std::string& name) {
  toml::table root;
  try {
    root = toml::parse(document);
  } catch (const toml::parse_error& error) {
    throw core::ConfigError({.what = "not a TOML file",
                             .where = fmt::format("{}:{}", name, error.source().begin.line),
                             .value = {},
                             .expected = "tables and `key = value` lines",
                             .advice = std::string(error.description())});
  }
  const std::vector<Field> known = fields(settings);
  for (const auto& [table_name, table_node] : root) {
    const auto* table = table_node.as_table();
    const auto line = [&](const toml::node& node) { return fmt::format("{}:{}", name, node.source().begin.line); };
    if (table == nullptr) throw core::ConfigError(unknown_key(known, table_name.str(), line(table_node)));
    for (const auto& [field_name, node] : *table) {
      const std::string key = fmt::format("{}.{}", table_name.str(), field_name.str());
      const auto field = std::ranges::find(known, key, &Field::key);
      if (field == known.end()) throw core::ConfigError(unknown_key(known, key, line(node)));
      const std::string value = value_text(node);
      auto* const* texts = std::get_if<Texts*>(&field->target);
      if (!fitting_type(*field, node) || !(texts != nullptr ? assign(**texts, node) : assign(*field, value))) {
        throw core::ConfigError(bad_value(*field, value, line(node)));
      }
    }
  }
}

std::string dump_toml(const Settings& settings) {
  Settings copy = settings;
  std::string out;
  std::string table;
  for (const Field& field : fields(copy)) {
    const auto dot = field.key.find('.');
    if (field.key.substr(0, dot) != table) {
      table = field.key.substr(0, dot);
      out += fmt::format("{}[{}]\n", out.empty() ? "" : "\n", table);
    }
    std::string value = text_of(field);
    if (std::holds_alternative<std::string*>(field.target)) value = quoted(value);
    out += fmt::format("{} = {}\n", field.key.substr(dot + 1), value);
  }
  return out;
}

std::vector<std::string> differing_keys(const Settings& a, const Settings& b) {
  Settings first = a;
  Settings second = b;
  const std::vector<Field> left = fields(first);
  const std::vector<Field> right = fields(second);
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (text_of(left[i]) != text_of(right[i])) keys.push_back(left[i].key);
  }
  return keys;
}

}  // namespace myxtts::config
