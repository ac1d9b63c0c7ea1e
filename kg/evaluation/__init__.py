"""How well documents are read, measured against annotations made by hand (the format: data/gold/README.md).

    gold         annotated documents: JSON Lines, checked line by line
    rows         what a graph says of those documents, one table for each kind of fact
    tally        pairs of annotation and row, and the counts that follow
    mentions     scores of passages, mentions and requirements
    figures      scores of pay, market figures, experience, education, steps and solutions
    reliability  how often what has a given confidence is right
    report       tables and lists of errors, for people and as JSON
    run          reads the documents, or takes a published graph, and scores
"""
