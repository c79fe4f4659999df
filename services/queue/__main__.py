"""`python -m services.queue`: decide the queues of the partitions that this process is given."""

from services.queue.app import main

if __name__ == "__main__":
    main()
