"""What every body of the API is: of known fields only, whichever way it goes."""

from pydantic import BaseModel, ConfigDict

#: The longest text that may be sent in one message; what a carrier takes is the router's rule.
MAX_TEXT = 10_000


class Given(BaseModel):
    """Refuses what it does not know, so that a misspelled field is never silently dropped."""

    model_config = ConfigDict(extra="forbid", str_max_length=MAX_TEXT)


class Shown(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)
