// Ready-made replies by /shortcut, inserting a suggestion, and Ctrl+Enter.
const insert = (area, from, to, text) => {
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
};
const typed = (area) => /(^|\s)\/([a-z0-9-]*)$/.exec(area.value.slice(0, area.selectionStart));

for (const area of document.querySelectorAll("textarea[data-canned]")) {
  const canned = [...document.querySelectorAll(`#${area.dataset.canned} li`)].map((each) => [each.dataset.shortcut, each.textContent]);
  const matches = document.getElementById("matches");
  area.addEventListener("input", () => {
    const found = typed(area);
    const fitting = found ? canned.filter(([shortcut]) => shortcut.startsWith(found[2])).slice(0, 6) : [];
    matches.textContent = fitting.map(([shortcut]) => `/${shortcut}`).join("   ");
  });
  area.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    const found = typed(area);
    const [, text] = (found && canned.find(([shortcut]) => shortcut === found[2])) ?? [];
    if (!text) return;
    event.preventDefault();
    insert(area, area.selectionStart - found[2].length - 1, area.selectionStart, text);
  });
}

document.addEventListener("click", (event) => {
  const text = event.target.closest("[data-insert]")?.dataset.insert;
  const area = document.getElementById("reply-text");
  if (text && area) insert(area, area.selectionStart, area.selectionEnd, text);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
});
