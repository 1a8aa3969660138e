"""What happens over time, in pure steps from look to look."""
