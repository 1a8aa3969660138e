"""A person in a picture: keypoints, measurements, and how far keypoints are off."""
