// The public API of conversations, as the page uses it.

const BASE = '/api/v1/conversations';
const SEND_SECONDS = 40;
const POLL_SECONDS = 25;

/** The server answered with an error; `message` is a sentence for the citizen. */
export class Refused extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** Whether the conversation cannot be opened (any more). */
  get gone() {
    return this.status === 401 || this.status === 404;
  }

  /** Whether the same request may succeed later without being changed. */
  get passing() {
    return this.status >= 500;
  }
}

/** No answer came: no network, no server, or too slow. */
export class Unreachable extends Error {}

const UNKNOWN = 'Hệ thống đang tạm gián đoạn. Anh/chị thử lại sau ít phút ạ.';

/** Starts a conversation: `{id, token}`. */
export function start() {
  return request('', { method: 'POST', body: { channel: 'web' } });
}

/** Sends a message: `{id, messages, waiting}`. The same `client_id` is taken once, however often it is sent. */
export function send({ id, token }, message) {
  return request(`/${id}/messages`, { method: 'POST', token, body: message });
}

/** The messages after the id `after`; waits for one, up to `wait` seconds. */
export async function transcript({ id, token }, after, wait, signal) {
  const path = `/${id}/messages?after=${after}&wait=${wait}`;
  return (await request(path, { token, signal, seconds: wait + 15 })).messages;
}

/** Waits for what comes next, as long as the server allows. */
export function next(conversation, after, signal) {
  return transcript(conversation, after, POLL_SECONDS, signal);
}

/**
 * Uploads a file: `{id, name, content_type, size}`. `progress` is told the share that is sent, from 0 to 1.
 * fetch cannot report progress, XMLHttpRequest can.
 */
export function upload({ id, token }, file, progress, signal) {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open('POST', `${BASE}/${id}/attachments`);
    call.setRequestHeader('Authorization', `Bearer ${token}`);
    call.responseType = 'json';
    call.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    call.onerror = call.onabort = () => reject(new Unreachable());
    call.onload = () => (call.status < 300 ? resolve(call.response) : reject(refusal(call.status, call.response)));
    signal.addEventListener('abort', () => call.abort());
    const form = new FormData();
    form.append('file', file);
    call.send(form);
  });
}

async function request(path, { method = 'GET', token, body, signal, seconds = SEND_SECONDS }) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), seconds * 1000);
  signal?.addEventListener('abort', () => limit.abort());
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers['Content-Type'] = 'application/json';
  try {
    const response = await fetch(BASE + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal: limit.signal,
      cache: 'no-store',
      credentials: 'omit',
    });
    if (response.ok) return await response.json();
    throw refusal(response.status, await response.json().catch(() => null));
  } catch (error) {
    throw error instanceof Refused ? error : new Unreachable();
  } finally {
    clearTimeout(timer);
  }
}

function refusal(status, body) {
  return new Refused(status, body?.error?.message ?? UNKNOWN);
}
