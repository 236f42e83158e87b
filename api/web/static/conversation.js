// One conversation: what goes out, what comes in, and what to do when the way is broken.

import * as api from './api.js';
import { Outbox } from './outbox.js';

const TYPING_AFTER = 800;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15000;

export class Conversation {
  #key;
  #log;
  #events;
  #outbox;
  #starting = null;
  #seen = 0;
  #closed = false;
  #poll = null;
  #wake = () => {};
  #typingTimer;

  /**
   * `key` is `{id, token}`, or null for a conversation that begins with its first message; `unsent` are messages of an
   * earlier visit. Events: `started(key)`, `kept(items)`, `refused(problem)`, `gone(items)`, `typing(on)`,
   * `connected(yes)`, `loaded()`.
   */
  constructor(key, unsent, log, events) {
    this.#key = key;
    this.#log = log;
    this.#events = events;
    this.#outbox = new Outbox(unsent, (item) => this.#deliver(item), {
      changed: (item) => this.#changed(item),
      sent: (item, answer) => this.#sent(item, answer),
      gone: () => this.#gone(),
      kept: (items) => events.kept(items),
    });
    document.addEventListener('visibilitychange', this.#visibility);
    addEventListener('online', this.#online);
    if (key) this.#listen(true);
    else this.#resume();
  }

  get key() {
    return this.#key;
  }

  get unsent() {
    return this.#outbox.items;
  }

  /** Sends a message: `{text, payload, files}`. Returns its id on this device. */
  send({ text, payload = null, files = [] }) {
    const item = { clientId: randomId(), text: text.normalize('NFC'), payload, files, at: new Date().toISOString() };
    this.#log.showOutgoing(this.#outbox.add(item));
    return item.clientId;
  }

  retry(clientId) {
    this.#outbox.retryOne(clientId);
  }

  /** Takes a message back that has not arrived. */
  withdraw(clientId) {
    const item = this.#outbox.items.find((one) => one.clientId === clientId);
    this.#outbox.remove(clientId);
    this.#log.drop(clientId);
    return item;
  }

  async upload(file, progress, signal) {
    try {
      return await api.upload(await this.#ensure(), file, progress, signal);
    } catch (error) {
      if (error.gone) this.#gone();
      throw error;
    }
  }

  /** Stops everything; answers that still come are left for the next time it is opened. */
  close() {
    this.#closed = true;
    this.#outbox.close();
    this.#poll?.abort();
    this.#wake();
    this.#typing(false);
    document.removeEventListener('visibilitychange', this.#visibility);
    removeEventListener('online', this.#online);
  }

  #ensure() {
    if (this.#key) return Promise.resolve(this.#key);
    this.#starting ??= this.#start().finally(() => (this.#starting = null));
    return this.#starting;
  }

  async #start() {
    const { id, token } = await api.start();
    this.#key = { id, token };
    if (!this.#closed) {
      this.#events.started(this.#key);
      this.#listen(false);
    }
    return this.#key;
  }

  async #deliver({ clientId, text, payload, files }) {
    const key = await this.#ensure();
    this.#typingTimer = setTimeout(() => this.#typing(true), TYPING_AFTER);
    const attachments = files.map((file) => file.id);
    const message = { text, attachments, client_id: clientId, ...(payload && { payload }) };
    try {
      return await api.send(key, message);
    } catch (error) {
      this.#typing(false);
      throw error;
    }
  }

  #sent(item, answer) {
    this.#log.settle(item.clientId, answer.id);
    this.#typing(answer.waiting && !answer.messages.length);
    this.#log.show(answer.messages);
    this.#events.connected(true);
  }

  #changed(item) {
    this.#log.showOutgoing(item);
    if (item.state === 'refused') this.#events.refused(item.problem);
    if (item.state === 'failed' && !item.problem) this.#events.connected(false);
  }

  #gone() {
    if (!this.#closed) this.#events.gone(this.#outbox.items);
  }

  #typing(on) {
    clearTimeout(this.#typingTimer);
    this.#events.typing(on);
  }

  /** Shows and sends what an earlier visit could not send. */
  #resume() {
    for (const item of this.#outbox.items) this.#log.showOutgoing(item);
    this.#outbox.retry();
  }

  /** Reads the history once where there is one, then everything that comes. */
  async #listen(history) {
    let failures = 0;
    while (!this.#closed) {
      if (document.hidden) await this.#pause();
      this.#poll = new AbortController();
      try {
        if (history) {
          this.#takeHistory(await api.transcript(this.#key, 0, 0, this.#poll.signal));
          history = false;
        } else {
          this.#take(await api.next(this.#key, this.#seen, this.#poll.signal));
        }
        this.#events.connected(true);
        if (failures) this.#outbox.retry();
        failures = 0;
      } catch (error) {
        if (this.#closed || this.#poll.signal.aborted) continue;
        if (error.gone) return this.#gone();
        if (!(error instanceof api.Unreachable) && !(error instanceof api.Refused)) throw error;
        failures += 1;
        if (failures > 1) this.#events.connected(false);
        await this.#pause(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures));
      }
    }
  }

  #takeHistory(messages) {
    if (this.#closed) return;
    const known = new Set(messages.map((message) => message.client_id));
    for (const item of this.#outbox.items) if (known.has(item.clientId)) this.#outbox.remove(item.clientId);
    this.#log.showHistory(messages);
    this.#seen = messages.at(-1)?.id ?? 0;
    this.#events.loaded();
    this.#resume();
  }

  #take(messages) {
    if (this.#closed) return;
    for (const message of messages) {
      if (message.sender === 'citizen') this.#arrived(message);
      else this.#typing(false);
      this.#seen = Math.max(this.#seen, message.id);
    }
    this.#log.show(messages);
  }

  /** A message of our own in the transcript: perhaps one whose confirmation was lost on the way. */
  #arrived(message) {
    const item = this.#outbox.items.find((one) => one.clientId === message.client_id);
    if (!item || this.#log.has(message.id)) return;
    this.#log.settle(item.clientId, message.id);
    if (item.state === 'failed') this.#outbox.remove(item.clientId);
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (milliseconds) setTimeout(resolve, milliseconds);
    });
  }

  #visibility = () => {
    if (document.hidden) this.#poll?.abort();
    else this.#wake();
  };

  #online = () => {
    this.#wake();
    this.#outbox.retry();
  };
}

/** 128 random bits; `crypto.randomUUID` would need https. */
function randomId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
