#include "engine/commands.hpp"
#include "system/evaluation.hpp"

namespace myxtts::engine {

int run(const requests::EvaluateRequest& request, core::Console& console) {
  system::evaluate(request, console);
  return 0;
}

}  // namespace myxtts::engine
