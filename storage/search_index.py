"""The index itself: texts in chunks, the visits that brought them, and what is nearest to words."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from storage.connection import Connection
from storage.search_file import open_search, search_errors, writing
from storage.search_query import grams

MOST_PLACES = 1_000  # of one text that are named
_MANY = 500  # values in one statement
# A word in the title counts four in the text. The table of terms goes first: it sorts by itself, and of the
# other only those rows are read that are taken.
_RANKED = (
    "SELECT c.chunk, c.text FROM terms CROSS JOIN chunks c ON c.chunk = terms.rowid"
    " WHERE terms MATCH ? AND rank MATCH 'bm25(4.0, 1.0, 1.0)' ORDER BY rank"
)


class Piece(NamedTuple):
    """Words of a stored text: text[start:stop] == words."""

    start: int
    stop: int
    words: str


class Body(NamedTuple):
    """What was read in one body, cut into pieces; none when it has no words."""

    digest: bytes
    engine: str
    title: str
    text: str
    pieces: Sequence[Piece]


class Place(NamedTuple):
    """A visit that brought a body."""

    visit: int
    digest: bytes
    url: str
    host: str
    run: str
    fetched_at: float


class Chunk(NamedTuple):
    """One piece as it was found."""

    chunk: int
    text: int
    start: int
    stop: int
    title: str
    words: str
    engine: str


class SearchIndex:
    """The index of one workspace; other processes may read and write it meanwhile."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.connection: Connection = open_search(workspace)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def add(self, places: Iterable[Place], bodies: Iterable[Body], file: str = "") -> None:
        """Keeps one batch; with it the name of a file, once all of its rows are in here."""
        with search_errors(self.workspace), writing(self.connection):
            for body in bodies:
                self._add_body(body)
            self.connection.executemany("INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?, ?, ?)", places)
            if file:
                self.connection.execute("INSERT OR IGNORE INTO files VALUES (?)", (file,))

    def knows_file(self, name: str) -> bool:
        """Whether all rows of a file are in here."""
        return self._one("SELECT 1 FROM files WHERE name = ?", name) is not None

    def known(self, visits: Sequence[int]) -> dict[int, bytes]:
        """Those of the visits that are in here, and the bodies they brought."""
        return {
            int(v): bytes(d) for v, d in self._among("SELECT visit, digest FROM places WHERE visit", visits)
        }

    def engines(self, digests: Sequence[bytes]) -> dict[bytes, str]:
        """Those of the bodies that are in here, and what made their texts."""
        found = self._among("SELECT digest, engine FROM bodies WHERE digest", digests)
        return {bytes(digest): str(engine) for digest, engine in found}

    def is_empty(self) -> bool:
        """Whether no page with a word is in here."""
        return self._one("SELECT 1 FROM chunks LIMIT 1") is None

    def title(self, digest: bytes) -> str:
        """The title of the page with this body."""
        found = self._one("SELECT title FROM bodies JOIN texts USING (text) WHERE digest = ?", digest)
        return str(found[0]) if found else ""

    def ranked(self, match: str) -> Generator[tuple[int, int], None, None]:
        """Chunks and their texts by BM25, the best first, as far as anyone looks; to be closed then."""
        if match:
            with search_errors(self.workspace):
                yield from self.connection.execute(_RANKED, (match,))

    def texts_of(self, chunks: Sequence[int]) -> list[tuple[int, int]]:
        """The same pairs for chunks that were found otherwise."""
        found = dict(self._among("SELECT chunk, text FROM chunks WHERE chunk", chunks))
        return [(chunk, found[chunk]) for chunk in chunks if chunk in found]

    def texts_in(self, run: str, host: str) -> set[int]:
        """The texts that a run or a host has; empty names mean any."""
        query = (
            "SELECT DISTINCT text FROM bodies JOIN places USING (digest)"
            " WHERE ? IN ('', run) AND ? IN ('', host) AND text IS NOT NULL"
        )
        with search_errors(self.workspace):
            return {int(text) for (text,) in self.connection.execute(query, (run, host))}

    def chunks(self, numbers: Sequence[int]) -> list[Chunk]:
        """In the order of the numbers."""
        query = (
            "SELECT chunk, text, start, stop, chunks.title, words, engine FROM chunks JOIN texts USING (text)"
            " WHERE chunk"
        )
        found = {row[0]: Chunk(*row) for row in self._among(query, numbers)}
        return [found[number] for number in numbers if number in found]

    def first_chunk(self, of: Chunk) -> Chunk:
        """The beginning of the same text."""
        found = self._one("SELECT min(chunk) FROM chunks WHERE text = ?", of.text)
        return next(iter(self.chunks([int(found[0])])), of) if found else of

    def places(self, text: int) -> list[Place]:
        """Every visit that brought a text, the newest first."""
        query = (
            "SELECT visit, digest, url, host, run, fetched_at FROM bodies JOIN places USING (digest)"
            " WHERE text = ? ORDER BY fetched_at DESC, visit DESC LIMIT ?"
        )
        with search_errors(self.workspace):
            return [Place(*row) for row in self.connection.execute(query, (text, MOST_PLACES))]

    def newest_visit(self, url: str, run: str) -> int:
        """The visit that brought the newest version of a page, in a run when one is named."""
        query = (
            "SELECT visit FROM places WHERE url = ? AND ? IN ('', run) ORDER BY fetched_at DESC, visit DESC"
        )
        found = self._one(f"{query} LIMIT 1", url, run)
        return int(found[0]) if found else 0

    def corpus(self) -> str:
        """A hash of what is in here: equal for equal visits of equal bodies."""
        made = sha256()
        with search_errors(self.workspace):
            for visit, digest in self.connection.execute("SELECT visit, digest FROM places ORDER BY visit"):
                made.update(b"%d " % visit + digest)
        return made.hexdigest()

    def remove(self, visits: Sequence[int]) -> None:
        """Takes visits out, and every body and text that nobody brought any more."""
        with search_errors(self.workspace), writing(self.connection):
            self.connection.executemany("DELETE FROM places WHERE visit = ?", ((one,) for one in visits))
            self.connection.execute("DELETE FROM bodies WHERE digest NOT IN (SELECT digest FROM places)")
            self._remove_unused_texts()

    def all_visits(self) -> list[tuple[int, bytes]]:
        """Every visit in here and the body it brought."""
        with search_errors(self.workspace):
            return self.connection.execute("SELECT visit, digest FROM places ORDER BY visit").fetchall()

    def _add_body(self, body: Body) -> None:
        text = self._text_of(body) if body.pieces else None
        before = self._one("SELECT text FROM bodies WHERE digest = ?", body.digest)
        self.connection.execute(
            "INSERT OR REPLACE INTO bodies VALUES (?, ?, ?)", (body.digest, body.engine, text)
        )
        if before is not None and before[0] != text:
            self._remove_unused_texts()

    def _text_of(self, body: Body) -> int:
        same = sha256(f"{body.engine}\0{body.title}\0{body.text}".encode("utf-8", "replace")).digest()
        found = self._one("SELECT text FROM texts WHERE same = ?", same)
        if found is not None:
            return int(found[0])
        values = (same, body.engine, body.title)
        text = self.connection.execute(
            "INSERT INTO texts (same, engine, title) VALUES (?, ?, ?)", values
        ).lastrowid
        assert text is not None  # noqa: S101 - what sqlite3 gives after an INSERT
        for piece in body.pieces:
            self._add_chunk(text, body.title, piece)
        return text

    def _add_chunk(self, text: int, title: str, piece: Piece) -> None:
        pairs = grams(f"{title}\n{piece.words}")
        chunk = self.connection.execute(
            "INSERT INTO chunks (text, start, stop, title, words, grams) VALUES (?, ?, ?, ?, ?, ?)",
            (text, piece.start, piece.stop, title, piece.words, pairs),
        ).lastrowid
        self.connection.execute(
            "INSERT INTO terms (rowid, title, words, grams) VALUES (?, ?, ?, ?)",
            (chunk, title, piece.words, pairs),
        )

    def _remove_unused_texts(self) -> None:
        unused = "SELECT text FROM texts WHERE text NOT IN (SELECT text FROM bodies WHERE text IS NOT NULL)"
        texts = self.connection.execute(unused).fetchall()
        for (text,) in texts:
            self.connection.execute(
                "INSERT INTO terms (terms, rowid, title, words, grams)"
                " SELECT 'delete', chunk, title, words, grams FROM chunks WHERE text = ?",
                (text,),
            )
            self.connection.execute(
                "DELETE FROM vectors WHERE chunk IN (SELECT chunk FROM chunks WHERE text = ?)", (text,)
            )
            self.connection.execute("DELETE FROM chunks WHERE text = ?", (text,))
            self.connection.execute("DELETE FROM texts WHERE text = ?", (text,))

    def _one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        with search_errors(self.workspace):
            found: tuple[Any, ...] | None = self.connection.execute(query, values).fetchone()
            return found

    def _among(self, query: str, values: Iterable[object]) -> Iterator[tuple[Any, ...]]:
        rest = iter(values)
        while some := list(islice(rest, _MANY)):
            marks = ", ".join("?" * len(some))
            with search_errors(self.workspace):
                yield from self.connection.execute(f"{query} IN ({marks})", some).fetchall()
