"""What the pages of follow-up show."""
