#pragma once
// Reads the batches that another program trained on, to train on the same ones.

#include <vector>

#include "core/file_system.hpp"
#include "dataset/dataset.hpp"
#include "planning/batches.hpp"

namespace myxtts::dataset {

// Reads a JSON array of batches, each an array of clips' ids.
// Throws: DataError that names the file and the batch, if it is not such an array or no clip of `data` has such an id.
[[nodiscard]] std::vector<planning::PlannedBatch> read_batches(core::FileSystem& files, const core::Path& file,
                                                               const Dataset& data);

}  // namespace myxtts::dataset
