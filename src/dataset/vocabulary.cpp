#include "dataset/vocabulary.hpp"

#include <set>
#include <vector>

#include "text/text_input.hpp"

namespace myxtts::dataset {

std::string learn_vocabulary(const Dataset& dataset, const config::TextSettings& settings) {
  std::vector<std::string> texts;
  std::set<std::string> languages;
  for (const Clip& clip : dataset.clips()) {
    texts.push_back(clip.text);
    if (!clip.language.empty()) languages.insert(clip.language);
  }
  return text::learn_vocabulary(texts, settings, languages);
}

}  // namespace myxtts::dataset
