"""The views that a person queries, as SQL over the stored tables."""

from collections.abc import Iterable, Mapping

PAGES = """
SELECT p.url, lower(hex(p.key)) AS key, p.host, p.run, p.outcome, p.reason, nullif(p.status, 0) AS status,
       p.fetched_at, p.content_type, p.content_mime_detected, p.content_truncated, p.charset,
       coalesce(nullif(c.title, ''), p.title) AS title,
       coalesce(nullif(c.language, ''), p.language) AS language, c.page_type, c.text,
       CASE WHEN p.body_visit IS NULL THEN p.body ELSE b.body END AS body,
       p.headers::JSON AS headers, lower(hex(p.digest)) AS digest, p.depth, p.rendered,
       $dom AS dom, $digest AS dom_digest,
       lower(hex(coalesce(c.duplicate_of, CASE WHEN p.visit > f.visit THEN $read END))) AS duplicate_of,
       c.author, c.published, c.modified, c.description, p.canonical, p.fetch_redirect,
       p.body_bytes, p.wire_bytes, c.markdown, $relevance AS relevance, p.visit
FROM stored.pages p
LEFT JOIN stored.pages b ON b.visit = p.body_visit
LEFT JOIN content c ON c.digest = $read
LEFT JOIN (
    SELECT run, $read AS read, min(visit) AS visit FROM stored.pages p
    WHERE kind = 0 AND digest IS NOT NULL AND outcome IN ('fetched', 'unchanged')
    GROUP BY run, read HAVING count(*) > 1
) f ON f.run = p.run AND f.read = $read
$joined
WHERE p.kind = 0
"""

# What differs where some page was rendered: what a browser made of it is read in place of the body.
_NEVER_RENDERED = {
    "$dom": "CAST(NULL AS VARCHAR)",
    "$digest": "CAST(NULL AS VARCHAR)",
    "$read": "p.digest",
    "$joined": "",
}
_RENDERED = {
    "$dom": "TRY(decode(nullif(CASE WHEN p.dom_visit IS NULL THEN p.dom ELSE d.dom END, ''::BLOB)))",
    "$digest": "lower(hex(p.dom_digest))",
    "$read": "coalesce(p.dom_digest, p.digest)",
    "$joined": "LEFT JOIN stored.pages d ON d.visit = p.dom_visit",
}

RENDERINGS = """
SELECT url, run, render_why AS why, render_outcome AS outcome, render_milliseconds AS milliseconds,
       render_requests AS requests, render_blocked AS blocked, render_refused AS refused,
       render_wire_bytes AS wire_bytes, render_url AS final_url, render_detail AS detail, dom_bytes,
       lower(hex(dom_digest)) AS dom_digest, host, visit
FROM stored.pages WHERE render_why IS NOT NULL
"""
_NO_RENDERINGS = """
SELECT url, run, NULL::VARCHAR AS why, outcome, NULL::INTEGER AS milliseconds, NULL::INTEGER AS requests,
       NULL::INTEGER AS blocked, NULL::INTEGER AS refused, wire_bytes, NULL::VARCHAR AS final_url,
       NULL::VARCHAR AS detail, NULL::BIGINT AS dom_bytes, NULL::VARCHAR AS dom_digest, host, visit
FROM stored.pages WHERE false
"""

FILES = """
SELECT p.url, p.run, f.kind, f.digest, f.media_type, f.bytes, nullif(f.name, '') AS name, f.path, f.ordinal,
       p.host, p.visit
FROM stored.page_files f JOIN stored.pages p ON p.visit = f.visit
"""
_NO_FILES = """
SELECT url, run, NULL::VARCHAR AS kind, NULL::VARCHAR AS digest, NULL::VARCHAR AS media_type,
       NULL::BIGINT AS bytes, NULL::VARCHAR AS name, NULL::VARCHAR AS path, NULL::BIGINT AS ordinal, host,
       visit
FROM stored.pages WHERE false
"""

# Of several engines that read the same body the newest counts.
CONTENT = """
SELECT * FROM stored.content
WHERE (digest, engine) IN (SELECT (digest, max(engine)) FROM stored.content GROUP BY digest)
"""

LINKS = """
SELECT src, dst, text, rel, run, host, ordinal, visit FROM stored.links
"""

RECORDS = """
SELECT url, record, ordinal, run, data::JSON AS data, sources::JSON AS sources, host,
       lower(hex(key)) AS key, decision, decided_at, visit
FROM stored.records r
"""

# Decisions that a later one replaced are listed; by equality, since an inequality costs ten times as much.
ONLY_CURRENT = """
WHERE NOT EXISTS (
    SELECT 1 FROM stored.superseded s
    WHERE s.visit = r.visit AND s.record = r.record AND s.decision = r.decision
)
"""

RUNS = "SELECT * FROM stored.runs"

HOSTS = """
SELECT host, run, count(*) AS pages,
       count_if(outcome IN ('fetched', 'unchanged')) AS stored, count_if(outcome = 'refused') AS refused,
       count_if(outcome = 'failed') AS failed, sum(wire_bytes)::BIGINT AS wire_bytes,
       min(fetched_at) AS first_fetched_at, max(fetched_at) AS last_fetched_at
FROM stored.pages WHERE kind = 0 GROUP BY ALL
"""

# Beside the base views: they stand on reports and on what was learned, which only a workspace has.
BESIDE = {
    "claims": "SELECT * FROM stored.claims",
    "render_templates": "SELECT * FROM stored.render_templates",
}

_SCALARS = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "date": "DATE",
    "datetime": "TIMESTAMPTZ",
    "url": "VARCHAR",
    "image": "VARCHAR",
    "email": "VARCHAR",
    "phone": "VARCHAR",
    "boolean": "BOOLEAN",
    "enum": "VARCHAR",
}
AMOUNT = "DECIMAL(18, 4)"
BASE = ("url", "run", "ordinal", "host")


# Only crawls with a topic know it.
NO_RELEVANCE = "CAST(NULL AS DOUBLE)"
RELEVANCE = "(SELECT r.relevance FROM stored.relevances r WHERE r.visit = p.visit)"


def base_views(
    has_superseded: bool,
    *,
    has_relevance: bool = False,
    has_renderings: bool = False,
    has_files: bool = False,
) -> dict[str, str]:
    """The views that every workspace has, in the order in which they build on each other."""
    pages = PAGES.replace("$relevance", RELEVANCE if has_relevance else NO_RELEVANCE)
    for name, text in (_RENDERED if has_renderings else _NEVER_RENDERED).items():
        pages = pages.replace(name, text)
    return {
        "content": CONTENT,
        "pages": pages,
        "renderings": RENDERINGS if has_renderings else _NO_RENDERINGS,
        "files": FILES if has_files else _NO_FILES,
        "links": LINKS,
        "records": RECORDS + (ONLY_CURRENT if has_superseded else ""),
        "runs": RUNS,
        "hosts": HOSTS,
    }


def record_views(
    types: Mapping[str, Mapping[str, str]], has_superseded: bool, taken: frozenset[str] = frozenset()
) -> dict[str, str]:
    """One view per record type: its fields as columns, by name and type; a taken name gets `_records`."""
    names = record_view_names(types, taken)
    where = ONLY_CURRENT if has_superseded else "WHERE true"
    views = {}
    for record, fields in types.items():
        columns = [f"r.{name}" for name in BASE if name not in fields]
        columns += [column for name, kind in fields.items() for column in _columns(name, kind)]
        views[names[record]] = (
            f"SELECT {', '.join(columns)} FROM stored.records r {where} AND r.record = {quoted_text(record)}"  # noqa: S608
        )
    return views


def record_view_names(types: Iterable[str], taken: frozenset[str] = frozenset()) -> dict[str, str]:
    """The name of the view of each record type."""
    reserved = {name.lower() for name in taken | set(base_views(False)) | set(BESIDE)}
    names = {}
    for record in types:
        name = record
        while name.lower() in reserved:  # names of views do not differ by case
            name += "_records"
        reserved.add(name.lower())
        names[record] = name
    return names


def _columns(name: str, kind: str) -> list[str]:
    path = "$." + '"' + name.replace('"', '\\"') + '"'
    if kind.startswith("list"):
        element = _SCALARS.get(kind.removeprefix("list").strip("[] "), "JSON")
        return [f"TRY_CAST(r.data -> {quoted_text(path)} AS {element}[]) AS {quoted_name(name)}"]
    if kind == "money":
        amount = f"TRY_CAST(r.data ->> {quoted_text(path + '.amount')} AS {AMOUNT}) AS {quoted_name(name)}"
        currency = f"r.data ->> {quoted_text(path + '.currency')} AS {quoted_name(name + '_currency')}"
        return [amount, currency]
    column = f"r.data ->> {quoted_text(path)}"
    wanted = _SCALARS.get(kind, "VARCHAR")
    return [f"{column if wanted == 'VARCHAR' else f'TRY_CAST({column} AS {wanted})'} AS {quoted_name(name)}"]


def quoted_text(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    """An identifier, whatever it is made of."""
    return '"' + name.replace('"', '""') + '"'
