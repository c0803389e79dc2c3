#include "requests/requests.hpp"

namespace myxtts::requests {

std::string name_of(Comparison comparison) { return comparison == Comparison::kPlain ? "plain" : "sequential"; }

}  // namespace myxtts::requests
