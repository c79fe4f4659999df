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
    """A carrier is imported when it is asked for: a service knows those of its accounts alone."""

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(sorted(module.name for module in pkgutil.iter_modules(carriers.__path__)))

    @cached_property
    def _known(self) -> dict[str, Carrier]:
        return {}

    def __getitem__(self, name: str) -> Carrier:
        if name in self._known:
            return self._known[name]
        if name in self._names:
            module = importlib.import_module(f"{carriers.__name__}.{name}")
            if hasattr(module, _MARK):
                self._known[name] = module
                return module
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


CARRIERS: Mapping[str, Carrier] = _Carriers()
