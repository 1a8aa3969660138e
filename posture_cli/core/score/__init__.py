"""How right labels and keypoints are."""
