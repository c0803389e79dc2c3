#include "dataset/preflight.hpp"

#include <fmt/format.h>

#include <utility>

#include "dataset/data_folders.hpp"
#include "dataset/set_findings.hpp"
#include "text/normaliser.hpp"

namespace myxtts::dataset {
namespace {

text::Tokenizer own_vocabulary(const Dataset& dataset, const std::string& language) {
  std::vector<std::string> texts;
  for (const Clip& clip : dataset.clips()) texts.push_back(clip.text);
  const std::vector<std::string> languages = {language};
  return text::Tokenizer(text::Tokenizer::character_vocabulary(texts, languages));
}

}  // namespace

Preflight preflight(const core::FileSystem& files, const config::Settings& settings, const text::Tokenizer* vocabulary,
                    Depth depth) {
  const std::string& language = settings.text.language;
  const auto normaliser = text::make_normaliser(language);
  const auto normalise = [&](std::string_view text) { return normaliser->normalise(text); };
  CheckedDataset checked = check_folders(files, settings.data.train, Subset::kAll, settings.data, normalise, {}, depth);
  const text::Tokenizer tokenizer = vocabulary != nullptr ? *vocabulary : own_vocabulary(checked.dataset, language);
  assign_tokens(checked, settings.data, [&](std::string_view text) { return tokenizer.encode(text, language); });
  add_set_findings(checked, vocabulary, language);
  return {.folder = fmt::format("{}", fmt::join(settings.data.train, ", ")),
          .depth = depth,
          .max_rejected = settings.data.max_rejected,
          .checked = std::move(checked)};
}

}  // namespace myxtts::dataset
