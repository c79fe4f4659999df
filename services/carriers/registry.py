"""Every carrier by its name in addresses and in carriers.toml: the modules of this package.

Nothing is listed. A module that says what a carrier expects of a 2xx (`ACCEPTED`) is a carrier, and
the contract suite asks it for all the rest; other modules are what the carriers share.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cached_property

from services import carriers
from services.carriers.contract import Carrier

_MARK = "ACCEPTED"


class _Carriers(Mapping[str, Carrier]):
    """Found at the first look, not at import: what the carriers share may stand on the registry."""

    @cached_property
    def _found(self) -> dict[str, Carrier]:
        names = sorted(module.name for module in pkgutil.iter_modules(carriers.__path__))
        modules = {name: importlib.import_module(f"{carriers.__name__}.{name}") for name in names}
        return {name: module for name, module in modules.items() if hasattr(module, _MARK)}

    def __getitem__(self, name: str) -> Carrier:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


CARRIERS: Mapping[str, Carrier] = _Carriers()
