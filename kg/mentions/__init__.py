"""The stage that finds mentions: spans that name a concept, and candidates for new ones.

    again         What a document itself introduces, at its other places: new terms, and abbreviations that it explains
    announced     Names whose enumeration is announced as something else than what they mostly name
    candidates    Names that the text presents as tools or techniques but no vocabulary holds
    context       What the words around a label say of it: whether an ambiguous label counts, and as what
    context_words The words that steer recognition: cues of the vocabulary, by their use
    coordination  Enumerations that name a shared word once: "supervised and unsupervised learning", "data collection, cleaning, and storage"
    employers     Organisations that no vocabulary holds, by how a text speaks of them
    finder        Mentions: where a document names what the vocabulary knows, and what it is sure of
    matching      Finding the vocabulary's labels in a tokenized text: one spaCy PhraseMatcher over every spelling of every label
    names         Names found in one passage: in order of place, apart from one another, looked up by place in logarithmic time
    senses        What each spelling of the vocabulary's labels may name: the forms in which a label is written, and the concepts behind them
    stretches     The stretches of a reading in order of place (title, headings, passages), and walking over what was found in its text
    techniques    Skills that no vocabulary holds, by the company they keep and the noun that they end in
    trimming      From labels that match to names: the shortest noun phrase that names a skill, without lead-ins and generic nouns
"""
