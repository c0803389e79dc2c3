#include "dataset/preflight.hpp"

#include <fmt/format.h>

#include <utility>

#include "dataset/data_folders.hpp"
#include "dataset/set_findings.hpp"
#include "text/text_input.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::dataset {
namespace {

std::string learn_vocabulary(const Dataset& dataset, const config::TextSettings& settings) {
  std::vector<std::string> texts;
  for (const Clip& clip : dataset.clips()) texts.push_back(clip.text);
  return text::learn_vocabulary(texts, settings);
}

}  // namespace

Preflight preflight(const core::FileSystem& files, const config::Settings& settings, Depth depth) {
  const std::string given = text::read_vocabulary(files, settings.text);
  const auto input = text::make_text_input(settings.text);
  const auto normalise = [&](std::string_view text) { return input->normalise(text); };
  CheckedDataset checked = check_folders(files, settings.data.train, Subset::kAll, settings.data, normalise, {}, depth);
  const std::string vocabulary = given.empty() ? learn_vocabulary(checked.dataset, settings.text) : given;
  const text::Tokenizer tokenizer(formats::parse_tokenizer_json(vocabulary, "tokenizer.json"));
  const std::string& language = settings.text.language;
  assign_tokens(checked, settings.data, [&](std::string_view text) { return tokenizer.encode(text, language); });
  add_set_findings(checked, given.empty() ? nullptr : &tokenizer, language);
  return {.folder = fmt::format("{}", fmt::join(settings.data.train, ", ")),
          .depth = depth,
          .max_rejected = settings.data.max_rejected,
          .checked = std::move(checked)};
}

}  // namespace myxtts::dataset
