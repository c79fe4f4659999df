from alembic.config import Config
from alembic.script import ScriptDirectory

from services.gateway.adapters import migrations


def test_the_newest_revision_is_the_one_that_alembic_ends_at() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations._SCRIPTS))

    assert migrations.newest() == ScriptDirectory.from_config(config).get_current_head()
