"""`python -m services.media`: copy files in, and show them from an origin of their own."""

from services.media.app import main

if __name__ == "__main__":
    main()
