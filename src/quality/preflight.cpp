#include "quality/preflight.hpp"

#include <fmt/format.h>

#include <utility>

#include "quality/set_findings.hpp"
#include "quality/tokenised_dataset.hpp"
#include "text/text_input.hpp"

namespace myxtts::quality {

Preflight preflight(const core::FileSystem& files, const config::Settings& settings, Depth depth) {
  const std::string given = text::read_vocabulary(files, settings.text);
  TokenisedDataset read = check_and_tokenise(files, settings, {.folders = settings.data.train, .depth = depth}, given);
  add_set_findings(read.checked, given.empty() ? nullptr : &read.tokenizer, settings.text.language);
  return {.folder = fmt::format("{}", fmt::join(settings.data.train, ", ")),
          .depth = depth,
          .max_rejected = settings.data.max_rejected,
          .checked = std::move(read.checked),
          .losses = {}};
}

}  // namespace myxtts::quality
