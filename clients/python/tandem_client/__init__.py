"""A typed client of Tandem's API: `Tandem` has a method for every operation of the document."""

from tandem_client.calls import Tandem
from tandem_client.wire import Refused

__all__ = ["Refused", "Tandem"]
