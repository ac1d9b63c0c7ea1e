"""Revisions of the dataset on disk: sorted parts with their checksums, the same quads in Oxigraph, and a manifest.

    layout    which part a quad belongs to; sorted parts written, merged, spliced
    manifest  what a revision holds: its parts and database files with size and SHA-256; the cheap check on open
    draft     a revision while it is being written, afresh or from an earlier one
    check     the full check: every byte against its checksum, parts against database
    archive   a revision as one compressed file, and back
"""
