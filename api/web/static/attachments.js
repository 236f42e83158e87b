// Files on their way to the next message: chosen, dropped or pasted; uploaded at once.

import { Refused } from './api.js';
import { element, icon } from './answer.js';
import { kindIcon, size } from './log.js';

const MOST_FILES = 5;
const MOST_BYTES = 20 * 1024 * 1024;
const LOST = 'Chưa tải lên được.';

export class Attachments {
  #tray;
  #upload;
  #events;
  #entries = [];

  /**
   * `upload(file, progress, signal)` resolves to `{id, name, content_type, size}`.
   * Events: `changed(uploaded files)`, `problem(text)`, `spoken(text)`.
   */
  constructor({ tray, picker, button, drop, box }, upload, events) {
    this.#tray = tray;
    this.#upload = upload;
    this.#events = events;
    button.addEventListener('click', () => picker.click());
    picker.addEventListener('change', () => {
      this.add([...picker.files]);
      picker.value = '';
      box.focus();
    });
    box.addEventListener('paste', (event) => this.#paste(event));
    this.#watchDrop(drop);
  }

  get busy() {
    return this.#entries.some((entry) => entry.state === 'uploading');
  }

  get failed() {
    return this.#entries.some((entry) => entry.state === 'failed');
  }

  get done() {
    return this.#entries.filter((entry) => entry.state === 'done').map((entry) => entry.stored);
  }

  /** Files that are with the server already, as the draft or a message taken back had them. */
  restore(stored) {
    for (const one of stored) this.#show({ name: one.name, type: one.content_type, stored: one, state: 'done' });
  }

  add(files) {
    const room = Math.max(0, MOST_FILES - this.#entries.length);
    const taken = files.slice(0, room).filter((file) => this.#fits(file));
    if (files.length > room) {
      this.#events.problem(
        `Mỗi tin nhắn gửi được tối đa ${MOST_FILES} tệp. Anh/chị gửi các tệp còn lại ở tin nhắn sau giúp em.`,
      );
    }
    for (const file of taken) {
      const entry = this.#show({ name: file.name || 'Ảnh', type: file.type, file, state: 'uploading' });
      this.#start(entry);
    }
  }

  /** The uploaded files, for a message; the tray is empty then. */
  take() {
    const stored = this.done;
    for (const entry of [...this.#entries]) this.#remove(entry);
    return stored;
  }

  #fits(file) {
    const what = file.name ? `Tệp “${file.name}”` : 'Tệp';
    if (file.size > MOST_BYTES) {
      const most = MOST_BYTES / 1024 / 1024;
      this.#events.problem(`${what} lớn hơn ${most} MB nên chưa gửi được. Anh/chị gửi tệp nhỏ hơn giúp em.`);
    } else if (file.size === 0) {
      this.#events.problem(`${what} không có nội dung. Anh/chị kiểm tra và chọn lại giúp em.`);
    }
    return file.size > 0 && file.size <= MOST_BYTES;
  }

  async #start(entry) {
    entry.stop = new AbortController();
    this.#state(entry, 'uploading', 'Đang tải lên…');
    try {
      entry.stored = await this.#upload(entry.file, (share) => (entry.bar.value = share), entry.stop.signal);
      this.#state(entry, 'done', size(entry.stored.size ?? entry.file.size));
      this.#events.spoken(`Đã tải lên tệp ${entry.name}.`);
    } catch (error) {
      if (!this.#entries.includes(entry)) return;
      entry.lasting = error instanceof Refused && !error.passing && error.status !== 429;
      this.#state(entry, 'failed', error.message || LOST);
      this.#events.problem(`Tệp “${entry.name}”: ${error.message || LOST}`);
    }
  }

  #show(entry) {
    entry.picture = element('span.thumb', kindIcon(entry.type));
    if (entry.file && entry.type.startsWith('image/')) this.#preview(entry);
    entry.bar = element('progress');
    entry.bar.max = 1;
    entry.bar.value = 0;
    entry.bar.setAttribute('aria-label', `Tải lên tệp ${entry.name}`);
    entry.note = element('span.note');
    entry.again = element('button.link', 'Thử lại');
    entry.again.type = 'button';
    entry.again.addEventListener('click', () => this.#start(entry));
    const remove = element('button.remove', icon('close'), element('span.visually-hidden', `Bỏ tệp ${entry.name}`));
    remove.type = 'button';
    remove.addEventListener('click', () => {
      this.#remove(entry);
      this.#tray.parentElement.querySelector('textarea').focus();
    });
    const words = element('span.words', element('span.name', entry.name), entry.note, entry.again, entry.bar);
    entry.item = element('li', entry.picture, words, remove);
    this.#entries.push(entry);
    this.#tray.append(entry.item);
    this.#tray.hidden = false;
    this.#state(entry, entry.state, entry.stored?.size ? size(entry.stored.size) : '');
    return entry;
  }

  #preview(entry) {
    const image = element('img');
    image.alt = '';
    image.addEventListener('error', () => image.remove());
    entry.preview = URL.createObjectURL(entry.file);
    image.src = entry.preview;
    entry.picture.append(image);
  }

  #state(entry, state, note) {
    entry.state = state;
    entry.note.textContent = note;
    entry.bar.hidden = state !== 'uploading';
    entry.again.hidden = state !== 'failed' || entry.lasting;
    entry.item.dataset.state = state;
    this.#events.changed(this.done);
  }

  #remove(entry) {
    this.#entries = this.#entries.filter((one) => one !== entry);
    entry.stop?.abort();
    if (entry.preview) URL.revokeObjectURL(entry.preview);
    entry.item.remove();
    this.#tray.hidden = this.#entries.length === 0;
    this.#events.changed(this.done);
  }

  /** Office programs put a picture beside the text they copy; then the text is meant. */
  #paste(event) {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes('text/plain')) return;
    event.preventDefault();
    this.add([...files]);
  }

  #watchDrop(drop) {
    const carries = (event) => event.dataTransfer?.types.includes('Files');
    addEventListener('dragover', (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      drop.hidden = false;
    });
    addEventListener('dragleave', (event) => {
      if (!event.relatedTarget) drop.hidden = true;
    });
    addEventListener('drop', (event) => {
      drop.hidden = true;
      if (!carries(event)) return;
      event.preventDefault();
      this.add([...event.dataTransfer.files]);
    });
  }
}
