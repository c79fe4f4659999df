"""`python -m services.gateway` serves the API, the feed and the portal."""

from services.gateway.app import main

if __name__ == "__main__":
    main()
