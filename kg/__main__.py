"""`python -m kg` is the same as `rolegraph`."""

from kg.cli import main

if __name__ == "__main__":
    main()
