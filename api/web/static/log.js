// The conversation on the screen.

import { element, format, icon } from './answer.js';

const FOLD_FROM = 1600;
const NEAR_END = 120;
/** Milliseconds that a smooth scroll may take. */
const MOVING = 700;
const WHO = {
  bot: 'Trợ lý Một Cửa',
  staff: 'Nhân viên hỗ trợ',
  system: 'Thông báo của hệ thống',
  citizen: 'Anh/chị',
};
const STATUS = { sending: 'Đang gửi…', sent: 'Đã gửi', failed: 'Chưa gửi được', refused: 'Chưa gửi được' };
const KINDS = { image: 'picture', audio: 'sound', video: 'film' };

const TIME = new Intl.DateTimeFormat('vi-VN', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('vi-VN', { day: '2-digit', month: '2-digit', year: 'numeric' });

export class Log {
  #root;
  #toEnd;
  #logo;
  #actions;
  #movingUntil = 0;
  #calm = matchMedia('(prefers-reduced-motion: reduce)');

  /**
   * `root` holds the greeting and the messages; `toEnd` is the button that leads to unseen ones.
   * Actions: `press(button)`, `retry(clientId)`, `rewrite(clientId)`.
   */
  constructor(root, toEnd, actions) {
    this.#root = root;
    this.#toEnd = toEnd;
    this.#actions = actions;
    this.#logo = root.querySelector('.who img').src;
    for (const button of root.querySelectorAll('#greeting .choice')) {
      button.addEventListener('click', () => actions.press({ title: button.textContent, text: button.dataset.text }));
    }
    toEnd.addEventListener('click', () => this.toEnd());
    addEventListener('scroll', () => this.atEnd && (toEnd.hidden = true), { passive: true });
  }

  get atEnd() {
    const page = document.scrollingElement;
    return page.scrollHeight - page.scrollTop - innerHeight < NEAR_END;
  }

  has(id) {
    return Boolean(this.#of('id', id));
  }

  /** Shows messages of the transcript at their places; those that are there already stay as they are. */
  show(messages) {
    const following = this.atEnd || performance.now() < this.#movingUntil;
    const fresh = this.#add(messages).filter((shown) => !shown.matches('.citizen'));
    if (fresh.length && following) this.#follow(fresh[0]);
    else if (fresh.length) this.#toEnd.hidden = false;
  }

  /** Shows messages without reading them out: history. */
  showHistory(messages) {
    this.#root.setAttribute('aria-live', 'off');
    this.#add(messages);
    this.toEnd('instant');
    setTimeout(() => this.#root.setAttribute('aria-live', 'polite'), 500);
  }

  /** Shows a message that is on its way, or its new state. */
  showOutgoing(item) {
    let shown = this.#of('clientId', item.clientId);
    if (!shown) {
      shown = this.#article({ sender: 'citizen', text: item.text, attachments: item.files, at: item.at });
      shown.dataset.clientId = item.clientId;
      this.#root.append(shown);
      this.#closeChoices(shown);
      this.toEnd();
    }
    const following = this.atEnd;
    this.#status(shown, item);
    if (following) this.toEnd();
  }

  /** The server has the message, under this id. */
  settle(clientId, id) {
    const shown = this.#of('clientId', clientId);
    if (!shown) return;
    delete shown.dataset.clientId;
    if (this.has(id)) {
      shown.remove();
      return;
    }
    shown.dataset.id = id;
    this.#place(shown);
    this.#status(shown, { state: 'sent' });
  }

  /** Moves the keyboard to a message, so that the next tab stop is in its answer. */
  focus(clientId) {
    this.#of('clientId', clientId)?.focus({ preventScroll: true });
  }

  drop(clientId) {
    this.#of('clientId', clientId)?.remove();
    this.#openChoices();
  }

  /** A line between the messages that the page itself says. */
  note(text) {
    this.#root.append(element('p.notice', text));
    this.toEnd();
  }

  /** Takes all messages away; the greeting stays. */
  clear() {
    this.#root.replaceChildren(this.#root.querySelector('#greeting'));
    this.#openChoices();
    this.#toEnd.hidden = true;
  }

  toEnd(behaviour) {
    this.#toEnd.hidden = true;
    const top = document.scrollingElement.scrollHeight;
    this.#move(() => scrollTo({ top, behavior: behaviour ?? this.#behaviour() }));
  }

  #of(key, value) {
    const articles = [...this.#root.querySelectorAll('.message')];
    return articles.find((article) => article.dataset[key] === String(value));
  }

  #place(shown) {
    const id = Number(shown.dataset.id);
    const later = [...this.#root.querySelectorAll('.message')].find(
      (other) => other !== shown && (Number(other.dataset.id) > id || onItsWay(other)),
    );
    if (later && shown.nextElementSibling !== later) later.before(shown);
    if (!later && shown !== this.#root.lastElementChild) this.#root.append(shown);
  }

  #add(messages) {
    return messages
      .filter((message) => !this.has(message.id))
      .map((message) => {
        const shown = this.#article(message);
        shown.dataset.id = message.id;
        this.#place(shown);
        if (message.sender === 'citizen') this.#closeChoices(shown);
        return shown;
      });
  }

  /** Moves on to what is new: to the end of it, or to its beginning when there is more than fits. */
  #follow(first) {
    const [top, composer] = ['.top', '.composer'].map((part) => document.querySelector(part).offsetHeight);
    const length = this.#root.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
    if (length < innerHeight - top - composer) this.toEnd();
    else this.#move(() => first.scrollIntoView({ block: 'start', behavior: this.#behaviour() }));
  }

  #move(scroll) {
    this.#movingUntil = performance.now() + MOVING;
    scroll();
  }

  #behaviour() {
    return this.#calm.matches ? 'instant' : 'smooth';
  }

  #article(message) {
    const shown = element(`article.message.${message.sender}`);
    shown.tabIndex = -1;
    const who = element('h2.who', WHO[message.sender]);
    if (message.sender === 'bot') {
      const logo = element('img');
      Object.assign(logo, { src: this.#logo, alt: '', width: 20, height: 20 });
      who.prepend(logo);
    } else if (message.sender === 'staff') {
      who.prepend(icon('person'));
    }
    const bubble = element('div.bubble');
    if (message.procedure?.name) bubble.append(procedure(message.procedure));
    if (message.text) bubble.append(this.#text(message));
    if (message.attachments?.length) bubble.append(files(message.attachments));
    shown.append(who, bubble);
    if (message.buttons?.length) shown.append(this.#choices(message.buttons));
    if (message.sender === 'citizen') shown.append(element('p.meta', when(message.at)));
    else who.append(when(message.at));
    return shown;
  }

  #text(message) {
    const text = element('div.text');
    if (message.sender === 'citizen') text.append(element('p', message.text));
    else text.append(format(message.text));
    if (message.text.length < FOLD_FROM) return text;
    const more = element('button.link.more', 'Xem tiếp');
    more.type = 'button';
    const fold = (folded) => {
      text.classList.toggle('folded', folded);
      more.textContent = folded ? 'Xem tiếp' : 'Thu gọn';
      more.setAttribute('aria-expanded', String(!folded));
    };
    more.addEventListener('click', () => fold(!text.classList.contains('folded')));
    text.addEventListener('focusin', () => fold(false));
    fold(true);
    return element('div', text, more);
  }

  #choices(buttons) {
    const row = element('div.choices');
    for (const { title, payload } of buttons) {
      const choice = element('button.choice', title);
      choice.type = 'button';
      choice.addEventListener('click', () => this.#actions.press({ title, payload }));
      row.append(choice);
    }
    return row;
  }

  /** Buttons count until the next message is sent. */
  #closeChoices(after) {
    for (const choice of this.#root.querySelectorAll('.choice')) {
      if (after.compareDocumentPosition(choice) & Node.DOCUMENT_POSITION_PRECEDING) choice.disabled = true;
    }
  }

  #openChoices() {
    const last = [...this.#root.querySelectorAll('.message')].findLastIndex((one) => one.matches('.citizen'));
    for (const [index, one] of [...this.#root.querySelectorAll('.message')].entries()) {
      if (index > last) for (const choice of one.querySelectorAll('.choice')) choice.disabled = false;
    }
  }

  #status(shown, { state, problem, clientId }) {
    shown.dataset.state = state;
    const line = shown.querySelector('.meta');
    const time = line.querySelector('time');
    const parts = [element('span.state', STATUS[state])];
    if (state === 'failed' || state === 'refused') {
      if (problem) parts.push(element('span.why', problem));
      parts.push(this.#act('Thử lại', () => this.#actions.retry(clientId)));
      parts.push(this.#act('Sửa lại', () => this.#actions.rewrite(clientId)));
    }
    line.replaceChildren(time, ...parts);
  }

  #act(label, action) {
    const button = element('button.link', label);
    button.type = 'button';
    button.addEventListener('click', action);
    return button;
  }
}

/** Whether an outgoing message will still come after what arrives now; a refused one has had its turn. */
function onItsWay(message) {
  return message.dataset.clientId && message.dataset.state !== 'refused';
}

/** A size in bytes as people read it. */
export function size(bytes) {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toLocaleString('vi-VN', { maximumFractionDigits: 1 })} MB`;
}

/** The icon of a kind of file. */
export function kindIcon(contentType) {
  return icon(KINDS[contentType.split('/')[0]] ?? 'file');
}

function files(attachments) {
  const list = element('ul.sent-files');
  for (const file of attachments) {
    const shown = file.path && file.content_type.startsWith('image/') ? [picture(file)] : described(file);
    list.append(element('li', ...(file.path ? [opening(file.path, ...shown)] : shown)));
  }
  return list;
}

function described(file) {
  const known = file.size ? [element('span.size', size(file.size))] : [];
  return [kindIcon(file.content_type), element('span.name', file.name || 'Tệp'), ...known];
}

function picture(file) {
  const shown = element('img');
  Object.assign(shown, { src: file.path, alt: `Ảnh ${file.name}` });
  return shown;
}

function opening(path, ...shown) {
  const link = element('a', ...shown);
  Object.assign(link, { href: path, target: '_blank', rel: 'noopener' });
  return link;
}

function procedure({ code, name }) {
  const words = element('span', element('span.procedure-name', name));
  if (code && !code.startsWith('MC.')) words.append(element('span.procedure-code', `Mã thủ tục ${code}`));
  return element('p.procedure', icon('file'), words);
}

function when(at) {
  const moment = at ? new Date(at) : new Date();
  const today = DAY.format(moment) === DAY.format(new Date());
  const time = element('time', today ? TIME.format(moment) : `${TIME.format(moment)}, ${DAY.format(moment)}`);
  time.dateTime = moment.toISOString();
  return time;
}
