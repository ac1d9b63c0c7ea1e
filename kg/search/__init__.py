"""Finding things and passages by words.

    index     full text over labels, definitions and passages in SQLite's FTS5: ranked (BM25), with the words found marked
    suggest   completions of what is being typed, from memory
    reconcile   names from a table to things
    titles      job titles in a table's cells

FTS5 and not a search engine of its own: it comes with Python, needs no server, its index is one file that many processes read, and
what it answers depends on nothing but the index.
"""
