"""Learning from what was asked: review, snapshots, training, comparison and promotion."""
