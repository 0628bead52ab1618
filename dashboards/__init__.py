"""What people see: Streamlit pages over the store."""
