"""What owners get on paper and by mail: the month as PDF, the week as HTML."""
