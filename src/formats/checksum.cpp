#include "formats/checksum.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <new>

namespace myxtts::formats {

void Checksum::Free::operator()(XXH64_state_s* state) const { XXH64_freeState(state); }

Checksum::Checksum() : state_(XXH64_createState()) {
  if (state_ == nullptr) throw std::bad_alloc();
  XXH64_reset(state_.get(), 0);
}

void Checksum::update(std::string_view bytes) { XXH64_update(state_.get(), bytes.data(), bytes.size()); }

std::uint64_t Checksum::value() const { return XXH64_digest(state_.get()); }

std::string Checksum::hex() const { return fmt::format("{:016x}", value()); }

std::string checksum_hex(std::string_view bytes) {
  return fmt::format("{:016x}", XXH64(bytes.data(), bytes.size(), 0));
}

}  // namespace myxtts::formats
