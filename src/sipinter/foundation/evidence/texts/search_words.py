"""Indonesian words as a search compares them. Pure functions.

The stem is a key, not a word: what a nasal prefix hides (`menetapkan` from `tetap`, `mengelola` from
`kelola`) is written the same way from either side. Snowball's Indonesian stemmer keeps `etap` and `tetap`,
`encana` and `rencana` apart, and these are the words that criteria are made of.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_ROOT = 4  # letters that a stem keeps at least
_VOWELS = frozenset("aiueo")
# What a nasal prefix leaves of the root before a vowel: meng- drops k, men- drops t, and so on.
_NASAL = (("ny", "s"), ("ng", ""), ("m", "p"), ("n", "t"))
_PREFIXES = ("di", "se", "ber", "ter")
_ENDINGS = ("lah", "kah", "pun", "nya")
_STOPWORDS = """
    ada adalah agar akan antara apabila atas atau bagi bahwa baik beberapa belum berbagai bila bisa dalam
    dan dapat dari daripada dengan di guna hal hanya harus hingga ia ini itu jika juga kami kepada ke kita
    lain lainnya lebih maka masih melalui mereka namun oleh pada para per pula saat saja sampai sangat
    sebagai sebagaimana secara sedang sehingga sejak selain seluruh semua serta sesuai setelah setiap suatu
    sudah tahun tanpa telah tentang terhadap tersebut the tidak untuk yaitu yang yakni of and
"""
STOPWORDS = frozenset(_STOPWORDS.split())
_CUT = re.compile(r"(?<=[.;:?!])\s+|\n\s*\n")
PASSAGE = 240


def split_words(text: str) -> list[str]:
    """The words of `text` in small letters, without punctuation."""
    return _WORD.findall(text.lower())


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The key under which the forms of one Indonesian word are found."""
    if not word.isalpha() or len(word) < _ROOT:
        return word
    for ending in _ENDINGS:
        word = _without(word, ending)
    is_abstract = word.startswith("ke") and word.endswith("an")  # kelola and kembang keep their letters
    shorter = _without(word, "kan")
    word = shorter if shorter != word else _without(word, "an")
    for _turn in range(3):
        word = _unprefixed(word, ("ke", *_PREFIXES) if is_abstract else _PREFIXES)
    return _levelled(word)


def _without(word: str, ending: str) -> str:
    cut = word.removesuffix(ending)
    return cut if len(cut) >= _ROOT else word


def _unprefixed(word: str, prefixes: tuple[str, ...]) -> str:
    """Without one prefix; the word itself when what is left would be too short."""
    if word[:2] in ("me", "pe"):
        return _nasal(word)
    for prefix in prefixes:
        if word.startswith(prefix) and len(word) - len(prefix) >= _ROOT:
            return word[len(prefix) :]
    return word


def _nasal(word: str) -> str:
    rest = word[2:]
    for sound, hidden in _NASAL:
        after = rest.removeprefix(sound)
        if after == rest:
            continue
        root = hidden + after if after[:1] in _VOWELS else after
        if len(root) >= _ROOT and (after[:1] in _VOWELS or sound != "ny"):
            return root
    if rest[:1] in "lrwymn" and len(rest.removeprefix("r")) >= _ROOT:
        return rest.removeprefix("r")
    # pegawai, pekerja; a root such as meja keeps its letters.
    return rest if word.startswith("pe") and rest[:1] in "gkjsdtb" and len(rest) >= _ROOT else word


def _levelled(word: str) -> str:
    """Where a nasal prefix could have hidden a first letter, one way of writing it."""
    if len(word) > _ROOT and word.endswith("ik"):
        word = word[:-1]
    if len(word) > _ROOT and word.endswith("i") and word[-2] not in _VOWELS:
        word = word[:-1]
    if len(word) >= _ROOT and word[1] in _VOWELS:
        return {"k": "", "r": "", "n": "t", "m": "p"}.get(word[0], word[0]) + word[1:]
    return word


def search_terms(text: str) -> list[str]:
    """The stems that a search for `text` looks for: each once, without stopwords and single letters."""
    found = (stem(word) for word in split_words(text) if word not in STOPWORDS and len(word) > 1)
    return list(dict.fromkeys(found))


def index_words(text: str) -> str:
    """The stems of `text`, each once, each between blanks: what the column `words` holds."""
    found = sorted(set(search_terms(text)))
    return f" {' '.join(found)} " if found else ""


def mark_terms(text: str, wanted: Iterable[str]) -> list[tuple[str, bool]]:
    """`text` in pieces, each with whether it is a word that was looked for."""
    keys = set(wanted)
    pieces: list[tuple[str, bool]] = []
    for piece in re.split(r"([^\W_]+)", text):
        hit = bool(piece) and piece.lower() not in STOPWORDS and stem(piece.lower()) in keys
        if pieces and pieces[-1][1] == hit:
            pieces[-1] = (pieces[-1][0] + piece, hit)
        elif piece:
            pieces.append((piece, hit))
    return pieces


def best_passage(text: str, weights: dict[str, float]) -> str:
    """The stretch of `text`, about two lines, in which most of the weighty words stand; "" without any."""
    best, most = "", 0.0
    for passage in _passages(text):
        worth = sum(weights.get(term, 0.0) for term in search_terms(passage))
        if worth > most:
            best, most = passage, worth
    return best


def _passages(text: str) -> Iterator[str]:
    """Sentences, long ones in pieces."""
    for sentence in _CUT.split(text):
        line = " ".join(sentence.split())
        while len(line) > PASSAGE:
            cut = line.rfind(" ", PASSAGE // 2, PASSAGE)
            cut = PASSAGE if cut < 0 else cut
            yield line[:cut]
            line = line[cut:].lstrip()
        if line:
            yield line
