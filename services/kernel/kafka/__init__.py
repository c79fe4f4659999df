"""The only place that knows Kafka's clients: one factory, two runtimes, tails, topics, lag."""
