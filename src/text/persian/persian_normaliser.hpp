#pragma once
#include "text/normaliser.hpp"

namespace myxtts::text {

// Persian: one spelling of letters, digits and joints (zero-width non-joiners), abbreviations and numbers in words,
// symbols by their names, Latin words in lower case. The result holds persian::alphabet(), a-z and spaces; quotation
// marks and brackets are left out, and all other characters are kept, so that the tokenizer can report them. An ezafe
// is left as it is written.
class PersianNormaliser : public Normaliser {
 public:
  [[nodiscard]] std::string normalise(std::string_view utf8) const override;
};

}  // namespace myxtts::text
