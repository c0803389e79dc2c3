#include "device/role.hpp"

namespace myxtts::device {
namespace {

// libtorch passes only a size to an allocator, so the role of an allocation is known only from the thread that makes
// it. This is the only thread_local that holds it.
thread_local Role thread_role = Role::kNone;

}  // namespace

std::string_view name_of(Role role) {
  switch (role) {
    case Role::kNone:
      return "none";
    case Role::kData:
      return "data";
    case Role::kModel:
      return "model";
  }
  return "unknown";
}

Role current_role() noexcept { return thread_role; }

RoleScope::RoleScope(Role role) noexcept : previous_(thread_role) { thread_role = role; }

RoleScope::~RoleScope() { thread_role = previous_; }

}  // namespace myxtts::device
