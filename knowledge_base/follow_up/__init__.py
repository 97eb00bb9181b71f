"""Second turns: whether a message leans on what was spoken of before, and which part of it it asks for.

example/    how people ask on, by part and form; written by hand, what `training` learns from
feature     a message as words, pairs and runs of letters
model       two small linear models over these, read from data/
decision    what they say put beside the classifier's ranking
training    makes the model file again
"""
