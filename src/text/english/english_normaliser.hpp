#pragma once
#include "text/normaliser.hpp"

namespace myxtts::text {

// English: NFKC, lower case, plain quotes and dashes, abbreviations and numbers in words, symbols by their names ("&"
// -> "and"). The result holds a-z, space, apostrophe and . , ! ? ; : -; quotation marks and brackets are left out, and
// all other characters are kept, so that the tokenizer can report them.
class EnglishNormaliser : public Normaliser {
 public:
  [[nodiscard]] std::string normalise(std::string_view utf8) const override;
};

}  // namespace myxtts::text
