"""Pure functions from an envelope to rows: each row is whole, and fed by one stream."""
