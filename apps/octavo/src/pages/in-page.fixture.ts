/**
 * What a test does inside a page, as its own script could: scripts as text, because tests know no page's own names.
 * They run in the page's own world, under its policy.
 */
import type { BrowserContext, Frame, Page } from 'playwright-core';

/** Everything that a page's origin keeps in its browser, as one text: both storages, databases and caches. */
export function keptBy(place: Page | Frame): Promise<string> {
  return inside(place, KEPT);
}

const KEPT = `async () => {
  const plain = (name, value) =>
    ArrayBuffer.isView(value)
      ? [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      : typeof value === 'bigint' ? String(value) : value;
  const told = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  const done = (asked) => new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const table of database.objectStoreNames) {
      const rows = database.transaction(table).objectStore(table);
      told.push(name, table, JSON.stringify(await done(rows.getAllKeys()), plain));
      told.push(JSON.stringify(await done(rows.getAll()), plain));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      told.push(request.url, await (await cache.match(request)).text());
    }
  }
  return told.join('\\n');
}`;

/** What became of reaching into each frame of a page: its site, and what the browser said to every try. */
export function reachIntoFrames(page: Page): Promise<Readonly<Record<string, readonly string[]>>> {
  return inside(
    page,
    `() => {
    const tried = ['document', 'localStorage', 'sessionStorage', 'indexedDB', 'caches', 'origin'];
    const reach = (frame, name) => {
      try {
        return 'reached ' + name + ' ' + String(frame.contentWindow[name]);
      } catch (error) {
        return error.name;
      }
    };
    const siteOf = (frame) => new URL(frame.src).hostname.split('.')[0];
    return Object.fromEntries([...document.querySelectorAll('iframe')].map((frame) => [
      siteOf(frame),
      [String(frame.contentDocument), ...new Set(tried.map((name) => reach(frame, name)))],
    ]));
  }`,
  );
}

/** From one frame of a page, say to every other what only the page itself may say, each with a port of its own. */
export async function knockAtFrames(place: Frame): Promise<{ answers(): Promise<number> }> {
  await inside(
    place,
    `() => {
    window.answersHeard = 0;
    window.portsHeld = [...Array(top.length).keys()].map((at) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => (window.answersHeard += 1);
      top[at].postMessage({ kind: 'connect', language: 'en', theme: 'light' }, '*', [port2]);
      port1.postMessage({ id: 1, ask: { kind: 'apdu', bytes: Uint8Array.of(0, 0xa4, 4, 0, 0) } });
      return port1;
    });
  }`,
  );
  return { answers: () => place.evaluate('window.answersHeard') };
}

/** Say to the element's frame what the wallet page says when it connects, and keep the port for `askElement`. */
export async function connectToElement(page: Page): Promise<void> {
  await inside(
    page,
    `() => {
    const frame = document.querySelector('iframe[src*="element."]');
    const { port1, port2 } = new MessageChannel();
    port1.start();
    window.portToElement = port1;
    const connect = { kind: 'connect', language: 'en', theme: 'light' };
    frame.contentWindow.postMessage(connect, new URL(frame.src).origin, [port2]);
  }`,
  );
}

/** What the element's frame keeps of its state, sealed: read it, or put back what was read earlier. */
export function sealedState(frame: Frame, putBack?: readonly number[]): Promise<readonly number[]> {
  return inside(
    frame,
    `(putBack) => new Promise((resolve, reject) => {
      const opening = indexedDB.open('octavo-element');
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const act = opening.result.transaction('element', 'readwrite');
        const rows = act.objectStore('element');
        if (putBack !== undefined) rows.put(Uint8Array.from(putBack), 'state');
        const reading = rows.get('state');
        act.onerror = () => reject(act.error);
        act.oncomplete = () => {
          opening.result.close();
          resolve([...reading.result]);
        };
      };
    })`,
    putBack,
  );
}

/** Send a wired command over the port that `connectToElement` has made; both are upper-case hexadecimal. */
export function askElement(page: Page, command: string): Promise<string> {
  return inside(
    page,
    `(command) => new Promise((resolve) => {
      const id = 1000 + (window.lastAsk = (window.lastAsk ?? 0) + 1);
      const hear = ({ data }) => {
        if (data.id !== id) return;
        window.portToElement.removeEventListener('message', hear);
        const { bytes = [], kind } = data.answer;
        const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        resolve(kind === 'response' ? hex.toUpperCase() : kind);
      };
      window.portToElement.addEventListener('message', hear);
      const bytes = Uint8Array.from(command.match(/../g), (pair) => Number.parseInt(pair, 16));
      window.portToElement.postMessage({ id, ask: { kind: 'apdu', bytes } });
    })`,
    command,
  );
}

/** What a page's own script might be made to do by somebody who has found a hole. */
export type Try =
  | { readonly frame: string }
  | { readonly inline: string }
  | { readonly module: string }
  | { readonly fetch: string };

/** Try it in a page; the directives of the policy that stopped it, none when it went through. */
export function tryInPage(place: Page | Frame, what: Try): Promise<readonly string[]> {
  return inside(
    place,
    `async (what) => {
      const stopped = new Promise((resolve) => {
        const hear = ({ effectiveDirective }) => resolve([effectiveDirective]);
        document.addEventListener('securitypolicyviolation', hear, { once: true });
      });
      // That it loads says nothing: a frame that is stopped loads too, as a page of the browser's own.
      const add = (name, change) => {
        document.body.append(change(document.createElement(name)));
        return Promise.reject(new Error('what came of it is told by the policy alone'));
      };
      const done =
        'fetch' in what ? fetch(what.fetch)
        : 'module' in what ? import(what.module)
        : 'frame' in what ? add('iframe', (one) => Object.assign(one, { src: what.frame }))
        : add('script', (one) => (one.append(what.inline), one));
      const unstopped = () => new Promise((resolve) => setTimeout(resolve, 5000, ['not stopped']));
      const through = done.then(() => [], unstopped);
      return Promise.race([stopped, through]);
    }`,
    what,
  );
}

/** Run a script of ours, written as a function of one argument, and take what it answers. */
function inside<Answer>(place: Page | Frame, script: string, argument?: unknown): Promise<Answer> {
  return place.evaluate(`(${script})(${JSON.stringify(argument)})`);
}

/** Note every request that pages of an origin send, with its body. */
export function noteRequests(context: BrowserContext, origin: string): { all(): string } {
  const noted: string[] = [];
  context.on('request', (request) => {
    const worker = request.serviceWorker();
    const from =
      worker !== null || request.isNavigationRequest() ? request.url() : request.frame().url();
    if (new URL(from).origin === origin) noted.push(`${request.url()} ${request.postData() ?? ''}`);
  });
  return { all: () => noted.join('\n') };
}
