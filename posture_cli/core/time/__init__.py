"""What time adds: pure steps from look to look."""
