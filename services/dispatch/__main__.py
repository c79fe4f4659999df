"""`python -m services.dispatch`: send the texts of the partitions that this process is given."""

from services.dispatch.app import main

if __name__ == "__main__":
    main()
