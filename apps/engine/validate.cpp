#include "engine/commands.hpp"
#include "system/machine_validation.hpp"

namespace myxtts::engine {

int run(const requests::ValidateRequest& request, core::Console& /*console*/) {
  return system::validate_machine(request) ? 0 : 1;
}

}  // namespace myxtts::engine
