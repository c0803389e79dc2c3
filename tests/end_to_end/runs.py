"""Looks into run folders: `runs.py same A B`, `runs.py metrics RUN`, `runs.py newest RUN`, `runs.py broken RUN`. Python's own library only."""

import json
import sys
from pathlib import Path

TIMING = {"step_ms", "stall_ms", "produce_ms", "transfer_ms", "buffer"}
MAX_PADDING = 0.03  # in 16 bits; in fp32 there is none
STEP_FIELDS = {"stage", "step", "epoch", "loss", "grad_norm", "lr", "audio_s", "padding", "skipped", "broken"} | TIMING
STAGE_FIELDS = {"codec": {"mel_loss", "commit_loss"}, "voice": {"text_loss", "audio_loss"}}


def rows(run):
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def without_timing(run):
    return [{key: value for key, value in row.items() if key not in TIMING} for row in rows(run)]


def same(first, second):
    """The tensors of the last checkpoints and the metrics of two runs, timing aside, are equal."""
    names = {run: {file.name for file in (run / "checkpoints/last").glob("*.safetensors")} for run in (first, second)}
    if names[first] != names[second] or not {"voice.safetensors", "codec.safetensors", "optimizer.safetensors"} <= names[first]:
        sys.exit(f"not the same files: {names}")
    for name in sorted(names[first]):
        one, other = ((run / "checkpoints/last" / name).read_bytes() for run in (first, second))
        if one != other:
            sys.exit(f"{name}: not the same bytes in {first.name} and {second.name}")
    for one, other in zip(without_timing(first), without_timing(second)):
        if one != other:
            sys.exit(f"metrics.jsonl: not the same rows:\n{one}\n{other}")
    if len(rows(first)) != len(rows(second)):
        sys.exit(f"metrics.jsonl: {len(rows(first))} and {len(rows(second))} rows")


def metrics(run):
    """Every row has the fields of the contract, and each stage's steps come once, in order."""
    steps = {"codec": [], "voice": []}
    for row in rows(run):
        missing = ({"stage", "step", "loss"} if row.get("validation") else STEP_FIELDS | STAGE_FIELDS[row["stage"]]) - row.keys()
        if missing:
            sys.exit(f"metrics.jsonl: without {sorted(missing)}: {row}")
        if not row.get("validation"):
            steps[row["stage"]].append(row["step"])
            if not 0 <= row["padding"] <= MAX_PADDING or row["audio_s"] <= 0 or row["step_ms"] <= 0 or row["skipped"] or row["broken"]:
                sys.exit(f"metrics.jsonl: values that cannot be: {row}")
    for stage, numbers in steps.items():
        if not numbers or numbers != list(range(1, len(numbers) + 1)):
            sys.exit(f"metrics.jsonl: steps of {stage}: {numbers}")


def newest(run):
    """Prints the run's steps in its newest checkpoint (0 without one); every visible checkpoint must be whole."""
    steps = [0]
    for state in (run / "checkpoints").glob("[!.]*-[0-9]*"):
        document = json.loads((state / "state.json").read_text())
        steps.append(document["progress"]["run_steps"])
        for name, record in document["files"].items():
            if (state / name).stat().st_size != record["bytes"]:
                sys.exit(f"{state / name}: not {record['bytes']} bytes")
    print(max(steps))


def broken(run):
    """Prints how many rows of all steps taught nothing because their recordings could not be read."""
    print(sum(row.get("broken", 0) for row in rows(run)))


{"same": same, "metrics": metrics, "newest": newest, "broken": broken}[sys.argv[1]](*map(Path, sys.argv[2:]))
