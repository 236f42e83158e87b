// What the page itself has to say: the banner, the line above the box, and words for screen readers only.

const SPOKEN_SECONDS = 5;

const banner = document.getElementById('banner');
const problem = document.getElementById('problem');
const spoken = document.getElementById('spoken');
let forgetting;

/** A state that lasts, such as a lost connection; an empty text ends it. */
export function showBanner(text) {
  if (banner.textContent !== text) banner.textContent = text;
}

/** What is wrong with the message being written; an empty text takes it away. */
export function showProblem(text) {
  problem.textContent = text;
}

/** Read out, not shown. */
export function speak(text) {
  clearTimeout(forgetting);
  spoken.textContent = text;
  forgetting = setTimeout(() => (spoken.textContent = ''), SPOKEN_SECONDS * 1000);
}

/** Shows a dialog and resolves to the value of the button that closed it; Escape gives an empty one. */
export function ask(dialog) {
  return new Promise((resolve) => {
    dialog.returnValue = '';
    dialog.addEventListener('close', () => resolve(dialog.returnValue), { once: true });
    dialog.showModal();
  });
}
