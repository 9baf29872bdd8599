"""Makes the words of any language comparable: small letters, no accents, no endings."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_ACCENTS = re.compile("[\u0300-\u036f]+")
# Scripts that write no spaces between words, and Korean, whose words carry their grammar: here pairs of
# characters are what words are elsewhere.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_PIECE = re.compile(f"[{UNSPACED}]+|(?:(?![{UNSPACED}])\\w)+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
# Longest first. What is cut from the topic is cut from the pages, so that a rough cut does no harm.
_ENDINGS = ("ungen", "ung", "ing", "ied", "er", "ed", "en", "em")
_VOWELS = "aeioy"
_SHORTEST_STEM = 4

# Words that ask or join and name nothing, of the languages that most questions are written in.
EMPTY_WORDS = frozenset(
    """
    a about all also am an and any are as at be been best but by can could did do does for from get good
    had has have how i if in into is it its me more most much my no not of on one or our should so some
    such than that the their them there these they this to us was we were what when where which who whom
    whose why will with would you your find aber als am an auch auf aus bei bin das dass dem den der des
    die doch ein eine einem einen einer eines er es fur gibt hat ich ihr im ist kann man mein mit nach
    nicht noch nur oder sie sind uber um und uns vom von vor wann warum was welche welchem welchen
    welcher welches wer wie wir wird wo zu zum zur au aux avec ce ces cette comment dans de des du elle
    en est et il la le les leur mais mon notre nous ou par pas pour pourquoi quand que quel quelle
    quelles quels qui quoi sans se ses son sont sur tout un une vous al como con cual cuales cuando
    cuanto del donde el ella ellos en entre es esta este esto hay la las lo los mas mi muy para pero por
    porque que quien ser si sin sobre son su sus un una unos y alla che chi come cosa da dal dei della
    delle di dove e gli il nel non per perche piu quale quali sono tra ao com da das do dos em mais na
    nas no nos o os para pela pelo qual quais um uma aan bij dat de deze een en er het hoe ik in is met
    naar niet of om op te van voor waar waarom wanneer wat welke wie zijn
    """.split()  # noqa: SIM905 - a list of quoted words would fill a page
)


def normal(text: str) -> str:
    """The text as it is compared; the words of a slug are words."""
    folded = text.casefold().replace("_", " ")
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFKD", folded)))


@lru_cache(maxsize=10_000)
def stem(word: str) -> str:
    """A beginning that the forms of a word share."""
    if word.endswith("s") and not word.endswith("ss") and len(word) > _SHORTEST_STEM - 1:
        word = word[:-1]
    for ending in _ENDINGS:
        if word.endswith(ending):
            word = _without(word, len(ending))
            break
    while word[-1:] in _VOWELS and len(word) > _SHORTEST_STEM:
        word = word[:-1]
    return word


def _without(word: str, letters: int) -> str:
    return word[:-letters] if len(word) - letters >= _SHORTEST_STEM else word


def is_pair(term: str) -> bool:
    """Whether the term is characters of a script without spaces, which stand anywhere in a text."""
    return _UNSPACED.match(term) is not None


def terms(text: str) -> Iterator[str]:
    """The comparable terms of a text in order, repeats included."""
    for piece in _PIECE.findall(normal(text)):
        if is_pair(piece):
            yield from (piece[at : at + 2] for at in range(max(1, len(piece) - 1)))
        else:
            yield stem(piece)


def naming_terms(text: str) -> tuple[str, ...]:
    """The terms that say what a text is about, each once; all of them where it only asks and joins."""
    pieces = _PIECE.findall(normal(text))
    naming = [one for one in pieces if one not in EMPTY_WORDS and (len(one) > 1 or is_pair(one))]
    return tuple(dict.fromkeys(terms(" ".join(naming or pieces))))
