#include "support/places.hpp"

#include <cstdlib>

namespace myxtts::support {

std::filesystem::path source_folder() { return MYXTTS_SOURCE_DIR; }

std::filesystem::path binary_folder() { return MYXTTS_BINARY_DIR; }

std::filesystem::path real_speech() {
  const char* folder = std::getenv("MYXTTS_SPEECH");
  return folder == nullptr ? source_folder() / "../shared/data/ljspeech-24" : folder;
}

}  // namespace myxtts::support
