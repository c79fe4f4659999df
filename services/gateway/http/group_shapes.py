"""The bodies of what is wished about a group, on the ground of `shapes`."""

from typing import Annotated

from pydantic import Field

from services.gateway.http.shapes import _Input


class GroupName(_Input):
    name: Annotated[str, Field(min_length=1, max_length=100)]


class NewParticipants(_Input):
    #: Extension ids, and phone numbers of outside people.
    to: Annotated[list[Annotated[str, Field(max_length=100)]], Field(min_length=1, max_length=50)]
    #: Our number that outside people are texted from, where the group has none yet.
    from_: Annotated[str | None, Field(alias="from", max_length=16)] = None
