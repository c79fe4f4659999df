"""`python -m services.ops`, also `./tandem` and the console entry `tandem`."""

from services.ops.app import main

if __name__ == "__main__":
    main()
