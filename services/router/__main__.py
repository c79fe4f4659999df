"""`python -m services.router`: route and judge the partitions that this process is given."""

from services.router.app import main

if __name__ == "__main__":
    main()
