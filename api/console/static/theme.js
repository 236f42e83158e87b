// Light or dark before anything is drawn: what was chosen here, else what the device prefers.
const dark = matchMedia("(prefers-color-scheme: dark)");
const chosen = () => localStorage.getItem("motcua-theme") ?? (dark.matches ? "dark" : "light");
const show = () => document.documentElement.setAttribute("data-bs-theme", chosen());
show();
dark.addEventListener("change", show);
document.addEventListener("click", (event) => {
  if (!event.target.closest("#theme")) return;
  localStorage.setItem("motcua-theme", chosen() === "dark" ? "light" : "dark");
  show();
});
