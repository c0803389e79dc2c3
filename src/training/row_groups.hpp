#pragma once
// A batch in parts that can be computed side by side. On a CPU the operators of a small model are too short to share
// between threads: whole rows on a thread each take two thirds of the time.

#include <cstdint>
#include <functional>
#include <vector>

#include "contracts/batch.hpp"

namespace myxtts::training {

// What a row takes, in any unit: of its packed tokens and its prompt's frames.
using RowCost = std::function<double(std::int64_t tokens, std::int64_t frames)>;

// The rows of a batch in `groups` batches of about equal cost, or one a row where there are fewer; each row is in
// exactly one, with its own weights, so that their losses add up to the batch's. A pure function.
// Thread: the batch is on a CPU.
[[nodiscard]] std::vector<contracts::VoiceBatch> split_rows(const contracts::VoiceBatch& batch, std::int64_t groups,
                                                            const RowCost& cost);

}  // namespace myxtts::training
