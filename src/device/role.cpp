#include "device/role.hpp"

namespace myxtts::device {
namespace {

// libtorch asks an allocator for memory with nothing but a size, so the role of an allocation can only be told by the
// thread that makes it. This is the one thread_local that says it.
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
