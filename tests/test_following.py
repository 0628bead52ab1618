"""An open page follows what is written, and loses no click for it."""

import os
from pathlib import Path

from streamlit.testing.v1 import AppTest

from auricle.store import Store


def page(path: str) -> None:
    from pathlib import Path

    import streamlit as st

    from dashboards.parts.reading import follow

    follow(Path(path))
    if st.button("Save"):
        st.write("Saved")


def test_a_click_isn_t_lost_to_a_write_that_came_before_it(tmp_path: Path) -> None:
    path = Store(tmp_path / "auricle.duckdb").path
    shown = AppTest.from_function(page, args=(str(path),)).run()
    marker = path.with_name(path.name + ".changed")
    marker.touch()
    os.utime(marker, (1, 1))
    shown.button[0].click().run()
    assert [text.value for text in shown.markdown] == ["Saved"]
