// The chat page: joins the parts.

import { Attachments } from './attachments.js';
import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { Log } from './log.js';
import { ask, showBanner, showProblem, speak } from './notices.js';
import * as store from './store.js';

const LOADING_AFTER = 800;
const OFFLINE = 'Mất kết nối mạng. Anh/chị cứ viết tiếp, tin nhắn sẽ tự gửi khi có mạng lại.';
const NO_SERVER = 'Chưa kết nối được tới hệ thống. Tin nhắn sẽ tự gửi khi kết nối lại được.';
const LOADING = 'Đang mở lại cuộc trò chuyện…';
const EXPIRED = 'Cuộc trò chuyện trước không còn mở được, nên đây là cuộc trò chuyện mới. Anh/chị nhắn lại giúp em.';

const part = (id) => document.getElementById(id);
const log = new Log(part('log'), part('to-end'), { press, retry: (id) => current.retry(id), rewrite });
const composer = new Composer(part('composer'), { submit, changed: () => edited() });
const attachments = new Attachments(
  { tray: part('tray'), picker: part('picker'), button: part('attach'), drop: part('drop'), box: part('question') },
  (...call) => current.upload(...call),
  { changed: () => keepDraft(), problem: showProblem, spoken: speak },
);

let current;
restoreDraft();
open(store.conversation.value, store.unsent.value ?? []);
showEarlier();

addEventListener('offline', () => showBanner(OFFLINE));
addEventListener('online', () => showBanner(''));
part('new').addEventListener('click', begin);
part('earlier').addEventListener('click', reopen);
part('about').addEventListener('click', about);
part('privacy').addEventListener('click', about);

/** Makes a conversation the current one. */
function open(key, unsent) {
  part('new').hidden = !key;
  const slow = key && setTimeout(() => showBanner(LOADING), LOADING_AFTER);
  current = new Conversation(key, unsent, log, {
    started(fresh) {
      store.conversation.value = fresh;
      part('new').hidden = false;
    },
    kept: (items) => (store.unsent.value = items.length ? items : null),
    refused: speak,
    gone,
    typing,
    connected(yes) {
      if (yes || navigator.onLine) showBanner(yes ? '' : NO_SERVER);
      else showBanner(OFFLINE);
      clearTimeout(slow);
    },
    loaded: () => clearTimeout(slow),
  });
}

function submit(text) {
  composer.focus();
  const wrong = problemWith();
  showProblem(wrong);
  if (wrong) return;
  const files = attachments.take();
  if (!text && !files.length) return;
  composer.text = '';
  keepDraft();
  current.send({ text, files });
}

function problemWith() {
  if (composer.excess) return 'Tin nhắn dài quá mức cho phép. Anh/chị rút gọn, hoặc chia thành vài tin nhắn giúp em.';
  if (attachments.busy) return 'Tệp đang tải lên. Anh/chị chờ xong rồi bấm gửi giúp em.';
  if (attachments.failed) return 'Có tệp chưa tải lên được. Anh/chị thử lại hoặc bỏ tệp đó rồi bấm gửi giúp em.';
  return '';
}

/** A pressed button: one with a payload of ours is a choice, any other is a question to send. */
function press({ title, text, payload }) {
  const clientId = current.send(payload ? { text: title, payload } : { text });
  log.focus(clientId);
}

/** Puts a message that did not arrive back into the box; what stands there already is kept below it. */
function rewrite(clientId) {
  const item = current.withdraw(clientId);
  if (!item) return;
  takeBack([item]);
  composer.focus();
}

function takeBack(items) {
  composer.text = [...items.map((item) => item.text), composer.text].filter(Boolean).join('\n');
  attachments.restore(items.flatMap((item) => item.files));
  edited();
}

/** The server does not know the conversation any more: a new one begins, and nothing that was written is lost. */
function gone(items) {
  const texts = items.map((item) => ({ ...item, files: [] }));
  attachments.take();
  switchTo(null, []);
  log.note(EXPIRED);
  takeBack(texts);
}

async function begin() {
  if ((await ask(part('new-dialog'))) !== 'new') return;
  const { id, token } = current.key;
  store.earlier.value = { id, token, unsent: current.unsent };
  switchTo(null, []);
  speak('Đã bắt đầu cuộc trò chuyện mới.');
  part('log').focus({ preventScroll: true });
}

function reopen() {
  const { id, token, unsent } = store.earlier.value;
  store.earlier.value = current.key && { ...current.key, unsent: current.unsent };
  switchTo({ id, token }, unsent);
  part('log').focus({ preventScroll: true });
}

function switchTo(key, unsent) {
  current.close();
  log.clear();
  showBanner('');
  showProblem('');
  store.conversation.value = key;
  store.unsent.value = unsent.length ? unsent : null;
  open(key, unsent);
  showEarlier();
}

async function about() {
  if ((await ask(part('about-dialog'))) !== 'forget') return;
  composer.text = '';
  attachments.take();
  switchTo(null, []);
  store.forget();
  showEarlier();
  log.note('Đã xóa cuộc trò chuyện khỏi thiết bị này.');
}

function showEarlier() {
  part('earlier').hidden = !store.earlier.value;
}

function typing(on) {
  const sign = part('typing');
  if (sign.hidden !== on) return;
  sign.hidden = !on;
  if (!on) return;
  if (log.atEnd) log.toEnd();
  speak('Trợ lý đang soạn câu trả lời.');
}

function edited() {
  showProblem('');
  keepDraft();
}

function keepDraft() {
  const { text } = composer;
  const files = attachments.done;
  store.draft.value = text || files.length ? { text, files } : null;
}

function restoreDraft() {
  const draft = store.draft.value;
  if (!draft) return;
  composer.text = draft.text;
  attachments.restore(draft.files);
}
