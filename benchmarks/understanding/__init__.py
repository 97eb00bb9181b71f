"""Understanding measured side by side: stock Rasa, DIET with rules, TF-IDF + SVM and ours, on public sets and our own.

origin      the public files: where they come from, licence, checksum
dataset     a set of questions with its splits, read from those files or from our own data
contender   who is measured, and ours with one step switched off at a time, all by configuration
worker      trains or parses in the brain's interpreter; svm is the baseline it also runs
runner      one training and one parsing a contender and set, in child processes, results kept
score       figures and their confidence intervals; threshold chooses what is too unsure to be an answer
retrieval   from a question to its paragraph, in one language and across two
report      tables and charts in docs/benchmarks.md
"""
