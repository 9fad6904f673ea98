"""A working day in the console, in Debian's Chromium: in Arabic by keyboard alone, in English by mouse, and without JavaScript; then
every page before axe-core (WCAG 2.2 AA) in both languages, both themes and on a telephone, each kept as a picture.

Called by tests/suite/web/browser.rs, which serves the console over a furnished database:

    shift.py URL NAME PASSWORD AXE SCREENS CHROMIUM
"""

import pathlib
import sys

from playwright.sync_api import expect, sync_playwright

URL, NAME, PASSWORD, AXE, SCREENS, CHROMIUM = sys.argv[1:7]
SCREENS = pathlib.Path(SCREENS)
AXE = pathlib.Path(AXE).read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def sign_in_by_keyboard(page):
    page.goto(f"{URL}/?lang=ar")  # the one address that is typed
    tab_to(page, "#name")
    page.keyboard.type(NAME)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox*")


def arabic_by_keyboard(page):
    """Nothing here touches a mouse, and nothing gets the focus but by keys."""
    press = page.keyboard.press
    sign_in_by_keyboard(page)
    assert page.locator("html").get_attribute("dir") == "rtl"

    # Ten are triaged: what the machine doubted first, then some that are taken.
    go_to(page, "المراجعة", "**/review*")
    press("h")  # it breaks the clause that the machine had in mind
    page.wait_for_url("**/review?done=hide*")
    for answer in ("v", "w", "v", "v"):
        place = page.locator("main .pages a").first.get_attribute("href")
        press(answer)
        if answer == "w":  # it breaks another
            choose(page, "#other-clause", "off_topic")
            press("Tab")
            page.keyboard.type("لا صلة له بالموضوع")
            press("Control+Enter")
        expect(page.locator(f'main .pages a[href="{place}"]')).to_have_count(0)
    expect(page.locator(".empty")).to_be_visible()
    go_to(page, "بانتظارك", "**/inbox*")
    for number in range(5):
        for _ in range(number + 1):
            press("j")
        press("Enter")
        page.wait_for_url("**/comments/*")
        press("a")
        page.wait_for_url("**done=assigned*")
        press("i")
        page.wait_for_url("**/inbox*")

    # One is answered with a saved reply.
    go_to(page, "#1", "**/comments/1")
    tab_to(page, "#saved")
    choose(page, "#saved", "thanks.ar")
    press("Tab")
    press("Enter")
    page.wait_for_url("**saved=thanks.ar*")
    press("r")
    expect(page.locator("#reply")).to_be_focused()
    press("End")
    page.keyboard.type(" أهلًا بك")
    expect(page.locator(".count-told")).to_contain_text("الطول")
    press("Control+Enter")
    page.wait_for_url("**done=reply*")
    expect(page.locator(".notice.good")).to_be_visible()

    # It is taken back before it leaves, mended and sent after all.
    press("z")
    page.wait_for_url("**done=taken_back*")
    expect(page.locator("#reply")).to_have_value("شكرًا لك. أهلًا بك")
    press("r")
    press("Control+End")
    page.keyboard.type("!")
    press("Control+Enter")
    page.wait_for_url("**done=reply*")

    # One is hidden with a clause, and shown again.
    go_to(page, "٢", "**/comments/2")
    press("h")
    choose(page, "#clause", "indecent")
    press("Tab")
    page.keyboard.type("إهانة")
    press("Control+Enter")
    page.wait_for_url("**done=hide*")
    press("u")
    page.keyboard.type("خطأ مني")
    press("Control+Enter")
    page.wait_for_url("**done=unhide*")

    # A note, and no reply needed: then straight on to the next.
    go_to(page, "#4", "**/comments/4")
    press("m")
    page.keyboard.type("سألت فريق القبول")
    press("Control+Enter")
    page.wait_for_url("**done=note*")
    press("n")
    page.keyboard.type("أُجيب هاتفيًّا")
    press("Control+Shift+Enter")
    page.wait_for_url("**/comments/*done=no_reply*")
    assert "/comments/4" not in page.url

    # Two are hidden at once, and all of it is undone.
    press("i")
    page.wait_for_url("**/inbox*")
    for _ in range(2):
        press("j")
        press("x")
    press("b")
    page.wait_for_url("**/bulk?*")
    press("h")
    choose(page, "#clause", "spam")
    press("Tab")
    page.keyboard.type("إعلان واحد مكرر")
    press("Control+Enter")
    page.wait_for_url("**/bulk/*")
    expect(page.locator("h2", has_text="نُفّذ")).to_be_visible()
    done = page.url
    press("z")
    page.wait_for_url(lambda url: "/bulk/" in url and url != done)

    # Looking for words, by their normalised form; the help; and out.
    press("i")
    page.wait_for_url("**/inbox*")
    press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("تسجيل")
    press("Enter")
    page.wait_for_url("**q=*")
    expect(page.locator(".card").first).to_contain_text("التسجيل")
    page.keyboard.press("Escape")
    press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    press("Escape")
    tab_to(page, "form[action='/sign-out'] button")
    press("Enter")
    page.wait_for_url("**/sign-in*")


def tab_to(page, selector):
    """To an element as a keyboard goes there: on from where the focus is, and round by the window."""
    for _ in range(200):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no number of tabs leads to {selector}")


def choose(page, selector, value):
    """One of a list, by the arrow keys; the list has the focus."""
    chosen = page.locator(selector)
    expect(chosen).to_be_focused()
    for _ in range(chosen.locator("option").count()):
        if chosen.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no number of arrows leads to {value} in {selector}")


def go_to(page, name, address):
    """By the palette, typing."""
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url(address)


def keys_can_be_switched_off(page):
    sign_in_by_keyboard(page)
    page.keyboard.press("?")
    page.locator("[data-switch]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('.card .open')") is False
    page.locator("[data-help]").click()
    page.locator("[data-switch]").check()


def english_by_mouse(page, scripted):
    """The same by mouse; also what is done without JavaScript, for there is no other way to do it."""
    page.goto(f"{URL}/sign-in?lang=en")
    page.locator("#name").fill(NAME)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/inbox*")
    assert page.locator("html").get_attribute("dir") == "ltr"
    page.get_by_role("navigation", name="State").get_by_role("link", name="To review").click()
    page.wait_for_url("**state=review*")
    first, second = ("5", "6") if scripted else ("7", "8")
    page.goto(f"{URL}/comments/{first}")
    page.locator("#saved").select_option("thanks.en")
    page.get_by_role("button", name="Insert").click()
    page.locator("#reply").fill("Thank you. It opens on {day}.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview")).to_contain_text("It opens on {day}")
    page.get_by_role("button", name="Send the reply", exact=True).click()
    expect(page.locator(".notice.bad")).to_contain_text("{day}")
    page.locator("#reply").fill("Thank you. It opens on Sunday.")
    page.get_by_role("button", name="Send the reply", exact=True).click()
    page.wait_for_url("**done=reply*")

    page.goto(f"{URL}/comments/{second}")
    page.locator("summary", has_text="Hide").click()
    page.locator("#clause").select_option("spam")
    page.locator("#hide-reason").fill("an advertisement")
    page.get_by_role("button", name="Hide", exact=True).click()
    page.wait_for_url("**done=hide*")
    page.locator("#unhide-reason").fill("I was wrong")
    page.get_by_role("button", name="Unhide", exact=True).click()
    page.wait_for_url("**done=unhide*")

    # Two are given to a colleague at once, and all of it is undone.
    page.get_by_role("link", name="Back to the list").click()
    for place in range(2):
        page.locator(".choose").nth(place).check()
    page.get_by_role("button", name="Act on the chosen").click()
    page.wait_for_url("**/bulk?*")
    page.locator("summary", has_text="Give").click()
    page.locator("#to").select_option("staff:staff")
    page.get_by_role("button", name="Give: 2 comments").click()
    page.wait_for_url("**/bulk/*")
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.locator("main")).to_contain_text("It undoes number")

    # What is due when, and what the machine doubts.
    page.get_by_role("link", name="Deadlines").click()
    page.locator(".board a").last.click()
    page.wait_for_url("**/deadlines?*")
    page.get_by_role("link", name="Review", exact=True).click()
    page.wait_for_url("**/review*")

    # A reply that a colleague wrote is mended and approved; only one may, so the second shift finds it done.
    if scripted:
        page.goto(f"{URL}/inbox?state=awaiting_approval")
        page.locator(".card .open").first.click()
        page.locator("textarea[id^=approve-]").fill("Thank you for your praise.")
        page.get_by_role("button", name="Approve and send").click()
        page.wait_for_url("**done=reply*")
        expect(page.locator("ins")).to_be_visible()
    page.goto(f"{URL}/inbox")
    page.locator("summary", has_text="Filter the list").click()
    page.locator("#filter-language").select_option("english")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**language=english*")
    page.locator("summary", has_text="My lists").click()
    name = "English ones" if scripted else "English without a script"
    page.locator("#view-name").fill(name)
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("navigation", name="My lists")).to_contain_text(name)
    page.locator("#q").fill("registration")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".card").first).to_contain_text("registration")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in*")


def two_at_once(browser):
    """What one does, the other is told while the page is open; and who works on what."""
    pages = []
    for role in ("approver", "staff"):
        page = browser.new_context().new_page()
        page.goto(f"{URL}/sign-in?lang=en")
        page.locator("summary", has_text="access token").click()
        page.locator("#token").fill(f"{role}-token")
        page.get_by_role("button", name="Sign in with an access token").click()
        page.wait_for_url("**/inbox*")
        page.goto(f"{URL}/comments/17")
        pages.append(page)
    mine, theirs = pages
    expect(mine.locator("[data-present]")).to_contain_text("staff")
    theirs.keyboard.press("m")
    theirs.keyboard.type("ask the admissions team")
    theirs.keyboard.press("Control+Enter")
    theirs.wait_for_url("**done=note*")
    expect(mine.locator(".news")).to_be_visible()
    mine.locator(".news a").click()
    expect(mine.locator("main")).to_contain_text("ask the admissions team")
    theirs.locator("#reply").fill("It comes out on Sunday.")
    mine.wait_for_timeout(1_500)
    mine.reload()
    expect(mine.locator(".working")).to_contain_text("works on this comment until")
    for page in pages:
        page.context.close()
    print("two at one comment: each is told of the other")


PAGES = {
    "invitation": "/invitation",
    # The last before somebody signs in there.
    "sign-in": "/sign-in",
    "inbox": "/inbox",
    "search": "/inbox?state=all&q=%D8%AA%D8%B3%D8%AC%D9%8A%D9%84&language=arabic",
    "nothing": "/inbox?q=xyzzy",
    "question": "/comments/9",
    "review": "/comments/2",
    "review-queue": "/review",
    "sample": "/sample",
    "sample-done": "/sample?done=1",
    "deadlines": "/deadlines?due=later",
    "bulk": "/bulk?of=list&state=waiting",
    "bulk-done": "/bulk/1",
    "approval": "/comments/12",
    "palette": "/inbox?state=all",
    "preview": "/comments/10?saved=thanks.ar",
    "service": "/service",
    "audit": "/audit",
    "audit-story": "/audit/comments/2",
    "reports": "/reports?month=2026-12",
    "policy": "/service/policy",
    "calendar": "/service/calendar?month=2027-02",
    "staff": "/service/staff",
    "account": "/account",
    "sign-in-again": "/sign-in?again=1&next=%2Faccount",
    "participation": "/participation",
    "no-such-page": "/none",
}


def all_pages(browser):
    """Every page before axe-core, and as a picture; returns what is wrong."""
    wrong = []
    for lang in ("ar", "en"):
        for theme in ("light", "dark"):
            for size, width in (("wide", 1280), ("narrow", 390)):
                context = browser.new_context(
                    color_scheme=theme, viewport={"width": width, "height": 900}, bypass_csp=True
                )
                page = context.new_page()
                page.goto(f"{URL}/sign-in?lang={lang}")
                for name, path in PAGES.items():
                    if name == "inbox":
                        page.locator("#name").fill(NAME)
                        page.locator("#password").fill(PASSWORD)
                        page.locator("main button").first.click()
                        page.wait_for_url("**/inbox*")
                    page.goto(URL + path)
                    if name == "palette":
                        page.keyboard.press("Control+k")
                    picture = SCREENS / f"{name}-{lang}-{theme}-{size}.png"
                    page.screenshot(path=picture, full_page=True)
                    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
                        wrong.append(f"{picture.name}: wider than the window")
                    page.evaluate(AXE)
                    found = page.evaluate(
                        "tags => axe.run(document, {runOnly: tags}).then(r => r.violations.map(v => "
                        "`${v.id}: ${v.help}: ${v.nodes.map(n => n.target).join(' ')}`))",
                        TAGS,
                    )
                    wrong.extend(f"{picture.name}: {one}" for one in found)
                context.close()
    return wrong


def main():
    SCREENS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, day, scripted in (
            ("in Arabic by keyboard", arabic_by_keyboard, True),
            ("with keys switched off", keys_can_be_switched_off, True),
            ("in English by mouse", lambda page: english_by_mouse(page, True), True),
            ("without JavaScript", lambda page: english_by_mouse(page, False), False),
        ):
            context = browser.new_context(java_script_enabled=scripted)
            context.set_default_timeout(15_000)
            page = context.new_page()
            refused = []
            page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
            page.on("request", lambda request: refused.append(request.url) if not request.url.startswith(URL) else None)
            try:
                day(page)
            except Exception:
                page.screenshot(path=SCREENS / "failed.png", full_page=True)
                raise
            # A refused form is answered 422, which the browser tells as an error of the console.
            refused = [one for one in refused if "422" not in one]
            assert refused == [], f"{name}: {refused}"
            context.close()
            print(f"a shift {name}: done")
        two_at_once(browser)
        wrong = all_pages(browser)
        browser.close()
    assert wrong == [], "\n".join(wrong)
    print(f"{len(PAGES)} pages, two languages, two themes, two widths: axe-core has no complaint; see {SCREENS}")


main()
