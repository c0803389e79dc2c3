"""Makes a small safetensors file by the reference implementation.

Needs the packages safetensors and numpy. Run: python make_safetensors.py
Writes reference.safetensors beside this script.
"""

from pathlib import Path

import numpy as np
from safetensors.numpy import save_file


def main():
    tensors = {
        "weight": np.arange(6, dtype=np.float32).reshape(2, 3),
        "bias": np.array([0.5, -0.5, 2.0], dtype=np.float32),
        "scalar": np.array(7.25, dtype=np.float32),
        "empty": np.zeros((0, 4), dtype=np.float32),
    }
    save_file(tensors, Path(__file__).parent / "reference.safetensors", metadata={"kind": "golden"})
    mixed = {
        "bytes": np.array([1, 2, 3], dtype=np.uint8),
        "count": np.array([-5], dtype=np.int64),
        "half": np.array([1.5], dtype=np.float16),
        "flag": np.array([True]),
    }
    save_file(mixed, Path(__file__).parent / "mixed.safetensors")


if __name__ == "__main__":
    main()
