"""What a person does on a page, counted: with the mouse, and with the keyboard alone."""

from collections import Counter


class Hand:
    """Presses links and buttons, and fills in fields, each of which is counted by its name."""

    def __init__(self):
        self.clicks = 0
        self.typed = 0
        self.fields = Counter()

    def click(self, target):
        self.clicks += 1
        target.click()

    def fill(self, target, text):
        self._note(target)
        target.fill(text)

    def choose(self, target, label):
        self._note(target)
        target.select_option(label=label)

    def attach(self, target, path):
        """Press the control for files, and choose one in the window that the browser opens."""
        self.fields[target.get_attribute("name")] += 1
        with target.page.expect_file_chooser() as chooser:
            self.click(target)
        chooser.value.set_files(path)

    def _note(self, target):
        self.typed += 1
        self.fields[target.get_attribute("name")] += 1


class Keys:
    """The same without a mouse: what is pressed is counted, going from one thing to the next is not."""

    def __init__(self, page):
        self.page = page
        self.clicks = 0
        self.fields = Counter()

    def press(self, name):
        tab_to(self.page, name)
        self.clicks += 1
        self.page.keyboard.press("Enter")

    def type(self, field, text):
        tab_to(self.page, field)
        self.fields[field] += 1
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def next_choice(self, field):
        tab_to(self.page, field)
        self.fields[field] += 1
        self.page.keyboard.press("ArrowDown")

    def attach(self, field, path):
        """Come to the control for files; the press that opens the browser's own window is counted, not sent."""
        tab_to(self.page, field)
        self.fields[field] += 1
        self.clicks += 1
        self.page.locator("input:focus").set_input_files(path)


# A field by its name, all else by its words.
CALLED = """(() => {
  const at = document.activeElement;
  const words = at.matches("input, select, textarea") ? at.name : at.textContent;
  return (words || "").replace(/\\s+/g, " ").trim();
})()"""


def tab_to(page, name):
    """Press Tab until what has the focus is called ``name``."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(CALLED).startswith(name):
            return
    raise AssertionError(f"no way to «{name}» by the keyboard")
