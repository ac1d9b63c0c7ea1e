"""Which statements say the same thing.

    groups      Statements that say the same thing in other words, brought together
    similarity  How alike two statements are, and which pairs of many are alike enough to look at
    wording     What a statement says, as weighted features: stems of its content words, with abbreviations and synonyms folded
"""
