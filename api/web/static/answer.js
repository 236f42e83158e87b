// Plain text as the server sends it → paragraphs, lists and links. Nothing is ever read as HTML.

const ITEM = /^\s*(?:[•–-]|(\d{1,3})[.)])\s+(.*)$/;
const SOURCE = /^Nguồn:/;
const LINK = /https?:\/\/[^\s<>"“”]+/g;
const AFTER_LINK = /[.,;:!?)\]…]+$/;
const SHOWN = 40;

/** A fragment for a text with line breaks, bullets (•, -), numbers (1.) and http(s) links. */
export function format(text) {
  const fragment = document.createDocumentFragment();
  for (const block of text.trim().split(/\n\s*\n/)) {
    let open = null;
    for (const line of block.split('\n')) {
      const item = ITEM.exec(line);
      open = item ? listFor(item, open, fragment) : paragraphFor(line, open, fragment);
      open.append(item ? element('li', linked(item[2])) : linked(line));
    }
  }
  return fragment;
}

/** A text with its http(s) links made clickable. */
function linked(text) {
  const fragment = document.createDocumentFragment();
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    const address = trimmed(found[0]);
    const link = anchor(address);
    if (!link) continue;
    fragment.append(text.slice(from, found.index), link);
    from = found.index + address.length;
  }
  fragment.append(text.slice(from));
  return fragment;
}

/** The address without the sentence's own punctuation; a closing bracket stays when the address opened one. */
function trimmed(address) {
  const bare = address.replace(AFTER_LINK, '');
  return bare.includes('(') && address[bare.length] === ')' ? `${bare})` : bare;
}

function anchor(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const name = address.replace(/^https?:\/\//, '');
  const link = element('a', name.length > SHOWN ? `${name.slice(0, SHOWN)}…` : name);
  link.href = url.href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  return link;
}

function listFor([, number], open, fragment) {
  const name = number ? 'OL' : 'UL';
  if (open?.tagName === name) return open;
  const list = element(name);
  if (number) list.start = Number(number);
  fragment.append(list);
  return list;
}

function paragraphFor(line, open, fragment) {
  if (open?.tagName === 'P' && !SOURCE.test(line)) {
    open.append(element('br'));
    return open;
  }
  const paragraph = element('p');
  if (SOURCE.test(line)) paragraph.className = 'source';
  fragment.append(paragraph);
  return paragraph;
}

/** An element with children; `className` may be set with `tag.class`. */
export function element(kind, ...children) {
  const [tag, ...classes] = kind.split('.');
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(' ');
  made.append(...children);
  return made;
}

/** An icon of the page's own set. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', new URL(`icons.svg#${name}`, import.meta.url).href);
  svg.append(use);
  return svg;
}
