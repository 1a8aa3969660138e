"""BlazePose, Google's detector and landmark network, step by step as in MediaPipe 0.10.21."""
