"""What runs inside the brain: Rasa components, the desk's channel, and a launcher that loads only what is needed.

A message goes through the pipeline in this order, which config.yml sets:

    article.ArticleExamples        learning only: what the articles say become examples of their procedures
    name.NameExamples              learning only: so does the name of every intent
    preparation.Preparation        language, cleaned text                 (knowledge_base.text, as in the desk)
    code.CodeExtractor             declarations, tax and HS codes, ...    (knowledge_base.text.entity)
    featurizer.NgramFeaturizer     words and runs of characters           (ngram)
    classifier.IntentRanker        intents and procedures:                by words (linear, plane), where they leave a
                                   doubt by meaning too (embedding, e5, network), both weighed by fusion, which was
                                   learnt on held_out examples

`learn` trains, `trial` compares models, `launch` serves, `channel` and `endpoint` talk to the desk.
"""
