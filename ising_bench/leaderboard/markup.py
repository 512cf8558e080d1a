"""Text from entries, made harmless: everything from a submission goes through one of these two."""

import html
import re


def in_html(text: object) -> str:
    """For HTML text and quoted attributes."""
    return html.escape(str(text), quote=True)


def in_markdown(text: object) -> str:
    """For Markdown, tables included: whatever could mean something there becomes an entity."""
    safe = re.sub(r"[^0-9A-Za-z .,+()±\u00c0-\uffff-]", lambda m: f"&#{ord(m[0])};", str(text))
    return re.sub(r"(?i)(www)\.", r"\1&#46;", safe)  # which would become a link
