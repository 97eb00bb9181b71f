"""Seeing whether it works: figures with charts about answers, waiting, knowledge and learning."""
