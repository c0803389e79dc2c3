#include "engine/commands.hpp"
#include "machine_check/machine_check.hpp"

namespace myxtts::engine {

int run(const requests::ValidateRequest& request, core::Console& /*console*/) {
  return machine_check::validate_machine(request) ? 0 : 1;
}

}  // namespace myxtts::engine
