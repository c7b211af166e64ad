"""How the desk works under the hands: keys, double clicks, reloads, colleagues, no script at all."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import expect

from answerable.cases import assigning, closing, noting
from answerable.cases.models import Case
from answerable.conversations.models import Message
from answerable.replies import answering
from answerable.replies.models import Draft, Reply
from answerable.testing.cast import Cast
from tests.browser.conftest import Desk
from tests.browser.world import named, rules, write, write_long_ago

pytestmark = pytest.mark.peers


def test_a_case_is_opened_and_answered_with_keys_alone(desk: Desk) -> None:
    page = desk.sign_in("ada")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".row__link:focus")).to_contain_text("Barbara")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")
    page.keyboard.press("m")
    expect(page.locator("#toasts")).to_contain_text("You hold the case now")
    page.keyboard.press("r")
    page.keyboard.type("Dear Barbara, a new one is on its way.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message--out")).to_contain_text("a new one is on its way")
    assert Reply.objects.filter(case=named("Barbara")).count() == 1


def test_a_form_that_comes_when_it_is_opened_keeps_what_was_written_into_it(desk: Desk) -> None:
    page, case = desk.sign_in("ada"), named("Joana")
    page.goto(f"/cases/{case.pk}")
    page.keyboard.press("t")
    dialog = page.get_by_role("dialog", name="Transfer the case")
    expect(dialog.locator("#transfer-to")).to_be_focused()
    page.fill("#transfer-context", "She changed them twice.")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("t")
    expect(dialog.locator("#transfer-to")).to_be_focused(timeout=15_000)
    expect(page.locator("#transfer-context")).to_have_value("She changed them twice.")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.locator("#follow summary").click()
    expect(page.locator("#follow-who option", has_text="Ben")).to_have_count(1)
    page.focus("#add-tag")
    expect(page.locator("#tag-words")).to_have_js_property("tagName", "DATALIST")


def test_a_double_click_is_one_reply(desk: Desk) -> None:
    page, case = desk.sign_in("ada"), named("Joana")
    page.goto(f"/cases/{case.pk}")
    page.fill("#reply-text", "We send a new one.")
    page.locator("button:has-text('Send privately')").dblclick()
    expect(page.locator(".message--out")).to_have_count(1)
    assert Reply.objects.filter(case=case).count() == 1


def test_the_same_form_sent_twice_by_a_weak_connection_is_one_reply(desk: Desk) -> None:
    page, case = desk.sign_in("ada"), named("Joana")
    page.goto(f"/cases/{case.pk}")
    page.fill("#reply-text", "We send a new one.")
    form = page.evaluate("Object.fromEntries(new FormData(document.getElementById('reply')))")
    fields: dict[str, str | float | bool] = {name: value for name, value in form.items() if isinstance(value, str)}
    for _ in range(2):
        page.request.post(f"{desk.address}/cases/{case.pk}/replies", form=fields, headers={"Referer": desk.address})
    assert Reply.objects.filter(case=case).count() == 1


def test_what_is_written_survives_a_reload_and_is_a_draft_on_the_server(desk: Desk) -> None:
    page, case = desk.sign_in("ada"), named("Joana")
    page.goto(f"/cases/{case.pk}")
    page.fill("#reply-text", "Half a sentence")
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("Half a sentence")
    page.locator("#reply-text").press_sequentially(", and the other half")
    expect(page.locator("#blockers")).to_contain_text("Draft kept")
    assert Draft.objects.get(case=case).text == "Half a sentence, and the other half"


def test_a_sent_answer_does_not_come_back_into_the_composer(desk: Desk) -> None:
    page, case = desk.sign_in("ada"), named("Joana")
    page.goto(f"/cases/{case.pk}")
    page.fill("#reply-text", "We send a new one.")
    page.click("button:has-text('Send privately')")
    expect(page.locator(".message--out")).to_have_count(1)
    expect(page.locator("#reply-text")).to_have_value("")


def test_a_new_case_appears_without_a_reload_and_without_moving_the_focus(desk: Desk, world: Cast) -> None:
    page = desk.sign_in("ada")
    page.wait_for_timeout(800)
    page.keyboard.press("k")
    focused = page.locator(".row__link:focus").text_content()
    place = page.locator(".row:has(:focus)").bounding_box()
    write(world, "Zofia", hours=-49)
    expect(page.locator("#above")).to_be_visible()
    assert page.locator(".row__link:focus").text_content() == focused
    assert page.locator(".row", has_text="Zofia").count() == 0
    page.click("#above button")
    expect(page.locator(".row", has_text="Zofia")).to_be_visible()
    assert place is not None


def test_a_new_message_appears_in_an_open_case(desk: Desk, world: Cast) -> None:
    page = desk.sign_in("ada")
    page.wait_for_timeout(800)
    write(world, "Zofia", hours=0)
    expect(page.locator(".row", has_text="Zofia")).to_be_visible()


def test_a_row_moves_to_its_place_and_only_it_is_fetched(desk: Desk, world: Cast) -> None:
    page, joana = desk.sign_in("ada"), named("Joana")
    page.wait_for_timeout(800)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.removeprefix(desk.address)))
    page.locator(".row", has_text="Joana").locator("input").check()
    page.locator(".row__link", has_text="Tomas").focus()
    with transaction.atomic():
        answering.answer(joana, text="We send one.", audience="private", key="move-1", by=world.ben)
    expect(page.locator("#g-waiting .row", has_text="Joana")).to_be_visible()
    expect(page.locator(".row", has_text="Joana").locator("input")).to_be_checked()
    expect(page.locator(".row__link", has_text="Tomas")).to_be_focused()
    keys = page.locator("#rows .row").evaluate_all("all => all.map((each) => each.dataset.key)")
    assert keys == sorted(keys)
    heads = page.locator("#rows [data-group]").evaluate_all(
        "all => all.map((each) => [each.querySelector('[data-count]').textContent, each.querySelectorAll('li').length])"
    )
    assert all(int(said) == there for said, there in heads)
    assert fetched
    assert all(each.startswith("/rows?") and f"case={joana.pk}" in each for each in fetched), fetched


def test_a_row_that_is_gone_goes_and_one_in_use_stays_until_it_is_left(desk: Desk, world: Cast) -> None:
    page, joana, tomas = desk.sign_in("ada"), named("Joana"), named("Tomas")
    page.wait_for_timeout(800)
    page.locator(".row__link", has_text="Tomas").focus()
    for case in (joana, tomas):
        with transaction.atomic():
            closing.close(case, disposition="solved", what_solved_it="x", by=world.ben)
    expect(page.locator(".row", has_text="Joana")).to_have_count(0)
    page.wait_for_timeout(600)
    expect(page.locator(".row__link", has_text="Tomas")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(".row", has_text="Tomas")).to_have_count(0)


def test_a_burst_of_mail_is_fetched_together(desk: Desk, world: Cast) -> None:
    page = desk.sign_in("ada")
    page.wait_for_timeout(800)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    for number in range(12):
        write(world, f"Burst{number}")
    expect(page.locator(".row", has_text="Burst11")).to_be_visible()
    expect(page.locator(".row", has_text="Burst")).to_have_count(12)
    assert len(fetched) < 12, fetched


def test_after_a_time_offline_the_list_catches_up(desk: Desk, world: Cast) -> None:
    page = desk.sign_in("ada")
    page.wait_for_timeout(800)
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    write(world, "Zofia")
    page.wait_for_timeout(1000)
    expect(page.locator(".row", has_text="Zofia")).to_have_count(0)
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".row", has_text="Zofia")).to_be_visible()


def test_a_long_case_shows_its_earlier_messages_when_asked(desk: Desk, world: Cast) -> None:
    write_long_ago(world, "Joana", days=45)
    page, case = desk.sign_in("ada"), named("Joana")
    page.goto(f"/cases/{case.pk}")
    below = page.locator(".message").count()
    assert below < 46
    page.click("#earlier a")
    expect(page.locator(".message")).to_have_count(46)
    expect(page.locator("#earlier")).to_be_focused()
    keys = page.locator("#timeline > [data-key]").evaluate_all("all => all.map((each) => each.dataset.key)")
    assert keys == sorted(keys)


def test_an_old_link_to_an_early_message_finds_it(desk: Desk, world: Cast) -> None:
    write_long_ago(world, "Joana", days=45)
    page, case = desk.sign_in("ada"), named("Joana")
    first = Message.objects.filter(filing__case=case).earliest("received_at")
    page.goto(f"/cases/{case.pk}#m-{first.pk}")
    expect(page.locator(f"#m-{first.pk}")).to_be_in_viewport()


def test_what_happens_to_a_case_stands_in_its_open_page_at_its_place(desk: Desk, world: Cast) -> None:
    page, case = desk.sign_in("ada"), named("Joana")
    page.goto(f"/cases/{case.pk}")
    page.wait_for_timeout(800)
    page.locator("#reply-text").press_sequentially("Dear Jo")
    with transaction.atomic():
        noting.note(case, text="She called before.", key="live-1", by=world.ben)
        assigning.take(case, expected=assigning.holder_mark(case), by=world.ben)
    expect(page.locator(".message--internal")).to_contain_text("She called before.")
    expect(page.locator("#case-doings")).to_contain_text("Ben")
    expect(page.locator("#reply-text")).to_be_focused()
    expect(page.locator("#reply-text")).to_have_value("Dear Jo")
    keys = page.locator("#timeline > [data-key]").evaluate_all("all => all.map((each) => each.dataset.key)")
    assert keys == sorted(keys)


def test_colleagues_see_who_writes(desk: Desk) -> None:
    case = named("Joana")
    ada, ben = desk.sign_in("ada"), desk.sign_in("ben")
    for page in (ada, ben):
        page.goto(f"/cases/{case.pk}")
    expect(ada.locator("#presence")).to_contain_text("Ben is reading")
    ben.locator("#reply-text").press_sequentially("I am")
    expect(ada.locator("#presence")).to_contain_text("Ben is writing")


def test_of_two_who_take_a_case_one_is_told_who_has_it(desk: Desk) -> None:
    case = named("Joana")
    ada, ben = desk.sign_in("ada", script=False), desk.sign_in("ben", script=False)
    for page in (ada, ben):
        page.goto(f"/cases/{case.pk}")
    ada.click("button:has-text('Take it')")
    ben.click("button:has-text('Take it')")
    expect(ben.locator("main")).to_contain_text("Ada holds the case now")


def test_everything_works_without_script(desk: Desk) -> None:
    page, case = desk.sign_in("ada", script=False), named("Joana")
    page.goto(f"/cases/{case.pk}")
    page.fill("#reply-text", "We send a new one.")
    page.click("button:has-text('Send privately')")
    expect(page.locator(".message--out")).to_have_count(1)
    page.click("a:has-text('Close')")
    page.check("[value=solved]")
    page.fill("[name=what_solved_it]", "A new one was sent.")
    page.click("button:has-text('Close the case')")
    expect(page.locator("main")).to_contain_text("The customer has not confirmed it")


def test_an_unknown_outcome_is_settled_by_a_person(desk: Desk) -> None:
    page, case = desk.sign_in("ada"), named("Kamil")
    page.goto(f"/cases/{case.pk}")
    page.click("button:has-text('It arrived')")
    expect(page.locator(".message--out")).to_contain_text("Sent; the other side took it")
    assert Reply.objects.get(case=case).state == Reply.State.SENT


def test_the_palette_finds_a_case_and_a_place(desk: Desk) -> None:
    page = desk.sign_in("ada")
    page.keyboard.press("/")
    page.keyboard.type("joan")
    expect(page.locator("#palette-found")).to_contain_text("Trouble of Joana")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-found")).to_contain_text("Close this case")


def test_a_note_never_leaves_the_desk(desk: Desk) -> None:
    page, case = desk.sign_in("ada"), named("Joana")
    page.goto(f"/cases/{case.pk}")
    page.keyboard.press("n")
    page.keyboard.type("She called before.")
    page.click("button:has-text('Keep the note')")
    expect(page.locator(".message--internal")).to_contain_text("She called before.")
    assert Message.objects.filter(filing__case=case, direction="note").count() == 1
    assert not Reply.objects.filter(case=case).exists()


def test_several_rows_are_chosen_and_handled_by_keyboard_and_a_saved_answer_is_written(desk: Desk, world: Cast) -> None:
    rules(world)
    page = desk.sign_in("ada")
    page.goto("/")
    for _row in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    assert page.locator(".row__pick:checked").count() == 2
    page.select_option("#many-action", "tag")
    page.fill("#many-value", "together")
    page.click("#many [type=submit]")
    page.get_by_role("button", name="Do it").click()
    page.wait_for_selector("#many-state")
    assert Case.objects.filter(tags__contains=["together"]).count() == 2
    page.goto(f"/cases/{named('Kamil').pk}")
    page.click("#saved summary")
    page.get_by_text("Dear Kamil,").click()
    assert "Dear Kamil," in page.input_value("#reply-text")


def test_the_form_of_a_mailbox_asks_only_what_plays_a_part(desk: Desk, world: Cast) -> None:
    page = desk.sign_in("root")
    page.goto("/settings/sources/new/email")
    expect(page.get_by_label("IMAP server")).to_be_hidden()
    expect(page.get_by_label("Client id")).to_be_hidden()
    page.get_by_label("How mail arrives").select_option("imap")
    expect(page.get_by_label("IMAP server")).to_be_visible()
    page.get_by_label("How to sign in to the servers").select_option("google")
    expect(page.get_by_label("Client id")).to_be_visible()
    expect(page.get_by_label("SMTP password")).to_be_hidden()


def test_without_script_the_form_of_a_mailbox_shows_every_field(desk: Desk, world: Cast) -> None:
    page = desk.sign_in("root", script=False)
    page.goto("/settings/sources/new/email")
    expect(page.get_by_label("Client id")).to_be_visible()
