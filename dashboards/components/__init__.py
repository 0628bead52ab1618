"""Streamlit components, each in a folder with its HTML, CSS and JavaScript."""
