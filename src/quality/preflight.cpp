#include "quality/preflight.hpp"

#include <fmt/format.h>

#include <utility>

#include "dataset/vocabulary.hpp"
#include "quality/data_folders.hpp"
#include "quality/set_findings.hpp"
#include "text/text_input.hpp"
#include "text/tokenizer.hpp"

namespace myxtts::quality {

Preflight preflight(const core::FileSystem& files, const config::Settings& settings, Depth depth) {
  const std::string given = text::read_vocabulary(files, settings.text);
  const text::TextInputs inputs(settings.text);
  const auto normalise = [&](std::string_view text, const std::string& language) {
    return inputs.normalise(text, language);
  };
  CheckedDataset checked =
      check_folders(files, settings.data.train, manifest::Subset::kAll, settings.data, normalise, {}, depth);
  const std::string vocabulary = given.empty() ? dataset::learn_vocabulary(checked.dataset, settings.text) : given;
  const text::Tokenizer tokenizer(formats::parse_tokenizer_json(vocabulary, "tokenizer.json"));
  assign_tokens(checked, settings.data, [&](std::string_view text, const std::string& language) {
    return text::encode_text(tokenizer, settings.text, text, language);
  });
  add_set_findings(checked, given.empty() ? nullptr : &tokenizer, settings.text.language);
  return {.folder = fmt::format("{}", fmt::join(settings.data.train, ", ")),
          .depth = depth,
          .max_rejected = settings.data.max_rejected,
          .checked = std::move(checked),
          .losses = {}};
}

}  // namespace myxtts::quality
