// The newest message stays in sight, unless somebody is reading further up; the list can be walked with the arrow keys.
const talk = () => document.querySelector(".talk");
const toEnd = () => talk()?.scrollTo({ top: talk().scrollHeight });
toEnd();

let atEnd = true;
document.addEventListener("htmx:beforeSwap", () => {
  const list = talk();
  atEnd = !list || list.scrollHeight - list.scrollTop - list.clientHeight < 80;
});
document.addEventListener("htmx:afterSwap", () => atEnd && toEnd());

document.addEventListener("change", (event) => {
  if (event.target.id !== "pick-all") return;
  for (const each of document.querySelectorAll(".work input")) each.checked = event.target.checked;
});

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.closest?.(".work a")) return;
  const links = [...document.querySelectorAll(".work a")];
  links[links.indexOf(event.target.closest("a")) + step]?.focus();
  event.preventDefault();
});
