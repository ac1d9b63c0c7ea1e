"""The stage that splits: a text into sections and typed passages.

    blocks         From a text's lines to its blocks: headings, paragraphs, bullets, rows, the title, and what belongs to the page
    glue           Where two things were glued into one line: a closing sentence to the last item of a list, the next heading or lead-in to its end
    headings       Which lines are headings
    kinds          The kinds of statements, which of them a section decides for all its items, and where a passage stands
    lines          A text's lines as its author meant them: wrapped lines joined, lists flattened into a line taken apart
    marks          The physical lines of a text with the marks that they begin with: headings, bullets, numbers, rows of tables
    outline        How headings nest: by their marks, and where marks were lost by what stands under them
    passage_types  What kind of statement a passage makes: by its content first, by its section second
    passages       Sections and passages from blocks: each sentence, item and row with its path, type, lead-in and role
    rows           Tables in lines: rows whose cells stand on lines of their own, labels with their figures, headers
    sentences      Sentences in running text: where a full stop ends one, and where it belongs to an abbreviation, a number or a name
    splitter       The stage that splits a text: title, furniture, sections, and passages with their type, place and role
    subjects       Whom a document, section or passage is about: job titles in the places where a text names its subject
    whom           Whom sections and passages are about: the title that they name as their subject, or the document's own
"""
