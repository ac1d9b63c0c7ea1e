"""Words that several stages look for: cues of the vocabulary, inflection, phrases, enumerations.

    cues          Cue phrases in one trie-shaped regular expression, for stages that ask of every passage which cues it holds
    enumerations  Which spans of a text stand in one enumeration: "AWS, GCP, or Azure", "tools (e.g., A, B) and frameworks"
    morphology    How English words and labels change their form: plurals, hyphens, prefixes set off, forms of verbs
    phrases       Phrases that signal a value (cues of the vocabulary), compiled into one regular expression for each scheme
"""
