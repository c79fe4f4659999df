"""Every carrier by its name in addresses and in carriers.toml."""

from collections.abc import Mapping
from types import MappingProxyType

from services.carriers import bandwidth, telnyx, twilio
from services.carriers.contract import Carrier

CARRIERS: Mapping[str, Carrier] = MappingProxyType(
    {"twilio": twilio, "telnyx": telnyx, "bandwidth": bandwidth}
)
