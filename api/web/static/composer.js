// The box that a message is written in.

const COUNT_FROM = 400;

export class Composer {
  #form;
  #box;
  #count;
  #longest;

  /** `submit(text)` is called with the text as typed; `changed(text)` after every change. */
  constructor(form, { submit, changed }) {
    this.#form = form;
    this.#box = form.querySelector('textarea');
    this.#count = form.querySelector('.count');
    this.#longest = Number(this.#box.dataset.longest);
    this.#box.addEventListener('keydown', (event) => this.#key(event));
    this.#box.addEventListener('input', () => {
      this.#measure();
      changed(this.text);
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      submit(this.text.trim());
    });
  }

  get text() {
    return this.#box.value;
  }

  set text(text) {
    this.#box.value = text;
    this.#measure();
  }

  /** Characters over the limit, counted as the server counts them. */
  get excess() {
    return Math.max(0, [...this.text.trim()].length - this.#longest);
  }

  focus() {
    this.#box.focus();
  }

  /** Enter sends, unless an input method is composing a letter. */
  #key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #measure() {
    this.#box.style.height = 'auto';
    this.#box.style.height = `${this.#box.scrollHeight}px`;
    const left = this.#longest - [...this.text.trim()].length;
    this.#count.classList.toggle('over', left < 0);
    this.#box.setAttribute('aria-invalid', String(left < 0));
    if (left > COUNT_FROM) this.#count.textContent = '';
    else if (left >= 0) this.#count.textContent = `Còn ${left.toLocaleString('vi-VN')} ký tự`;
    else this.#count.textContent = `Quá ${(-left).toLocaleString('vi-VN')} ký tự`;
  }
}
