"""Where documents come from: files, folders, patterns, compressed files, tables with millions of rows, object storage.

    locations  what a user names on the command line, as single files in a fixed order
    fetch      a file that is remote or compressed as a plain local one, for as long as it is read
    stream     documents one at a time, and what cannot be read
    parquet    rows of Parquet files (the extra rolegraph[tables])
"""
