"""Makes encodings of sentences by Hugging Face's `tokenizers`, for a vocabulary of characters and for a trained BPE.

Needs the package tokenizers (0.23.3 made the files). Run: python make_encodings.py
Writes characters.json and bpe.json (tokenizer files) and encodings.json, beside this script.
"""

import json
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

SPECIAL = ["[STOP]", "[UNK]", "[SPACE]", "[START]", "[en]"]
SENTENCES = """printing, in the only sense with which we are at present concerned
in being comparatively modern.
the quick brown fox jumps over the lazy dog
she sells sea shells by the sea shore
it's a nice day, isn't it?
well - i don't know; perhaps: yes!
nineteen eighty four was a year.
mister smith went to washington
how much wood would a woodchuck chuck
if a woodchuck could chuck wood?
peter piper picked a peck of pickled peppers
a
i
?
...
wait... what?!
o'clock
rock 'n' roll
mother-in-law
"quoted" text
(in brackets)
café au lait
naïve façade
straße
привет мир
日本語 text
emoji 😀 here
under_score
a_b c__d
x1y2 z3
tab\there
no-break\u00a0space
line\u2028separator
two  spaces
 leading
trailing 
e\u0301 combining
\u0645\u0631\u062d\u0628\u0627
\u0928\u092e\u0938\u094d\u0924\u0947
a\u200db joiner
zero\u200bwidth
dots.in.words
comma,comma,comma
!?!?!?
semi;colon
[SPACE]
[STOP] inside
[en]twice
[unknown]
the the the the
thethethe
singing ringing bringing things
aaaaaaaaaaaa
mississippi
abababababab
unbelievably incomprehensible""".split("\n")


def main():
    here = Path(__file__).parent
    letters = "'!,-.:;?abcdefghijklmnopqrstuvwxyz"
    vocabulary = {token: i for i, token in enumerate(SPECIAL + sorted(letters))}
    characters = Tokenizer(models.BPE(vocabulary, [], unk_token="[UNK]"))
    characters.pre_tokenizer = pre_tokenizers.Whitespace()
    characters.add_special_tokens(SPECIAL)

    bpe = Tokenizer(models.BPE(unk_token="[UNK]"))
    bpe.pre_tokenizer = pre_tokenizers.Whitespace()
    bpe.train_from_iterator(SENTENCES, trainers.BpeTrainer(special_tokens=SPECIAL, vocab_size=220, limit_alphabet=40))

    rows = []
    for sentence in SENTENCES:
        text = "[en]" + sentence.replace(" ", "[SPACE]")
        rows.append({"text": sentence, "characters": characters.encode(text).ids, "bpe": bpe.encode(text).ids})
    (here / "characters.json").write_text(characters.to_str(pretty=True), encoding="utf-8")
    (here / "bpe.json").write_text(bpe.to_str(pretty=True), encoding="utf-8")
    lines = ",\n".join(json.dumps(row) for row in rows)
    (here / "encodings.json").write_text("[\n" + lines + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
