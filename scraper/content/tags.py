"""Where elements stand in a page, by their tags: in a line of text, or between blocks, or nowhere in it."""

INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del", "dfn", "em",
    "font",
    "i", "img", "ins", "kbd", "mark", "nobr", "picture", "q", "rp", "rt", "ruby", "s", "samp", "small",
    "source",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))  # fmt: skip
SKIPPED = frozenset((
    "-comment", "-undef", "!doctype",
    "audio", "base", "canvas", "datalist", "embed", "head", "iframe", "input", "link", "map", "math", "meta",
    "object", "script", "select", "style", "svg", "template", "textarea", "title", "video",
))  # fmt: skip
BLOCK, INSIDE, OUTSIDE, TEXT = range(4)  # where an element stands
PLACES = {"-text": TEXT} | dict.fromkeys(INLINE, INSIDE) | dict.fromkeys(SKIPPED, OUTSIDE)
