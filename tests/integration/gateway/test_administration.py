"""Administration through the API, decided by the real router: what each may do, and who hears."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from schemas.directory import DirectoryCommand, Role
from tests.support.conversing import Conversing
from tests.support.gateway_office import feed, frames
from tests.support.gateway_rig import PASSWORD, GatewayRig, key
from tests.support.gateway_router import acting, key_of, router_beside
from tests.support.router_words import (
    ANA,
    BERT,
    CARO,
    DIRECT_LINE,
    SAM,
    extension,
    number,
    tenant,
)
from tests.support.sounds import wav
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="module"),
]
Person = httpx.AsyncClient
ADMIN: tuple[Role, ...] = ("user", "admin")


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def router(
    rig: GatewayRig, postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Conversing]:
    office: tuple[DirectoryCommand, ...] = (
        tenant(),
        *(extension(one) for one in (ANA, BERT, CARO)),
        extension(SAM, roles=ADMIN),
        number(callers=(ANA,)),
    )
    directory = tmp_path_factory.mktemp("router")
    async with router_beside(rig, postgres, directory, office) as router:
        async with acting(rig, SAM) as sam:
            await eventually(lambda: _there(sam), 30)
        yield router


async def _there(sam: Person) -> bool:
    return bool((await sam.get("/admin/numbers")).json().get("items"))


async def _changed(person: Person, path: str, **change: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values of any kind
    answer = await person.patch(path, json=change, headers=key())
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_an_admin_changes_a_number_and_the_audit_says_who(rig: GatewayRig) -> None:
    """ADM-01, ADM-03, NUM-01: off, led elsewhere, and on again; others find no such page."""
    async with acting(rig, SAM) as sam, acting(rig, ANA) as ana:
        path = f"/admin/numbers/{DIRECT_LINE}"
        off = await _changed(sam, path, texting=False)
        route = {"kind": "extensions", "extensions": [BERT]}
        led = await _changed(sam, path, texting=True, label="Front desk", route=route)
        stranger = await ana.patch(path, json={"texting": False}, headers=key())
        unknown = await sam.patch("/admin/numbers/+12025550199", json={}, headers=key())
        nowhere = {"route": {"kind": "queue", "queue_id": "nowhere"}}
        refused = await sam.patch(path, json=nowhere, headers=key())
        audit = (await sam.get("/admin/audit", params={"subject": f"number/{DIRECT_LINE}"})).json()

    assert (off["texting"], led["texting"], led["label"]) == (False, True, "Front desk")
    assert led["route"] == {"kind": "extensions", "extensions": [BERT], "queue_id": None}
    assert led["callers"] == [ANA]
    assert (stranger.status_code, unknown.status_code) == (404, 404)
    assert (refused.status_code, refused.json()["code"]) == (409, "unknown-queue")
    newest, before, first = audit["items"]
    assert newest["by"]["name"] == "Sam"
    assert {one["field"] for one in newest["changes"]} == {"texting", "label", "route"}
    assert before["changes"] == [{"field": "texting", "before": True, "after": False}]
    assert (first["by"], first["first"]) == (None, True)


async def test_pages_of_the_audit_meet(rig: GatewayRig) -> None:
    async with acting(rig, SAM) as sam:
        page = (await sam.get("/admin/audit", params={"limit": 2})).json()
        rest = (await sam.get("/admin/audit", params={"before": page["next"]})).json()
        bad = await sam.get("/admin/audit", params={"before": "nonsense"})

    assert len(page["items"]) == 2
    assert not {one["id"] for one in page["items"]} & {one["id"] for one in rest["items"]}
    assert bad.status_code == 422


async def test_a_new_user_comes_in_once_by_a_password_that_was_told_them(
    rig: GatewayRig,
) -> None:
    """ADM-02: an extension, its roles, a one-time password, and a password of one's own."""
    browser = {"Origin": rig.url, "X-Tandem": "portal"}
    async with acting(rig, SAM) as sam, rig.client(**browser) as dora:
        body = {"dial": "777", "name": "Dora", "roles": ["user", "agent"]}
        added = (await sam.post("/admin/extensions", json=body, headers=key())).json()
        told = await sam.post(f"/admin/extensions/{added['id']}/sign-in", json={"login": "dora"})
        taken = await sam.post(f"/admin/extensions/{ANA}/sign-in", json={"login": "DORA"})
        once = told.json()
        me = (await dora.post("/session", json=_login("dora", once["password"]))).json()
        early = await dora.get("/bootstrap")
        short = await dora.put("/session/password", json=_then(once["password"], "short"))
        wrong = await dora.put("/session/password", json=_then("x", "a password of my own"))
        own = await dora.put(
            "/session/password", json=_then(once["password"], "a password of my own")
        )
        late = await dora.get("/bootstrap")
        again = await dora.post("/session", json=_login("dora", once["password"]))
        listed = (await sam.get("/admin/extensions")).json()["items"]
        ended = await sam.delete(f"/admin/extensions/{added['id']}/sign-in")
        self = await sam.delete(f"/admin/extensions/{SAM}/sign-in")

        async def out() -> bool:
            return (await dora.get("/bootstrap")).status_code == 401

        await eventually(out, 20)

    assert (added["name"], added["sign_in"]) == ("Dora", None)
    assert (taken.status_code, taken.json()["code"]) == (409, "login-taken")
    assert me["new_password_required"]
    assert (early.status_code, early.json()["code"]) == (403, "new-password-required")
    assert (short.status_code, wrong.status_code, own.status_code) == (422, 401, 200)
    assert (late.status_code, again.status_code) == (200, 401)
    (dora_row,) = (one for one in listed if one["id"] == added["id"])
    assert (dora_row["sign_in"]["login"], dora_row["sign_in"]["one_time"]) == ("dora", False)
    assert dora_row["sign_in"]["last_at"]
    assert ended.status_code == 204
    assert (self.status_code, self.json()["code"]) == (409, "own-sign-in")


def _login(login: str, password: str) -> dict[str, str]:
    return {"login": login, "password": password}


def _then(now: str, then: str) -> dict[str, str]:
    return {"now": now, "then": then}


async def test_nobody_shuts_themselves_out_or_makes_an_operator(rig: GatewayRig) -> None:
    async with acting(rig, SAM) as sam:
        own = await sam.patch(f"/admin/extensions/{SAM}", json={"roles": ["user"]}, headers=key())
        operator = await sam.patch(
            f"/admin/extensions/{BERT}", json={"roles": ["operator"]}, headers=key()
        )

    assert (own.status_code, own.json()["code"]) == (409, "own-role")
    assert (operator.status_code, operator.json()["code"]) == (409, "role-above-yours")


async def test_a_queue_is_made_and_changed_with_its_values(rig: GatewayRig) -> None:
    """ADM-04: each value has a range; what the queue itself says comes from the queue."""
    async with acting(rig, SAM) as sam:
        body = {"name": "Sales", "agents": [ANA], "options": {"claim_idle_seconds": 0}}
        refused = await sam.post("/admin/queues", json=body, headers=key())
        body["options"] = {"claim_idle_seconds": 60, "waiting_alert_seconds": None}
        made = await sam.post("/admin/queues", json=body, headers=key())

    assert (refused.status_code, refused.json()["code"]) == (409, "bad-option")
    # the queue service does not run here: the router has decided, nothing shows it yet
    assert made.status_code == 202, made.text


async def test_who_may_text_is_told_at_once_and_why_not(rig: GatewayRig) -> None:
    """NUM-02, NUM-07, ADM-02: each level's reason, and a frame that says to look again."""
    token = await key_of(rig, CARO)
    async with acting(rig, SAM) as sam, acting(rig, CARO) as caro:

        async def reason() -> Any:  # noqa: ANN401 - a reason or None
            return (await caro.get("/bootstrap")).json()["messaging"]["sms"]["reason"]

        assert await reason() == "no-number"
        place = (await caro.get("/bootstrap")).json()["feed"]
        async with feed(rig, token, place) as screen:
            await _changed(sam, f"/admin/numbers/{DIRECT_LINE}", callers=[ANA, CARO])
            await frames(screen, "access")
        assert await reason() is None
        await _changed(sam, f"/admin/extensions/{CARO}", texting=False)
        assert await reason() == "user-off"
        await _changed(sam, "/admin/organization", texting=False)
        assert await reason() == "system-off"
        await _changed(sam, "/admin/organization", texting=True)
        await _changed(sam, f"/admin/extensions/{CARO}", texting=True, chat=False)
        assert not (await caro.get("/bootstrap")).json()["abilities"]["chat"]
        await _changed(sam, f"/admin/extensions/{CARO}", chat=True)


async def test_limits_of_the_organization_are_kept(rig: GatewayRig) -> None:
    async with acting(rig, SAM) as sam:
        guard = {"enabled": True, "countries": ["US"], "hold": ["country"], "per_user": None}
        now = await _changed(sam, "/admin/organization", guard=guard)
        await _changed(sam, "/admin/organization", files={"files": 3, "file_bytes": 600_000})
        told = (await sam.get("/bootstrap")).json()["limits"]
        bad = {"guard": {"daily_segments": -1}}
        refused = await sam.patch("/admin/organization", json=bad, headers=key())
        await _changed(sam, "/admin/organization", guard={}, files={})

    assert (told["files"], told["file_bytes"], told["message_bytes"]) == (3, 600_000, 3_500_000)
    assert now["files_at_most"] == {
        "files": 10,
        "file_bytes": 2_000_000,
        "message_bytes": 3_500_000,
    }
    assert now["guard"]["countries"] == ["US"]
    assert now["guard"]["per_user"] is None
    assert now["guard"]["daily_segments"] == 10_000
    assert refused.status_code == 409


async def test_an_alert_tone_is_uploaded_and_leads_everybody_to_its_sound(
    rig: GatewayRig,
) -> None:
    """ADM-05."""
    async with acting(rig, SAM) as sam, acting(rig, ANA) as ana:
        assert (await ana.get("/alert-tone")).status_code == 404
        sound = await _uploaded(sam, "bell.wav", wav())
        text = await _uploaded(sam, "bell.txt", b"ding dong")
        wrong = await sam.patch(
            "/admin/organization",
            json={"alert_tone": {"upload": text, "name": "Bell"}},
            headers=key(),
        )
        now = await _changed(
            sam, "/admin/organization", alert_tone={"upload": sound, "name": "Bell"}
        )
        lead = await ana.get("/alert-tone")
        named = (await ana.get("/bootstrap")).json()["tone"]
        off = await _changed(sam, "/admin/organization", alert_tone=None)
        assert (await ana.get("/bootstrap")).json()["tone"] is None

    assert (wrong.status_code, wrong.json()["code"]) == (409, "not-a-sound")
    assert now["alert_tone"] == {"name": "Bell", "url": "/api/v1/alert-tone"}
    assert lead.status_code == 302
    assert lead.headers["location"].startswith("http://media.test:9/files/acme/")
    assert named in lead.headers["location"]
    assert off["alert_tone"] is None


async def _uploaded(person: Person, name: str, content: bytes) -> str:
    body = {"name": name, "size": len(content)}
    upload = (await person.post("/uploads", json=body, headers=key())).json()["id"]
    await person.patch(f"/uploads/{upload}", content=content, headers={"Upload-Offset": "0"})
    done = await person.post(f"/uploads/{upload}/complete", headers=key())
    assert done.status_code == 200, done.text
    return str(upload)


async def test_what_i_set_is_mine_and_my_other_screens_hear(rig: GatewayRig) -> None:
    """ADM-07, DESK-01."""
    token = await key_of(rig, ANA)
    async with acting(rig, ANA) as ana, acting(rig, SAM) as sam:
        place = (await ana.get("/bootstrap")).json()["feed"]
        async with feed(rig, token, place) as screen:
            now = await _changed(ana, "/settings", desk_phone=False, theme="dark", language="es")
            await frames(screen, "access")
        again = (await ana.get("/settings")).json()
        cleared = await _changed(ana, "/settings", language=None)
        others = (await sam.get("/settings")).json()
        listed = (await sam.get("/admin/extensions")).json()["items"]
        unheard = await ana.patch("/settings", json={"colour": "red"}, headers=key())

    assert now == again
    assert (now["desk_phone"], now["theme"], now["language"]) == (False, "dark", "es")
    assert (cleared["language"], cleared["theme"]) == (None, "dark")
    assert others["desk_phone"] is True
    assert [one["desk_phone"] for one in listed if one["id"] == ANA] == [False]
    assert unheard.status_code == 422


async def test_a_key_does_what_it_was_made_for_until_it_is_revoked(rig: GatewayRig) -> None:
    browser = {"Origin": rig.url, "X-Tandem": "portal"}
    async with acting(rig, ANA, ("read",)) as reader, rig.client(**browser) as ana:
        await ana.post("/session", json=_login(ANA, PASSWORD))
        made = (await ana.post("/tokens", json={"name": "Reports", "scopes": ["read"]})).json()
        assert (await reader.get("/people")).status_code == 200
        written = await reader.patch("/settings", json={}, headers=key())
        defined = await reader.get("/admin/numbers")
        more = await reader.post("/tokens", json={"name": "Sneaky"})
        async with rig.client(Authorization=f"Bearer {made['token']}") as program:
            used = await program.get("/people")
            listed = (await ana.get("/tokens")).json()["items"]
            other = await program.delete(f"/tokens/{listed[-1]['id']}")
            assert (await ana.delete(f"/tokens/{made['id']}")).status_code == 204

            async def out() -> bool:
                return (await program.get("/people")).status_code == 401

            await eventually(out, 20)

    assert (written.status_code, written.json()["scope"]) == (403, "write")
    assert (defined.status_code, defined.json()["scope"]) == (403, "admin")
    assert more.status_code == 403
    assert other.status_code == 403
    (mine,) = (one for one in listed if one["id"] == made["id"])
    assert mine["last_used_at"]
    assert mine["scopes"] == ["read"]
    assert made["token"].startswith(mine["prefix"])
    assert used.headers["ratelimit-policy"]
    assert used.headers["ratelimit"].startswith('"default";r=')


async def test_what_lets_people_in_is_in_the_audit_without_its_secret(rig: GatewayRig) -> None:
    async with acting(rig, SAM) as sam:

        async def recorded() -> list[Any]:
            page = (await sam.get("/admin/audit", params={"limit": 200})).json()["items"]
            return [one for one in page if one["kind"] == "directory.credential-recorded"]

        found = await eventually(recorded, 30)

    assert found
    assert all("tandem_" not in str(one) for one in found)
