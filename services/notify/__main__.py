"""`python -m services.notify`: decide who is told, and tell them."""

from services.notify.app import main

if __name__ == "__main__":
    main()
