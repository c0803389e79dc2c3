"""Compares what an old checkpoint becomes with what it was: `old_checkpoints.py environment | processor GOLDEN |
same_speech GOLDEN OUTPUT | same_end GOLDEN RUN [exactly]`. Python's own library only.

Sums of floating-point numbers depend on the instructions that a processor has. The environment takes most of that away; what
is left is allowed for, but on the kind of processor that made the golden, where every bit must be the same.
"""

import array
import hashlib
import json
import math
import struct
import sys
import wave
from pathlib import Path

ENVIRONMENT = {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_CBWR": "COMPATIBLE"}
SPEECH = ["--text", "the green boat", "--greedy", "--seed", "1", "--threads", "1"]
TOLERANCE = 1e-4
DTYPES = {"F32": "f", "F64": "d", "I64": "q"}


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(line.split(":")[1].strip() for line in lines if line.startswith("vendor_id"))


def tensors(file: Path) -> dict[str, array.array]:
    content = file.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    data = memoryview(content)[8 + length :]
    return {name: array.array(DTYPES[entry["dtype"]], bytes(data[slice(*entry["data_offsets"])]))
            for name, entry in header.items() if name != "__metadata__"}


def figures(run: Path) -> str:
    """Where a run ended: sum and norm of each tensor of its voice model, and the losses of the steps that it made."""
    voice = run / "checkpoints/last/voice.safetensors"
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    document = {
        "processor": processor(),
        "sha256": hashlib.sha256(voice.read_bytes()).hexdigest(),
        "losses": [row["loss"] for row in rows if row["stage"] == "voice"],
        "tensors": {name: [math.fsum(values), math.sqrt(math.fsum(value * value for value in values))]
                    for name, values in sorted(tensors(voice).items())},
    }
    return json.dumps(document, indent=1) + "\n"


def samples(file: Path) -> array.array:
    with wave.open(str(file)) as clip:
        return array.array("h", clip.readframes(clip.getnframes()))


def same_speech(golden: Path, file: Path) -> None:
    """Silent where two files have as many samples, and differ by a hundredth of the speech's level at most."""
    expected, actual = samples(golden / "speech.wav"), samples(file)
    if len(expected) != len(actual):
        sys.exit(f"{len(actual)} samples instead of {len(expected)}")
    level = math.hypot(*expected)
    difference = math.dist(expected, actual)
    if not difference <= 0.01 * level:
        sys.exit(f"the speech differs by {difference / level:.2e} of its level")


def same_end(golden: Path, run: Path, exactly: str = "") -> None:
    expected, actual = json.loads((golden / "resumed.json").read_text()), json.loads(figures(run))
    if exactly and expected["sha256"] != actual["sha256"]:
        sys.exit("the voice model's bytes are not those that an unchanged program gave")
    for one, other in zip(expected["losses"], actual["losses"], strict=True):
        if not math.isclose(one, other, rel_tol=TOLERANCE):
            sys.exit(f"the loss of a step is {other} instead of {one}")
    if expected["tensors"].keys() != actual["tensors"].keys():
        sys.exit("not the same tensors")
    for name, (total, norm) in expected["tensors"].items():
        if not all(math.isclose(one, other, abs_tol=TOLERANCE * max(norm, 1)) for one, other in zip((total, norm), actual["tensors"][name])):
            sys.exit(f"{name}: sum and norm are {actual['tensors'][name]} instead of {total}, {norm}")


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    if command == "environment":
        print("export", *(f"{name}={value}" for name, value in ENVIRONMENT.items()))
    elif command == "processor":
        sys.exit(json.loads(Path(arguments[0], "resumed.json").read_text())["processor"] != processor())
    else:
        {"same_speech": same_speech, "same_end": same_end}[command](*map(Path, arguments[:2]), *arguments[2:])
