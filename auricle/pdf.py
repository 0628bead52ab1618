"""Pages of HTML as PDF: the same words, styled by the same CSS, ready to be printed and sent."""

from auricle.errors import SettingsError

PACKAGES = (
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-wqy-microhei"
)
"""Debian's: what WeasyPrint lays text out with, and fonts for Latin, Cyrillic and Chinese."""


def pdf_of(html: str) -> bytes:
    """A PDF of a whole HTML document. Only ``data:`` addresses are followed: nothing is fetched.

    Raises SettingsError where the system lacks the libraries that lay out text.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise SettingsError(
            f"PDF can't be written: {error}.", f"Run: apt-get install {PACKAGES}."
        ) from error
    document: bytes = HTML(
        string=html, url_fetcher=URLFetcher(allowed_protocols=["data"])
    ).write_pdf()
    return document
