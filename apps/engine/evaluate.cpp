#include "engine/commands.hpp"
#include "evaluation/evaluation.hpp"

namespace myxtts::engine {

int run(const requests::EvaluateRequest& request, core::Console& console) {
  evaluation::evaluate(request, console);
  return 0;
}

}  // namespace myxtts::engine
