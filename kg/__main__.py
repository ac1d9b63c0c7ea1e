"""`python -m kg` is the same as `rolegraph`."""

from kg.cli.main import main

if __name__ == "__main__":
    main()
