"""What Faust must never be asked for is asked for nowhere (DESIGN.md §4.1, streaming.md §1.4)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WHERE = ("services", "schemas", "tools", "deploy", "benchmarks", "tests/support")
#: The only place that may import Faust at all.
HOME = "services/kernel/kafka/faust_"

#: Calls by attribute, on whatever object: why they are forbidden.
CALLS = {
    "ask": "no timeout, a leak, one reply topic a process (F13)",
    "Table": "recovery stalls, and state runs ahead of offsets (F10)",
    "GlobalTable": "as a table",
    "SetTable": "as a table",
    "SetGlobalTable": "as a table",
    "timer": "in memory, no memory of what was missed; timers are rows (F14)",
    "crontab": "as a timer",
    "send_soon": "drops its errors (F5)",
    "take": "waits the whole period, loses current_event (F12)",
    "take_with_timestamp": "as take",
}
#: Names that may not be taken from faust.
NAMES = {
    "Record": "writes module paths into each value; our codec is the contract (house.md §4.8)",
    "Table": "as above",
    "Worker": "redirects what is printed; a service's own loop runs the app",
}
#: Settings: name → the only value that is allowed.
SETTINGS = {
    "processing_guarantee": "at_least_once",
    "web_enabled": False,
    "worker_redirect_stdouts": False,
    "producer_threaded": False,
    "topic_allow_declare": False,
    "concurrency": 1,
    "isolated_partitions": False,
    "autodiscover": False,
}


def _violations(source: str, path: str) -> list[str]:
    tree = ast.parse(source)
    found = [
        f"{path}: {ast.unparse(node)}: only {HOME}*.py may"
        for node in ast.walk(tree)
        if _imports_faust(node) and not path.startswith(HOME)
    ]
    if _knows_faust(tree):
        for node in ast.walk(tree):
            found += (f"{path}:{line} {what}" for line, what in _judge(node))
    return found


def _imports_faust(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] == "faust" for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "faust"


def _knows_faust(tree: ast.AST) -> bool:
    """Only a file that imports Faust, or our runtime on it, can ask it for anything."""
    return any(
        isinstance(node, ast.Import | ast.ImportFrom) and "faust" in ast.unparse(node)
        for node in ast.walk(tree)
    )


def _judge(node: ast.AST) -> Iterator[tuple[int, str]]:
    yield from _judge_words(node)
    match node:
        case ast.keyword(arg=str(name), value=value):
            yield from _judge_setting(name, value)
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant):
                    yield from _judge_setting(key.value, value)


def _judge_words(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) if name in CALLS:
            yield node.lineno, f"calls {name}: {CALLS[name]}"
        case ast.Attribute(value=ast.Name(id="faust"), attr=name) if name in NAMES:
            yield node.lineno, f"uses faust.{name}: {NAMES[name]}"
        case ast.ImportFrom(names=names) if _imports_faust(node):
            for name in {alias.name for alias in names} & NAMES.keys():
                yield node.lineno, f"imports {name}: {NAMES[name]}"
        case ast.Constant(value="exactly_once") | ast.Attribute(attr="EXACTLY_ONCE"):
            yield node.lineno, "asks for exactly_once, which is structurally wrong (F7)"


def _judge_setting(name: object, value: ast.expr) -> Iterator[tuple[int, str]]:
    if name in SETTINGS and not (
        isinstance(value, ast.Constant) and value.value == SETTINGS[str(name)]
    ):
        yield value.lineno, f"sets {name} to {ast.unparse(value)}, not {SETTINGS[str(name)]!r}"


def _files() -> Iterator[Path]:
    for folder in WHERE:
        yield from (
            path
            for path in sorted((ROOT / folder).rglob("*.py"))
            if "node_modules" not in path.parts
        )


def test_faust_is_asked_for_nothing_that_is_forbidden() -> None:
    found = [
        violation
        for path in _files()
        for violation in _violations(
            path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
        )
    ]
    assert found == []


def test_the_runtime_says_every_setting_that_must_not_be_left_to_a_default() -> None:
    source = (ROOT / "services/kernel/kafka/faust_runtime.py").read_text(encoding="utf-8")
    said = {
        node.value if isinstance(node, ast.Constant) else node.arg
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant | ast.keyword)
    }
    assert said >= SETTINGS.keys() - {"isolated_partitions", "autodiscover"}
    assert said >= {"consumer_group_instance_id", "agent_supervisor", "TableManager"}


PLANTED = {
    'faust.App("a", processing_guarantee="exactly_once")': "exactly_once",
    'settings = {"processing_guarantee": "exactly_once"}': "exactly_once",
    "guarantee = ProcessingGuarantee.EXACTLY_ONCE": "exactly_once",
    'app.Table("counts", default=int)': "Table",
    "stream.take(100, within=0.2)": "take",
    "await worker.ask(1)": "ask",
    "@app.timer(1.0)\nasync def tick(): ...": "timer",
    '@app.crontab("* * * * *")\nasync def tick(): ...': "crontab",
    "class Event(faust.Record): ...": "Record",
    "from faust import Record": "Record",
    "topic.send_soon(value=1)": "send_soon",
    "app.agent(topic, concurrency=4)(work)": "concurrency",
    "app.agent(topic, concurrency=setting)(work)": "concurrency",
    'faust.App("a", web_enabled=True)': "web_enabled",
    "faust.Worker(app).execute_from_commandline()": "Worker",
}


@pytest.mark.parametrize("planted", PLANTED)
def test_what_is_planted_is_caught(planted: str) -> None:
    found = _violations(f"import faust\n{planted}\n", HOME + "planted.py")
    assert any(PLANTED[planted] in violation for violation in found), found


def test_faust_stays_at_home() -> None:
    source = "from faust.types import TP\n"
    assert _violations(source, "services/notify/app.py")
    assert _violations(source, "services/kernel/kafka/consumer.py")
    assert not _violations(source, HOME + "runtime.py")


def test_files_that_know_nothing_of_faust_may_use_the_same_words() -> None:
    assert not _violations("queue.take(3)\nprompt.ask()\n", "services/ops/shell.py")
