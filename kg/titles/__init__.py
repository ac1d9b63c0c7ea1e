"""Job titles, read by their grammar and not from a list.

    grammar  The grammar of job titles: where a title that ends in a head noun begins and ends
    reader   Job titles in text, by structure and vocabulary: [level] [modifiers] head, or of-heads ("Director of MLOps")
    words    The words that job titles are made of, as the vocabulary lists them, and how a title is spelled canonically
"""
