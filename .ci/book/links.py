"""Checks every link in a built book: `python3 links.py FOLDER`.

A link inside the book has to name a file that is there, and its fragment an id of that page. Links to other sites are
not followed. Pages are compared as mdBook wrote them, so a page that is missing from SUMMARY.md is found too.
"""

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# print.html repeats every page; 404.html and toc.html are read with another base.
NOT_READ = {"print.html", "404.html", "toc.html"}


class Page(HTMLParser):
    """The ids of a page, and its links with their lines."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        for name in ("id", "name"):
            if attrs.get(name):
                self.ids.add(attrs[name])
        for name in ("href", "src"):
            if attrs.get(name) is not None:
                self.links.append((attrs[name], self.getpos()[0]))


def main(folder):
    book = Path(folder).resolve()
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in book.rglob("*.html")}
    broken, count = [], 0
    for path, page in sorted(pages.items()):
        if path.name in NOT_READ:
            continue
        for link, line in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            count += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target = target / "index.html"
            if not target.is_file() or book not in target.parents:
                broken.append(f"{path.relative_to(book)}:{line}: {link}: no such file")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                broken.append(f"{path.relative_to(book)}:{line}: {link}: no such heading")
    if broken or count < 1000:
        sys.exit("\n".join(broken) or f"only {count} links")
    print(f"{count} links in {len(pages)} pages")


main(sys.argv[1])
