#pragma once
// Text files of this folder that are compiled into the program, so that it needs no data files beside it.

#include <string_view>

namespace myxtts::sample_data {

[[nodiscard]] std::string_view slot_sentences_jsgf();
[[nodiscard]] std::string_view natural_sentences_text();  // one sentence a line

}  // namespace myxtts::sample_data
