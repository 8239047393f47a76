// HTTP as the tests speak it: fetch where the request is a good one, and bytes on a socket where it is not.
import { once } from 'node:events';
import * as net from 'node:net';

/** `{status, headers, text, milliseconds}` of a request. */
export async function send(url, { method = 'POST', headers = {}, body } = {}) {
  const began = performance.now();
  const response = await fetch(url, { method, headers, body, redirect: 'manual', ...(body instanceof ReadableStream && { duplex: 'half' }) });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, milliseconds: performance.now() - began };
}

/**
 * The same over a socket of its own: `head` are lines after the request line, what `chunks` yields is sent for as long as the server takes
 * them. Resolves with what came back once the server closed, the answer is whole, or `patience` ms went by.
 */
export function sendRaw(url, { method = 'POST', target, head = [], chunks = () => [], patience = 4000, end = false } = {}) {
  const { hostname, port, pathname, search } = new URL(url);
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = net.connect(Number(port), hostname);
    let answer = '';
    let done = false;
    const timer = setTimeout(finish, patience);
    function finish() {
      if (done) return;
      done = true;
      clearTimeout(timer);
      socket.destroy();
      resolve({ ...parsed(answer), milliseconds: performance.now() - began });
    }
    socket.on('data', (data) => {
      answer = (answer + data.toString('latin1')).replace(/^HTTP\/1\.1 100 [^]*?\r\n\r\n/, '');
      if (isWhole(answer)) finish();
    });
    socket.on('error', finish);
    socket.on('close', finish);
    socket.on('connect', async () => {
      socket.write([`${method} ${target ?? pathname + search} HTTP/1.1`, `Host: ${hostname}:${port}`, ...head, '', ''].join('\r\n'), 'latin1');
      // As curl does: a second for the server to say that it does not want the body.
      if (head.some((line) => line.startsWith('Expect'))) await Promise.race([once(socket, 'data'), new Promise((wait) => setTimeout(wait, 1000))]).catch(() => undefined);
      for (const chunk of chunks()) {
        if (done || socket.destroyed) return;
        if (!socket.write(chunk)) await new Promise((drained) => socket.once('drain', drained).once('close', drained));
      }
      if (end) socket.end();
    });
  });
}

function parsed(answer) {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
  const body = rest.join('\r\n\r\n');
  return { status: Number(first.split(' ')[1] ?? 0), headers, text: headers.get('transfer-encoding') === 'chunked' ? unchunked(body) : body };
}

function isWhole(answer) {
  const at = answer.indexOf('\r\n\r\n');
  if (at === -1) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer.slice(0, at + 2))?.[1];
  if (length !== undefined) return answer.length >= at + 4 + Number(length);
  return /\r\ntransfer-encoding: *chunked/i.test(answer.slice(0, at + 2)) && answer.endsWith('\r\n0\r\n\r\n');
}

function unchunked(body) {
  let text = '';
  for (let at = 0; ; ) {
    const line = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.slice(at, line), 16);
    if (line === -1 || !(size > 0)) return text;
    text += body.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}

/** A body that is sent in chunks, each with its length. */
export function* chunked(parts) {
  for (const part of parts) yield Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]);
  yield Buffer.from('0\r\n\r\n');
}
