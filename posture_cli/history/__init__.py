"""What was seen, kept: intervals and alerts in a small database of the user's own; no pictures."""
