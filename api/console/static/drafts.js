// What is being written outlives a lost session or network: it stays in this tab until it was taken.
const key = (area) => `motcua-draft:${area.dataset.draft}`;

for (const area of document.querySelectorAll("textarea[data-draft]")) {
  const kept = sessionStorage.getItem(key(area));
  if (kept && !area.value) {
    area.value = kept;
    area.closest("details")?.setAttribute("open", "");
  }
  area.addEventListener("input", () => sessionStorage.setItem(key(area), area.value));
  area.form.addEventListener("submit", () => sessionStorage.setItem("motcua-sent", key(area)));
}

// A page of the console that came after sending, and is no sign-in page, means that the text was taken or shown again.
const sent = sessionStorage.getItem("motcua-sent");
if (sent) {
  sessionStorage.removeItem("motcua-sent");
  const area = [...document.querySelectorAll("textarea[data-draft]")].find((each) => key(each) === sent);
  const refused = document.querySelector("[role=alert]") !== null;
  if (!refused) {
    sessionStorage.removeItem(sent);
    if (area) area.value = area.defaultValue;
  }
}
