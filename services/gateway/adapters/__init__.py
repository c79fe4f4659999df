"""The gateway's hands: accounts and read models in Postgres, commands and answers on the log."""
