"""Mystery calling, from a campaign's plan to what should change: plain functions over data."""
