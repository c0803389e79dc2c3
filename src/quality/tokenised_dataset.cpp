#include "quality/tokenised_dataset.hpp"

#include <string_view>
#include <utility>

#include "dataset/vocabulary.hpp"
#include "formats/tokenizer_json.hpp"
#include "quality/data_folders.hpp"
#include "text/text_input.hpp"

namespace myxtts::quality {
namespace {

CheckedDataset check(const core::FileSystem& files, const config::Settings& settings, const Reading& reading) {
  const text::TextInputs inputs(settings.text);
  const auto normalise = [&](std::string_view text, const std::string& language) {
    return inputs.normalise(text, language);
  };
  return check_folders(files, reading.folders, reading.subset, settings.data, normalise, reading.depth, reading.known);
}

void tokenise(CheckedDataset& checked, const config::Settings& settings, const text::Tokenizer& tokenizer) {
  assign_tokens(checked, settings.data, [&](std::string_view text, const std::string& language) {
    return text::encode_text(tokenizer, settings.text, text, language);
  });
}

}  // namespace

CheckedDataset check_and_tokenise(const core::FileSystem& files, const config::Settings& settings,
                                  const Reading& reading, const text::Tokenizer& tokenizer) {
  CheckedDataset checked = check(files, settings, reading);
  tokenise(checked, settings, tokenizer);
  return checked;
}

TokenisedDataset check_and_tokenise(const core::FileSystem& files, const config::Settings& settings,
                                    const Reading& reading, const std::string& tokenizer_json) {
  CheckedDataset checked = check(files, settings, reading);
  std::string json =
      tokenizer_json.empty() ? dataset::learn_vocabulary(checked.dataset, settings.text) : tokenizer_json;
  text::Tokenizer tokenizer(formats::parse_tokenizer_json(json, "tokenizer.json"));
  tokenise(checked, settings, tokenizer);
  return {.checked = std::move(checked), .tokenizer_json = std::move(json), .tokenizer = std::move(tokenizer)};
}

}  // namespace myxtts::quality
