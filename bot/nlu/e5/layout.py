"""The files of a built encoder."""

ENCODER, VOCABULARY = "encoder.onnx", "vocabulary.npz"
VERSION = "3"
"""Changes when what `convert` writes changes, so that a folder built before is built anew."""
