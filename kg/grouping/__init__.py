"""Which statements say the same thing.

    groups      Statements that say the same thing in other words, brought together
    neighbours  Which of many statements are alike, found without comparing each with each
    similarity  How alike two statements are
    wording     What a statement says, as weighted features: stems of its content words, with abbreviations and synonyms folded
"""
