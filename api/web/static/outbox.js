// Messages on their way to the server: one at a time, in order, tried again until the server has them.

import { Refused } from './api.js';

const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30000;

/**
 * An outgoing message: `{clientId, text, payload, files, state, problem}`, where `state` is
 * `sending`, `failed` (tried again by itself) or `refused` (the citizen decides).
 */
export class Outbox {
  #items;
  #deliver;
  #events;
  #busy = false;
  #closed = false;
  #failures = 0;
  #timer;

  /**
   * `deliver(item)` sends a message and resolves to the answer. Events: `changed(item)`, `sent(item, answer)`,
   * `gone(item)` when the conversation cannot be opened, `kept(items)` when the list changed.
   */
  constructor(items, deliver, events) {
    this.#items = items.map((item) => ({ ...item, state: 'sending' }));
    this.#deliver = deliver;
    this.#events = events;
  }

  get items() {
    return this.#items;
  }

  add(item) {
    this.#items.push({ ...item, state: 'sending' });
    this.#kept();
    this.retry();
    return this.#items.at(-1);
  }

  /** Tries all messages again, in their order. */
  retry() {
    clearTimeout(this.#timer);
    for (const item of this.#items) {
      if (item.state === 'failed') this.#set(item, 'sending');
    }
    this.#pump();
  }

  /** Tries a refused message again. */
  retryOne(clientId) {
    const item = this.#items.find((one) => one.clientId === clientId);
    if (item) this.#set(item, 'sending');
    this.retry();
  }

  /** Takes a message out: it has arrived, or the citizen rewrites it. */
  remove(clientId) {
    this.#items = this.#items.filter((item) => item.clientId !== clientId);
    this.#kept();
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #pump() {
    if (this.#busy) return;
    this.#busy = true;
    for (;;) {
      const item = this.#items.find((one) => one.state === 'sending');
      if (!item || this.#closed || !(await this.#try(item))) break;
    }
    this.#busy = false;
  }

  /** Returns whether the next message may follow. */
  async #try(item) {
    try {
      const answer = await this.#deliver(item);
      if (this.#closed) return false;
      this.#failures = 0;
      this.remove(item.clientId);
      this.#events.sent(item, answer);
      return true;
    } catch (error) {
      if (this.#closed) return false;
      return this.#failed(item, error);
    }
  }

  #failed(item, error) {
    const known = error instanceof Refused;
    if (known && error.gone) {
      this.#events.gone(item);
      return false;
    }
    if (known && !error.passing) {
      this.#set(item, 'refused', error.message);
      return true;
    }
    for (const waiting of this.#items.filter((one) => one.state === 'sending')) {
      this.#set(waiting, 'failed', known && waiting === item ? error.message : '');
    }
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#failures++);
    this.#timer = setTimeout(() => this.retry(), pause);
    return false;
  }

  #set(item, state, problem = '') {
    item.state = state;
    item.problem = problem;
    this.#events.changed(item);
    this.#kept();
  }

  #kept() {
    this.#events.kept(this.#items);
  }
}
