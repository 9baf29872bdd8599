"""One drawing per shelf, as SVG."""

from tandem.demo.manuscript import table


def picture(shelf: str) -> str:
    shapes = table("pictures")[shelf]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 150">'
        "<style>path,rect,circle{fill:#7d9471;stroke:#3f5f3a;stroke-width:4;stroke-linejoin:round}"
        f".line{{fill:none;stroke:#f0ece1}}.edge{{fill:none}}</style>{shapes}</svg>"
    )
