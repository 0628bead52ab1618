"""PDFs hold the words of all five languages, and nothing is fetched for them."""

import io

from pypdf import PdfReader

from auricle.pdf import pdf_of

WORDS = ["Waiting", "Zażółć gęślą jaźń", "Ожидание", "Очікування, їжак", "等待时间"]


def test_words_of_five_languages_can_be_read_back() -> None:
    body = "".join(f"<p>{words}</p>" for words in WORDS)
    reader = PdfReader(io.BytesIO(pdf_of(f"<html><body>{body}</body></html>")))
    text = reader.pages[0].extract_text()
    assert [words for words in WORDS if words not in text] == []
    fonts = reader.pages[0]["/Resources"]["/Font"]
    names = [str(font.get_object()["/BaseFont"]) for font in fonts.values()]
    assert any("WenQuanYi" in name or "CJK" in name for name in names), names


def test_nothing_is_fetched() -> None:
    page = pdf_of('<html><body>here<img src="http://127.0.0.1:9/no.png"></body></html>')
    assert "here" in PdfReader(io.BytesIO(page)).pages[0].extract_text()
