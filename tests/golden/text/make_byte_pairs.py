"""Trains byte-pair vocabularies with Hugging Face's `tokenizers` and encodes a thousand sentences with one of them.

Needs the package tokenizers (0.23.3 made the files). Run: python make_byte_pairs.py
Writes beside this script: sentences.txt (500 English and 500 Persian lines, many with odd Unicode), byte_pairs.json (the
vocabulary of every second line), byte_pair_encodings.txt (the ids of all lines in it) and byte_pairs_to_the_end.json (the
vocabulary of the first 40 lines, merged until every word is a token, so that nearly all merges are ties).
"""

import random
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

SPECIAL = ["[STOP]", "[UNK]", "[SPACE]", "[START]", "[en]"]
ALPHABET = list("abcdefghijklmnopqrstuvwxyz'.,!?;:-")
ENTRIES = 1000
TIED_LINES = 40

PERSIAN = """سلام دنیا امروز هوا خوب است من به خانه می‌روم کتاب‌ها روی میز بود او گفت که ما فردا می‌آییم شهر بزرگ
کوچک درخت سبز آسمان آبی دریا ساحل باران برف زمستان تابستان بهار پاییز روز شب صبح عصر نان پنیر چای آب شیر ماست سیب
انار انگور هندوانه پدر مادر برادر خواهر فرزند دوست همسایه معلم دانشجو دانشگاه مدرسه کلاس درس مشق مداد کاغذ پنجره در
دیوار سقف حیاط باغ گل پرنده گربه سگ اسب گاو گوسفند ماهی رود کوه جنگل بیابان ستاره خورشید ماه زمین آتش خاک باد ابر راه
ماشین قطار هواپیما کشتی دوچرخه خیابان کوچه میدان بازار مغازه فروشنده خریدار پول ارزان گران زیبا زشت بلند کوتاه تند
آهسته گرم سرد تازه کهنه نو پیر جوان شاد غمگین خسته بیدار خواب می‌خواهم می‌گوید می‌بیند می‌شنود نمی‌دانم نمی‌شود رفته‌ام
دیده‌ای خوانده‌اند نوشته‌ایم گفته‌اید آن‌ها این‌ها همه‌چیز هیچ‌کس بی‌صدا به‌زودی پیش‌بینی علاقه‌مند خانهٔ بزرگ‌تر مسئول رئیس
مؤسسه تأثیر قرآن جزء شیء حتماً مثلاً لطفاً و یا اما اگر چون زیرا هنوز همیشه هرگز شاید باید نباید ژاله ژرف چراغ پژواک گیتی""".split()

ODD = """\u200d \u200c \u200b \u00a0 \u2028 \u3000 \t e\u0301 o\u0308\u0323 ﷼ ﻻ ﺱ ي ك ۱۲۳ ٤٥٦ 123 « » ؟ ، ؛ … — – “ ” ’ ـــ \u064e \u0651
😀 👩\u200d👩\u200d👧 🇮🇷 ﬁ Å ß ẞ ı İ Σ ς 日本 한국 ไทย हिन्दी Ω ℵ ∑ € ½ ² _ __ a_b @ # $% & * ( ) [ ] [SPACE] [UNK] [en] [fa] [fa]] [[en] [STOP [xx]
\ufeff \ufffd \U0001d400 \U0010fffd \x07 \u2060 \u00ad \u061c \u0640 \u06c0 \u06d5 \u0672""".replace("\n", " ").split(" ")


def english_lines():
    file = Path(__file__).parents[3] / "src" / "sample_data" / "natural_sentences_en.txt"
    return [line for line in file.read_text(encoding="utf-8").lower().splitlines() if line]


def with_odd_characters(draw, sentence):
    words = sentence.split(" ")
    for _ in range(draw.randint(1, 3)):
        place = draw.randrange(len(words))
        odd = draw.choice(ODD)
        if draw.random() < 0.5:
            words.insert(place, odd)
        else:
            cut = draw.randint(0, len(words[place]))
            words[place] = words[place][:cut] + odd + words[place][cut:]
    return " ".join(words)


def sentence_of(draw, words, comma, ends):
    chosen = [draw.choice(words) for _ in range(draw.randint(2, 9))]
    if draw.random() < 0.4:
        chosen[draw.randrange(len(chosen) - 1)] += comma
    return " ".join(chosen) + draw.choice(ends)


def make_sentences():
    draw = random.Random(1)
    lines = english_lines()[:120]
    words = " ".join(lines).replace(".", "").replace(",", "").split()
    sentences = lines + [sentence_of(draw, words, ",", [".", "?", "!", ";", "..."]) for _ in range(500 - len(lines))]
    sentences += [sentence_of(draw, PERSIAN, "،", [".", "؟", "!", "؛", "…", ""]) for _ in range(500)]
    return [with_odd_characters(draw, line) if i % 3 == 1 else line for i, line in enumerate(sentences)]


def trained_on(sentences, entries, minimum_count):
    tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.BpeTrainer(special_tokens=SPECIAL, vocab_size=entries, min_frequency=minimum_count,
                                  initial_alphabet=ALPHABET, show_progress=False)
    tokenizer.train_from_iterator(sentences, trainer)
    return tokenizer


def main():
    here = Path(__file__).parent
    sentences = make_sentences()
    assert len(sentences) == 1000 and not any("\n" in line for line in sentences)
    with open(here / "sentences.txt", "w", encoding="utf-8", newline="\n") as file:
        file.writelines(line + "\n" for line in sentences)
    trained = trained_on(sentences[::2], ENTRIES, 2)
    trained.save(str(here / "byte_pairs.json"), pretty=False)
    trained_on(sentences[:TIED_LINES], 30000, 1).save(str(here / "byte_pairs_to_the_end.json"), pretty=False)
    with open(here / "byte_pair_encodings.txt", "w", encoding="ascii", newline="\n") as file:
        for sentence in sentences:
            ids = trained.encode("[en]" + sentence.replace(" ", "[SPACE]")).ids
            file.write(" ".join(map(str, ids)) + "\n")


if __name__ == "__main__":
    main()
