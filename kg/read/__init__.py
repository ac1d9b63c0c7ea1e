"""The stage that reads: files to documents, each with one text.

    formats  PDF and Word files to text, with headings, lists and tables marked as in Markdown
    markup   HTML to Markdown: the main content of a page by trafilatura; all of it where that would lose most, and of fragments
    reader   Files to documents: finds the files that hold documents and reads each into text
    separated  Rows of CSV files; a broken row costs no other row
    tabular  Tables of documents, a row each: JSON Lines and CSV. Settings name the columns; bad rows do not keep the others back
"""
