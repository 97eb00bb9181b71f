"""Text preparation shared by the brain (Python 3.10, inside Rasa) and the desk (3.11 and newer).

Pure functions on strings, standard library only, no input or output at import. The usual way of a message:

    normal.clean -> language.detect -> entity.find -> abbreviation.expand -> diacritic.restore -> normal.tokens

Modules: `normal` (one form for text), `syllable` and `typo` (what it rests on), `language`, `entity`, `abbreviation`,
`diacritic` (Vietnamese marks put back), `privacy` (personal data out). `corpus` and `training` make the model files
under data/; nothing that runs imports them.
"""
