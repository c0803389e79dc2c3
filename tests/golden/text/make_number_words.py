"""Makes English number words by num2words (the package that XTTS uses), in our spelling: no hyphens, commas or "and".

Needs the package num2words. Run: python make_number_words.py
Writes number_words.tsv beside this script: kind, number, words.
"""

from pathlib import Path

from num2words import num2words

CARDINALS = list(range(0, 131, 3)) + [11, 12, 13, 19, 20, 21, 99, 100, 101, 110, 999, 1000, 1001, 1010, 1100, 9999,
             10000, 12345, 100000, 100001, 999999, 1000000, 1000001, 20030040, 123456789, 10**9, 10**12 + 7,
             987654321987654321]
YEARS = [1100, 1101, 1109, 1110, 1492, 1776, 1800, 1805, 1812, 1900, 1901, 1919, 1984, 1999, 2000, 2001, 2009, 2010,
         2024, 2099]


def ours(words):
    return " ".join(word for word in words.replace("-", " ").replace(",", " ").split() if word != "and")


def main():
    rows = [f"cardinal\t{n}\t{ours(num2words(n))}" for n in sorted(set(CARDINALS))]
    rows += [f"ordinal\t{n}\t{ours(num2words(n, to='ordinal'))}" for n in sorted(set(CARDINALS)) if 0 < n < 10**9]
    rows += [f"year\t{n}\t{ours(num2words(n, to='year'))}" for n in YEARS]
    (Path(__file__).parent / "number_words.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
