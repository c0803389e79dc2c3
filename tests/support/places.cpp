#include "support/places.hpp"

namespace myxtts::support {

std::filesystem::path source_folder() { return MYXTTS_SOURCE_DIR; }

std::filesystem::path binary_folder() { return MYXTTS_BINARY_DIR; }

}  // namespace myxtts::support
