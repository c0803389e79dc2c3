#pragma once
// The two roles of the program, and which of them the calling thread works for.

#include <string_view>

namespace myxtts::device {

enum class Role {
  kNone,   // neither role: start-up, the checkpoint writer, tests
  kData,   // prepares batches
  kModel,  // trains, validates, speaks
};

inline constexpr int kRoles = 3;

// "none", "data", "model"
[[nodiscard]] std::string_view name_of(Role role);

// The role of the calling thread: kNone unless a RoleScope is active.
[[nodiscard]] Role current_role() noexcept;

// The calling thread works for `role` until the end of the scope.
// Thread: ends on the thread that began it; scopes nest.
class RoleScope {
 public:
  explicit RoleScope(Role role) noexcept;
  ~RoleScope();
  RoleScope(const RoleScope&) = delete;
  RoleScope& operator=(const RoleScope&) = delete;

 private:
  Role previous_;
};

}  // namespace myxtts::device
