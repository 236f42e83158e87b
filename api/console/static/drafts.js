// What is being written outlives a lost session or network: it stays in this tab until the server says that it was taken.
const key = (area) => `motcua-draft:${area.dataset.draft}`;
const sent = "motcua-sent";

if (new URLSearchParams(location.search).has("taken")) {
  sessionStorage.removeItem(sessionStorage.getItem(sent));
  history.replaceState(null, "", location.pathname);
}
sessionStorage.removeItem(sent);

for (const area of document.querySelectorAll("textarea[data-draft]")) {
  const kept = sessionStorage.getItem(key(area));
  if (kept) {
    area.value = kept;
    area.closest("details")?.setAttribute("open", "");
  }
  area.addEventListener("input", () => sessionStorage.setItem(key(area), area.value));
}

document.addEventListener("submit", ({ target: form }) => {
  if (form.action.endsWith("/sign-in/out")) sessionStorage.clear();
  sessionStorage.removeItem(sent);
  const area = form.querySelector("textarea[data-draft]");
  if (area) sessionStorage.setItem(sent, key(area));
});
