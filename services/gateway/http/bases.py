"""What every body of the API is: of known fields only, whichever way it goes."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Strict, model_validator

#: The longest text that may be sent in one message; what a carrier takes is the router's rule.
MAX_TEXT = 10_000
_BARE_NUMBER = re.compile(r"[-+]?[\d.]+")


def _written(value: Any) -> Any:  # noqa: ANN401 - whatever a client sent
    """Refuse a bare number, which would be read as seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and _BARE_NUMBER.fullmatch(value)):
        raise ValueError("write it in the form of ISO 8601")
    return value


#: A day and a time with its zone, as ISO 8601 writes them.
Day = Annotated[date, Strict(strict=False), BeforeValidator(_written)]
Moment = Annotated[AwareDatetime, Strict(strict=False), BeforeValidator(_written)]


class Given(BaseModel):
    """Refuses what it does not know, so that a misspelled field is never silently dropped.

    A value is of the type that the document says: "5" is no number, and 0 is no `false`.
    """

    model_config = ConfigDict(extra="forbid", str_max_length=MAX_TEXT, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:  # noqa: ANN401 - whatever a client sent
        """Take 1.0 for 1, as JSON does."""
        if not isinstance(value, dict):
            return value
        return {
            name: int(one) if isinstance(one, float) and one.is_integer() else one
            for name, one in value.items()
        }


class Shown(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)
