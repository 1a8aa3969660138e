"""How accurate labels and keypoints are."""
