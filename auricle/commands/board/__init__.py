"""What Streamlit runs, and the files that it serves beside it."""
