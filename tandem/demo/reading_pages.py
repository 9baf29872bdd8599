"""Pages to read: magazine, forum, manual, written pages."""

import json
from html import escape

from tandem.demo import forum
from tandem.demo.articles import Article, articles
from tandem.demo.forum import Post, Thread
from tandem.demo.frame import link, page, pager, rows
from tandem.demo.manuscript import fragment

PER_PAGE = 15
MANUAL = ("overview", "keys", "items", "errors", "changes")


def magazine_paths() -> list[str]:
    count = -(-len(articles()) // PER_PAGE)
    return ["/magazine", *(f"/magazine?page={number}" for number in range(2, count + 1))]


def magazine(number: int) -> str:
    shown = articles()[(number - 1) * PER_PAGE : number * PER_PAGE]
    title = "Magazine" if number == 1 else f"Magazine, page {number}"
    lines = "".join(f'<section class="post">{_teaser(article)}</section>' for article in shown)
    return page(title, f"<h1>{title}</h1>\n{lines}\n{pager(magazine_paths(), number)}")


def article(story: Article) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": story.title,
        "datePublished": story.published.isoformat(),
        "author": {"@type": "Person", "name": story.author},
    }
    head = f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>\n'
    printed = f"<p>{link(story.print_path, 'Print view')}</p>" if story.print_path else ""
    others = "".join(f"<li>{link(path, text)}</li>" for path, text in story.links)
    body = f"{_story(story)}{f'<ul>{others}</ul>' if others else ''}{printed}"
    return page(story.title, body, head=head, crumbs=(("/magazine", "Magazine"),))


def printed(story: Article) -> str:
    """The same words without navigation; it names the article as its original."""
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<title>{escape(story.title)} (print view)</title>\n'
        f'<link rel="canonical" href="{story.path}">\n</head>\n<body>\n{_story(story)}\n</body>\n</html>\n'
    )


def _story(story: Article) -> str:
    paragraphs = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)
    facts = f'<aside class="facts">{rows(story.facts)}</aside>' if story.facts else ""
    return (
        f'<article class="story">\n<h1>{escape(story.title)}</h1>\n'
        f'<p class="soft">{escape(story.section)} · by '
        f'<span class="author">{escape(story.author)}</span> · '
        f'<time datetime="{story.published}">{story.published:%d %B %Y}</time></p>\n'
        f"{paragraphs}\n{facts}\n</article>\n"
    )


def _teaser(story: Article) -> str:
    return (
        f"<h2>{link(story.path, story.title)}</h2>"
        f'<p class="soft">{escape(story.section)} · {escape(story.author)} · {story.published:%d %B %Y}</p>'
    )


def forum_index() -> str:
    head = "<tr><th>Thread</th><th>Posts</th><th>Last</th></tr>"
    lines = "".join(
        f"<tr><td>{link(thread.path, thread.title)}</td><td>{len(thread.posts)}</td>"
        f"<td>{thread.posts[-1].written:%d %B %Y}</td></tr>"
        for thread in forum.threads()
    )
    return page("Forum", f"<h1>Forum</h1>\n<table><thead>{head}</thead><tbody>{lines}</tbody></table>")


def thread_page(thread: Thread, number: int) -> str:
    title = thread.title if number == 1 else f"{thread.title}, page {number}"
    paths = [thread.page_path(each) for each in range(1, thread.pages + 1)]
    posts = "\n".join(_post(thread, post) for post in thread.page(number))
    body = f"<h1>{escape(title)}</h1>\n{posts}\n{pager(paths, number)}"
    return page(title, body, crumbs=(("/forum", "Forum"),))


def _post(thread: Thread, post: Post) -> str:
    quote = f"<blockquote>{escape(thread.posts[post.quoted - 1].text)}</blockquote>" if post.quoted else ""
    return (
        f'<section class="post" id="post-{post.number}"><h3>{escape(post.author)}</h3>'
        f'<p class="soft">#{post.number} · <time datetime="{post.written.isoformat()}">'
        f"{post.written:%d %B %Y, %H:%M}</time></p>{quote}<p>{escape(post.text)}</p></section>"
    )


def manual_page(name: str) -> str:
    chapters = "".join(f"<li>{link(f'/manual/{each}', each.capitalize())}</li>" for each in MANUAL)
    title = f"Stock feed: {name}"
    body = f"<h1>{title}</h1>\n{fragment('manual', name)}<h2>Chapters</h2><ul>{chapters}</ul>"
    return page(title, body, crumbs=(("/manual/overview", "Stock feed"),))


def written_page(name: str, title: str, *, head: str = "", language: str = "en") -> str:
    body = f"<h1>{escape(title)}</h1>\n{fragment('pages', name)}"
    return page(title, body, head=head, language=language)
