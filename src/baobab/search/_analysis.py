"""From text to index tokens: one stream per language and script, the same for documents and for questions.

Measured on seven languages: accents are folded before stemming, so that words typed without them are
found; Chinese and other scripts without spaces become overlapping pairs of characters; the text of a
document is read in its own language, the words of a question in every language their script allows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

# Longer "words" are encoded data or broken PDF text: nobody types them.
_LONGEST_WORD_BYTES = 60
_LATIN_STEMMED = {"en": "english", "fr": "french", "es": "spanish", "pt": "portuguese"}
# Languages whose own script is not Latin: Latin words in their texts are read as English.
_OTHER_SCRIPT = frozenset(
    [
        "am",
        "ar",
        "be",
        "bg",
        "bn",
        "el",
        "fa",
        "he",
        "hi",
        "hy",
        "ja",
        "ka",
        "kk",
        "km",
        "ko",
        "ky",
        "lo",
        "mk",
        "mn",
        "mr",
        "my",
        "ne",
        "ps",
        "ru",
        "si",
        "sr",
        "ta",
        "te",
        "tg",
        "th",
        "ti",
        "uk",
        "ur",
        "zh",
    ]
)
_CYRILLIC_UNSTEMMED = frozenset(["be", "bg", "kk", "ky", "mk", "mn", "sr", "tg", "uk"])
_ARABIC_UNSTEMMED = frozenset(["fa", "ku", "ps", "sd", "ug", "ur"])
# Read as no language in particular: folded, neither stemmed nor rid of stop words.
UNKNOWN = "und"
# The languages in which the words of a question are read; other scripts go their own way in each.
READINGS = ("en", "fr", "es", "pt", UNKNOWN)

# Scripts written without spaces, and Korean, whose particles cling to the word.
_DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai and Lao, Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # Japanese syllables
    "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters
    "\u1100-\u11ff\uac00-\ud7af"  # Korean
)
_ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
_CYRILLIC = "\u0400-\u052f\u1c80-\u1c8f"
_RUNS = re.compile(
    f"(?P<dense>[{_DENSE}]+)"
    f"|(?P<arabic>[{_ARABIC}\\s]*[{_ARABIC}]+)"
    f"|(?P<cyrillic>[{_CYRILLIC}\\s]*[{_CYRILLIC}]+)"
)
_ANY_OTHER_SCRIPT = re.compile(f"[{_DENSE}{_ARABIC}{_CYRILLIC}]")
_DENSE_RUN = re.compile(f"[{_DENSE}]+")
# A word as a reader sees it, with vowel signs that Python does not count among word characters.
WORD = re.compile("(?:[^\\W_]|[\u0640\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff])+")

_UNIFY = {ord(c): None for c in "\u0640\u0670"} | dict.fromkeys(range(1611, 1632))  # tatweel, vowel marks
_UNIFY |= {ord(c): "\u0627" for c in "\u0622\u0623\u0625\u0671"}  # forms of alef
_UNIFY |= {ord("ё"): "е", ord("Ё"): "Е"}
_UNIFY |= {0x660 + n: str(n) for n in range(10)} | {0x6F0 + n: str(n) for n in range(10)}
_TO_UNIFY = re.compile("[" + "".join(map(chr, _UNIFY)) + "]")


def _chain(*filters: Filter) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(_LONGEST_WORD_BYTES))
    for each in filters:
        builder = builder.filter(each)
    return builder.build()


def _stemmed(name: str) -> TextAnalyzer:
    return _chain(Filter.lowercase(), Filter.stopword(name), Filter.ascii_fold(), Filter.stemmer(name))


_CHAINS = {language: _stemmed(name) for language, name in (*_LATIN_STEMMED.items(), ("ru", "russian"))}
_CHAINS["ar"] = _chain(Filter.lowercase(), Filter.stemmer("arabic"))
_FOLDED = _chain(Filter.lowercase(), Filter.ascii_fold())
_WORDS = _chain()


def _latin(language: str) -> TextAnalyzer:
    if language in _LATIN_STEMMED:
        return _CHAINS[language]
    return _CHAINS["en"] if language in _OTHER_SCRIPT or not language else _FOLDED


def _cyrillic(language: str) -> TextAnalyzer:
    return _FOLDED if language == UNKNOWN or language in _CYRILLIC_UNSTEMMED else _CHAINS["ru"]


def _arabic(language: str) -> TextAnalyzer:
    return _FOLDED if language == UNKNOWN or language in _ARABIC_UNSTEMMED else _CHAINS["ar"]


def _unify(text: str) -> str:
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", text)
    return text.translate(_UNIFY) if _TO_UNIFY.search(text) else text


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def stream(language: str, text: str) -> list[str]:
    """The tokens of `text` in the order in which they stand, as read in `language` (a language tag).

    Each script is read by its own rules, so that an English name in an Arabic text is an English word.
    Stop words leave no gap: what stood on both sides of one becomes neighbours, here as in questions.
    """
    language = language.partition("-")[0].lower()
    text = _unify(text)
    latin = _latin(language)
    if text.isascii() or not _ANY_OTHER_SCRIPT.search(text):
        return latin.analyze(text)
    tokens: list[str] = []
    end = 0
    for run in _RUNS.finditer(text):
        if run.start() > end:
            tokens += latin.analyze(text[end : run.start()])
        end = run.end()
        if run.lastgroup == "dense":
            tokens += _pairs(run.group())
        elif run.lastgroup == "arabic":
            tokens += _arabic(language).analyze(run.group())
        else:
            tokens += _cyrillic(language).analyze(run.group())
    return tokens + latin.analyze(text[end:])


def exact(text: str) -> list[str]:
    """The words of `text` as written, without case and accents; single characters in dense scripts."""
    text = _unify(text)
    if text.isascii() or not _DENSE_RUN.search(text):
        return _FOLDED.analyze(text)
    return _FOLDED.analyze(_DENSE_RUN.sub(lambda run: f" {' '.join(run.group())} ", text))


def words(text: str) -> list[str]:
    """The words of a question, split as documents are; each dense run stays whole."""
    text = _unify(text)
    return _WORDS.analyze(_DENSE_RUN.sub(lambda run: f" {run.group()} ", text))


@dataclass(frozen=True, slots=True)
class Reading:
    """A word of a question in all forms in which documents may hold it.

    `stems`: its tokens in the streams of the languages it may belong to. `stopped_in`: the languages
    for which it is a stop word. `is_also_exact`: some streams cannot hold it, look among exact words too.
    """

    word: str
    stems: tuple[str, ...]
    exact: str
    stopped_in: frozenset[str]
    is_also_exact: bool


@lru_cache(maxsize=4096)
def readings(word: str) -> tuple[Reading, ...]:
    """The readings of one of `words(question)`: one, or one per pair of characters in a dense script."""
    if _DENSE_RUN.fullmatch(word):
        if len(word) == 1:
            return (Reading(word, (word,), word, frozenset(), is_also_exact=True),)
        return tuple(Reading(pair, (pair,), "", frozenset(), is_also_exact=False) for pair in _pairs(word))
    folded = exact(word)
    if not folded:
        return ()
    by_language = {language: stream(language, word) for language in READINGS}
    stopped = frozenset(language for language, tokens in by_language.items() if not tokens)
    stems = tuple(dict.fromkeys(token for tokens in by_language.values() for token in tokens))
    return (Reading(word, stems, folded[0], stopped, is_also_exact=bool(stopped)),)


def without_stop_words(found: list[Reading]) -> list[Reading]:
    """The readings that carry meaning: all but stop words of the language that the question seems to be in.

    That language is the one most of whose stop words occur; where several tie, all of them count. A
    question of stop words only is kept as it is.
    """
    counts: dict[str, int] = {}
    for reading in found:
        for language in reading.stopped_in:
            counts[language] = counts.get(language, 0) + 1
    if not counts:
        return found
    most = max(counts.values())
    spoken = {language for language, count in counts.items() if count == most}
    return [reading for reading in found if not reading.stopped_in & spoken] or found


def sequences(text: str) -> tuple[tuple[str, ...], ...]:
    """The distinct streams in which documents may hold these words one after the other."""
    distinct = dict.fromkeys(tuple(stream(language, text)) for language in READINGS)
    return tuple(tokens for tokens in distinct if tokens)


@lru_cache(maxsize=20_000)
def word_tokens(language: str, word: str) -> tuple[tuple[str, ...], str]:
    """The tokens of one word found by `WORD` in a text of this language, and the word as it is written."""
    folded = exact(word)
    return tuple(stream(language, word)), folded[0] if folded else ""


def dense_pairs(word: str) -> Iterator[tuple[int, int]]:
    """Where the pairs of characters stand that `stream` makes of a word's dense runs; single ones too."""
    for run in _DENSE_RUN.finditer(word):
        if len(run.group()) == 1:
            yield run.span()
        for at in range(run.start(), run.end() - 1):
            yield at, at + 2


def is_dense(word: str) -> bool:
    """Whether a word has characters of scripts without spaces."""
    return not word.isascii() and bool(_DENSE_RUN.search(word))
