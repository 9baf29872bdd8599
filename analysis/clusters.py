"""Pages that are copies or near-duplicates of each other, told from the pairs that the store knows."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Clusters:
    """Bodies by the group they belong to; pairs may come in any order."""

    _above: dict[bytes, bytes] = field(default_factory=dict)  # a body to another one of its group
    _representative: dict[bytes, bytes] = field(default_factory=dict)  # the top of a group to who is read
    _members: dict[bytes, int] = field(default_factory=dict)  # by the top of a group: its pages

    def join(self, digest: bytes, duplicate_of: bytes = b"") -> bool:
        """Counts one page; whether nobody of its group is read yet."""
        top = self._top(digest)
        if duplicate_of and duplicate_of != digest:
            top = self._united(top, self._top(duplicate_of))
        self._members[top] = self._members.get(top, 0) + 1
        return top not in self._representative

    def represent(self, digest: bytes) -> None:
        """This body is the one that is read for its group."""
        self._representative.setdefault(self._top(digest), digest)

    def representative(self, digest: bytes) -> bytes:
        """The body that is read for this one."""
        return self._representative.get(self._top(digest), digest)

    def members(self, digest: bytes) -> int:
        """How many pages are in its group."""
        return self._members.get(self._top(digest), 0)

    def _united(self, one: bytes, other: bytes) -> bytes:
        if one == other:
            return one
        self._above[one] = other
        self._members[other] = self._members.get(other, 0) + self._members.pop(one, 0)
        if one in self._representative:
            self._representative.setdefault(other, self._representative.pop(one))
        return other

    def _top(self, digest: bytes) -> bytes:
        top = digest
        while top in self._above:
            top = self._above[top]
        while digest != top:  # the next search is short
            above = self._above[digest]
            self._above[digest] = top
            digest = above
        return top
