// What this device remembers: the key of the conversation across visits, unfinished work only within the tab.

const CONVERSATION = 'motcua.conversation';
const EARLIER = 'motcua.earlier';
const DRAFT = 'motcua.draft';
const UNSENT = 'motcua.unsent';

/** A place in a storage of the browser; where storage is switched off, it lasts as long as the page. */
class Place {
  #storage;
  #name;
  #value;

  constructor(storage, name) {
    this.#storage = storage;
    this.#name = name;
    try {
      this.#value = JSON.parse(window[storage].getItem(name) ?? 'null');
    } catch {
      this.#value = null;
    }
  }

  get value() {
    return this.#value;
  }

  set value(value) {
    this.#value = value;
    try {
      if (value === null) window[this.#storage].removeItem(this.#name);
      else window[this.#storage].setItem(this.#name, JSON.stringify(value));
    } catch {
      // Storage is switched off or full; the page works on without it.
    }
  }
}

/** The conversation of this device: `{id, token}` or null. */
export const conversation = new Place('localStorage', CONVERSATION);

/** The conversation before it, with its unsent messages: `{id, token, unsent}` or null. */
export const earlier = new Place('sessionStorage', EARLIER);

/** What is being written: `{text, files}` or null. */
export const draft = new Place('sessionStorage', DRAFT);

/** Messages that the server has not confirmed: a list or null. */
export const unsent = new Place('sessionStorage', UNSENT);

/** Forgets everything on this device. */
export function forget() {
  for (const place of [conversation, earlier, draft, unsent]) place.value = null;
}
