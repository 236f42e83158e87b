"""Every page of the console for everyone: screen readers, keyboard, phone, zoom, dark mode."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from playwright.async_api import expect

from records import agencies
from records.feedback import answers, steps
from records.feedback.life import SYSTEM
from tests.api.console.test_call_backs import promise
from tests.api.console.test_conversation import talk
from tests.api.console.test_inbox import filed
from tests.api.console.test_intents import Trainer, work
from tests.api.console.test_voice_mails import left
from tests.browser.console.conftest import Counter
from tests.browser.test_chat_access import DESKTOP, HALF_DESKTOP, PHONE, violations, width_overflow

USABLE = """() => {
  for (const each of document.querySelectorAll("details")) each.open = true;
  const radios = new Set();
  const usable = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, audio, [tabindex]")]
    .filter((each) => each.tabIndex >= 0 && !each.disabled && each.type !== "hidden" && each.checkVisibility())
    .filter((each) => each.type !== "radio" || (!radios.has(each.name) && radios.add(each.name)));
  usable.forEach((each, place) => (each.dataset.place = place));
  return usable.map((each) => each.outerHTML.slice(0, 120));
}"""
"""Opens all that can be opened, and numbers whatever a mouse could use; a group of radio buttons is one stop."""
FOCUSED = """() => {
  const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
  return [document.activeElement.dataset.place ?? "", outlineStyle !== "none" || boxShadow !== "none"];
}"""
LONG = "https://dichvucong.gov.vn/" + "x" * 300


async def pages(counter: Counter) -> tuple[Any, list[str]]:
    """Somebody who may everything, and the address of every page, with something on it."""
    office = counter.office
    boss = await office.hire("chi.tran", "lead", "editor", "analyst", "administrator", "auditor", name="Trần Chi")
    conversation = await talk(office, f"Làm khai sinh cần gì? {LONG}", "Số của tôi là 0900 000 000")
    code = await filed(office, f"Đèn đường hỏng {LONG}", hours=-3, contact="dan@example.vn", category="lighting")
    async with office.database.session() as session:
        await agencies.add(session, "Điện lực Mẫu", ["H99.21"])
        agency = (await agencies.listing(session))[0].agency.id
    await filed(office, "Nước đen", conversation_id=str(conversation))
    await promise(office)
    message = await left(office)
    await office.hire("an", "agent")
    async with office.desk(boss) as desk:
        await desk.send(f"/voice-mails/{message}/take")
        await desk.send(f"/conversations/{conversation}/take")
        await desk.send(f"/conversations/{conversation}/reply", text="Dạ, hồ sơ gồm tờ khai ạ.")
        await desk.send(f"/conversations/{conversation}/notes", text="@chi.tran nhớ xem lại")
        await desk.send("/replies", shortcut="chao", text="Dạ, em là {can_bo} ạ.")
        await desk.send("/inbox/views?view=late", name="Việc trễ")
        await desk.send("/reports", name="Báo cáo", every="week", due_days=5, indicators=["received"], agency_ids=[0])
        report = desk.value(r'href="/console(/reports/\d+/0/[^"]+)"')
        await desk.send("/knowledge/procedures/1.001193", title="Khai sinh cho bé", aliases="làm giấy cho em bé")
        version = desk.path
        await desk.send("/knowledge/intents", phrase=f"khai sinh sao ta {'x' * 200}", intent="ask_procedure")
        example = desk.path
        await work(office, Trainer())
        await desk.open("/knowledge/imports")
        imported = html.unescape(desk.value(r'href="/console(/knowledge/imports/changes[^"]+)"'))
        await desk.send(f"/cases/{code}/steps/note", version=1, text="Đã gọi đội điện")
        await office.hire("dien", "agent", agency="Điện lực Mẫu")
        ask = {"question": f"Ai sửa? {LONG}", "options": "Điện lực\nXã", "days": 3, "agency_ids": [agency]}
        await desk.send(f"/cases/{code}/polls", **ask)
        poll = desk.value(r'href="/console(/polls/\d+)"')
    shown = await filed(office, f"Nắp cống mất {LONG}", public_consent=True)
    async with office.database.session() as session:
        await steps.accept(session, shown, SYSTEM)
        await answers.answer(session, shown, SYSTEM, "Đã đậy lại.")
    paths = ["/inbox", "/inbox?q=khong-co-gi", f"/conversations/{conversation}", f"/cases/{code}"]
    paths.append(f"/cases/{shown}/public")
    figures = [
        "/figures",
        "/figures/cases",
        "/figures/cases/behind?by=agency&key=",
        "/figures/services",
        "/reports",
        report,
    ]
    knowledge = ["/knowledge", "/knowledge/search?phrase=khai+sinh", "/knowledge/procedures/1.001193", version]
    knowledge += ["/knowledge/imports", imported, "/knowledge/outdated", "/knowledge/intents?phrase=alo", example]
    return boss, [
        *paths,
        *figures,
        *knowledge,
        "/call-backs",
        poll,
        "/replies",
        "/members",
        "/audit",
        "/account",
        "/khong-co",
        "/cases/PA-2222-2222",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_axe_finds_nothing(counter: Counter, scheme: Any, viewport: Any) -> None:
    member, paths = await pages(counter)
    page = await counter.window(member, viewport=viewport, color_scheme=scheme, bypass_csp=True)
    found: list[str] = []
    for path in paths:
        await page.goto(f"/console{path}")
        await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        if "/conversations/" in path:
            await expect(page.locator("#suggestions")).not_to_be_empty()
        if path == "/figures":
            await expect(page.get_by_text("Có bộ phận đang gặp sự cố")).to_be_visible()
        found += [f"{path}: {rule}" for rule in await violations(page)]
    stranger = await counter.window(viewport=viewport, color_scheme=scheme, bypass_csp=True)
    await stranger.goto("/console/")
    found += [f"sign-in: {rule}" for rule in await violations(stranger)]
    await stranger.get_by_label("Tên đăng nhập").fill("khong.co")
    await stranger.get_by_label("Mật khẩu").fill("sai rồi")
    await stranger.keyboard.press("Enter")
    await expect(stranger.get_by_role("alert")).to_be_visible()
    found += [f"sign-in refused: {rule}" for rule in await violations(stranger)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "viewport", [PHONE, {"width": 320, "height": 640}, HALF_DESKTOP, DESKTOP], ids=["360", "320", "zoom", "desktop"]
)
async def test_nothing_runs_over_the_side(counter: Counter, viewport: Any) -> None:
    member, paths = await pages(counter)
    page = await counter.window(member, viewport=viewport)
    wide: dict[str, int] = {}
    for path in paths:
        await page.goto(f"/console{path}")
        await page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        wide[path] = await width_overflow(page)
    assert {path: pixels for path, pixels in wide.items() if pixels > 0} == {}


async def test_whatever_can_be_used_is_reached_by_keyboard_and_seen_to_be(counter: Counter) -> None:
    member, paths = await pages(counter)
    page = await counter.window(member, viewport=DESKTOP)
    # What a page hears would replace what was numbered.
    await page.route(re.compile(r"/console/live(\?|$)"), lambda route: route.abort())
    missing: list[str] = []
    for path in paths:
        await page.goto(f"/console{path}")
        await page.wait_for_timeout(500)
        left = dict(enumerate(await page.evaluate(USABLE)))
        assert left, path
        stops = 3 * len(left) + 20
        while left and stops:
            await page.keyboard.press("Tab")
            place, shown = await page.evaluate(FOCUSED)
            if place and shown:
                left.pop(int(place), None)
            stops -= 1
        missing += [f"{path}: {element}" for element in left.values()]
    assert not missing, "\n".join(missing)


async def test_a_page_stays_small(counter: Counter) -> None:
    """At most 300 kB over the wire, the first time and with everything on the page."""
    member, paths = await pages(counter)
    for path in paths:
        page = await counter.window(member)
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("Network.enable")
        received: list[float] = []
        devtools.on("Network.loadingFinished", lambda event, seen=received: seen.append(event["encodedDataLength"]))
        await page.goto(f"/console{path}", wait_until="load")
        await page.wait_for_timeout(500)
        assert 20_000 < sum(received) <= 300_000, path
        await page.close()
