"""Word errors of a folder of speech against its sentences, heard by pocketsphinx. Run by scripts/judge."""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path

from judge_clips import convert, fail, read_clips

MODEL = Path("/usr/share/pocketsphinx/model/en-us")
SLOT_GRAMMAR = Path(__file__).resolve().parent.parent / "src/sample_data/slot_sentences_en.jsgf"


def parse_arguments():
    parser = argparse.ArgumentParser(prog="scripts/judge", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="holds metadata.csv (id|text) and id.wav (or .flac), beside it or in wavs/")
    parser.add_argument("--grammar", choices=["slot", "sentences", "free"],
                        help="slot: the grammar of make-data's slot sentences (the default where all sentences fit); "
                        "sentences: one of the folder's sentences (the default otherwise); free: any English")
    parser.add_argument("--first", type=int, metavar="N", help="judge the first N sentences only")
    parser.add_argument("--reversed", action="store_true", help="judge the audio played backwards")
    parser.add_argument("--max-word-errors", type=float, metavar="P", help="exit with 1 above P %%")
    parser.add_argument("--verbose", action="store_true", help="print each sentence")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def words_of(text):
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)*", text.lower().replace("\u2019", "'"))


def read_sentences(folder, first):
    clips = read_clips(folder, first)
    for clip in clips:
        clip["words"] = words_of(clip["text"])
        if not clip["words"]:
            fail(f"{clip['id']}: no words in its sentence: {clip['text']!r}")
    return clips


def slot_pattern():
    """The slot grammar as a regular expression."""
    rules = dict(re.findall(r"^(?:public )?(<\w+>) = (.*);$", SLOT_GRAMMAR.read_text(), re.M))
    return re.sub(r"<\w+>", lambda slot: f"(?:{rules[slot[0]].replace(' | ', '|')})", rules.pop("<sentence>"))


def fits_slots(clips):
    pattern = re.compile(slot_pattern())
    return all(pattern.fullmatch(" ".join(clip["words"])) for clip in clips)


def known_words():
    with open(MODEL / "cmudict-en-us.dict", encoding="utf-8") as lines:
        return {line.split(None, 1)[0] for line in lines if line.strip()}


def write_sentence_grammar(clips, path):
    """A grammar of the clips' sentences. Words that the dictionary lacks are left out of it, and of the clips."""
    known = known_words()
    unknown = sorted({word for clip in clips for word in clip["words"]} - known)
    if unknown:
        print(f"note: not in the dictionary, left out: {' '.join(unknown)}", file=sys.stderr)
    for clip in clips:
        clip["words"] = [word for word in clip["words"] if word in known]
        if not clip["words"]:
            fail(f"{clip['id']}: no word of its sentence is in the dictionary")
    sentences = sorted({" ".join(clip["words"]) for clip in clips})
    path.write_text("#JSGF V1.0;\ngrammar sentences;\npublic <sentence> = " + " | ".join(sentences) + ";\n")
    return path


def recognise(count, folder, language_flags):
    """The words heard in each clip. Clips do not depend on each other, so they are shared among the processors."""

    def recognise_some(numbers):
        name = folder / f"part{numbers[0]:06}"
        name.with_suffix(".ctl").write_text("".join(f"{number:06}\n" for number in numbers))
        command = ["pocketsphinx_batch", "-hmm", MODEL / "en-us", "-dict", MODEL / "cmudict-en-us.dict",
                   *language_flags, "-adcin", "yes", "-adchdr", "44", "-cepdir", folder, "-cepext", ".wav",
                   "-ctl", name.with_suffix(".ctl"), "-hyp", name.with_suffix(".hyp"), "-logfn", name.with_suffix(".log")]
        if subprocess.run(command, stderr=subprocess.DEVNULL).returncode != 0:
            fail("pocketsphinx_batch failed:\n" + name.with_suffix(".log").read_text()[-2000:])
        return name.with_suffix(".hyp").read_text()

    parts = [range(first, count, cpu_count()) for first in range(min(cpu_count(), count))]
    with ThreadPoolExecutor(len(parts)) as pool:
        lines = "".join(pool.map(recognise_some, parts)).splitlines()
    heard = {int(number): words_of(text) for text, number in re.findall(r"^(.*)\((\d{6}) -?\d+\)$", "\n".join(lines), re.M)}
    return [heard.get(number, []) for number in range(count)]


def word_errors(wanted, heard):
    """Substitutions, deletions and insertions (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]


def judge(arguments):
    clips = read_sentences(arguments.folder, arguments.first)
    grammar = arguments.grammar or ("slot" if fits_slots(clips) else "sentences")
    with tempfile.TemporaryDirectory(prefix="judge.") as temporary:
        folder = Path(temporary)
        if grammar == "free":
            language_flags = ["-lm", MODEL / "en-us.lm.bin"]
        elif grammar == "slot":
            language_flags = ["-jsgf", SLOT_GRAMMAR]
        else:
            language_flags = ["-jsgf", write_sentence_grammar(clips, folder / "sentences.jsgf")]
        convert(clips, folder, 16000, arguments.reversed)
        heard = recognise(len(clips), folder, language_flags)
    return grammar, [
        {"id": clip["id"], "sentence": " ".join(clip["words"]), "heard": " ".join(words),
         "words": len(clip["words"]), "word_errors": word_errors(clip["words"], words)}
        for clip, words in zip(clips, heard)
    ]


def main():
    arguments = parse_arguments()
    grammar, results = judge(arguments)
    words = sum(result["words"] for result in results)
    errors = sum(result["word_errors"] for result in results)
    right = sum(result["word_errors"] == 0 for result in results)
    percent = 100 * errors / words
    if arguments.json:
        print(json.dumps({"grammar": grammar, "reversed": arguments.reversed, "sentences": len(results),
                          "sentences_right": right, "words": words, "word_errors": errors,
                          "word_errors_percent": round(percent, 3), "clips": results}))
    else:
        for result in results if arguments.verbose else []:
            print(f"{result['id']}: {result['word_errors']} errors\n  text:  {result['sentence']}\n  heard: {result['heard']}")
        print(f"word errors {percent:.1f} % ({errors} of {words} words), sentences right {right} of {len(results)}, "
              f"grammar {grammar}{', reversed' if arguments.reversed else ''}")
    return int(arguments.max_word_errors is not None and percent > arguments.max_word_errors)


sys.exit(main())
