// The lines of a recording follow it: the one that is heard is marked, and a line plays from where it begins.
for (const call of document.querySelectorAll("[data-call]")) {
  const audio = call.querySelector("audio");
  const lines = [...call.querySelectorAll("[data-start]")];

  const lastBegun = (parts, name) => parts.findLast((part) => Number(part.dataset[name]) <= audio.currentTime);

  const follow = () => {
    const line = lastBegun(lines, "start");
    const word = line && lastBegun([...line.querySelectorAll("[data-word]")], "word");
    for (const each of lines) {
      if (each === line) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
    for (const each of call.querySelectorAll("[data-word]")) each.classList.toggle("heard", each === word);
    if (!audio.paused) line?.scrollIntoView({ block: "nearest" });
  };

  audio?.addEventListener("timeupdate", follow);
  audio?.addEventListener("seeked", follow);

  call.addEventListener("click", (event) => {
    const line = event.target.closest("[data-start]");
    if (!line || !audio) return;
    const word = event.target.closest("[data-word]");
    audio.currentTime = Number(word?.dataset.word ?? line.dataset.start);
    audio.play();
  });

  call.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const line = event.target.closest("[data-start]");
    if (!step || !line) return;
    lines[lines.indexOf(line) + step]?.focus();
    event.preventDefault();
  });
}
