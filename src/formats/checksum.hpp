#pragma once
// XXH64, the checksum of every file of a checkpoint: fast, and checked by any xxhsum.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct XXH64_state_s;  // of libxxhash

namespace myxtts::formats {

// XXH64 with seed 0 over bytes that arrive in pieces of any size.
class Checksum {
 public:
  Checksum();
  // Adds the next bytes.
  void update(std::string_view bytes);
  // The checksum of all bytes so far; more may follow.
  [[nodiscard]] std::uint64_t value() const;
  // `value` as 16 hexadecimal digits, as xxhsum prints it.
  [[nodiscard]] std::string hex() const;

 private:
  struct Free {
    void operator()(XXH64_state_s* state) const;
  };
  std::unique_ptr<XXH64_state_s, Free> state_;
};

// The checksum of `bytes` as 16 hexadecimal digits.
[[nodiscard]] std::string checksum_hex(std::string_view bytes);

}  // namespace myxtts::formats
