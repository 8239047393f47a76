/** The page and the documentation in Debian's Firefox ESR, driven by WebDriver BiDi: Playwright's own driver needs Playwright's own Firefox. */

import { expect, test as base } from '@playwright/test';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { dist } from './site';
import { serve, type StaticServer } from './static-server';

interface Message {
  id?: number;
  method?: string;
  error?: string;
  message?: string;
  result?: Record<string, unknown>;
  params?: { level?: string; text?: string };
}

/** What the page may look up in shadow trees. */
const HELPERS = `
  const deep = (selector, root = document) =>
    root.querySelector(selector) ?? [...root.querySelectorAll('*')].map((element) => element.shadowRoot && deep(selector, element.shadowRoot)).find(Boolean);
  const until = async (look) => {
    for (const end = Date.now() + 30000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
      const seen = look();
      if (seen) return seen;
    }
    return 'never';
  };
`;

class Firefox {
  /** Errors and warnings of pages, in the console or thrown; breaches of their policy are errors too. */
  readonly complaints: string[] = [];
  private readonly pending = new Map<number, (message: Message) => void>();
  private last = 0;
  private context = '';

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message;
      if (message.id !== undefined) this.pending.get(message.id)?.(message);
      else if (message.method === 'log.entryAdded' && ['error', 'warn'].includes(message.params?.level ?? '')) this.complaints.push(message.params?.text ?? '');
    });
  }

  static async connect(address: string): Promise<Firefox> {
    const socket = new WebSocket(`${address}/session`);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const firefox = new Firefox(socket);
    await firefox.send('session.new', { capabilities: {} });
    await firefox.send('session.subscribe', { events: ['log.entryAdded'] });
    const { contexts } = (await firefox.send('browsingContext.getTree', {})) as { contexts: { context: string }[] };
    firefox.context = contexts[0]!.context;
    return firefox;
  }

  private send(method: string, params: object): Promise<Record<string, unknown>> {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.pending.set(id, ({ error, message, result }) => (error ? reject(new Error(`${method}: ${error}: ${message}`)) : resolve(result!)));
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  async open(url: string): Promise<void> {
    await this.send('browsingContext.navigate', { context: this.context, url, wait: 'complete' });
  }

  async moveMouse(): Promise<void> {
    const actions = [{ type: 'pointer', id: 'mouse', actions: [{ type: 'pointerMove', x: 1, y: 1 }, { type: 'pointerMove', x: 9, y: 9 }] }];
    await this.send('input.performActions', { context: this.context, actions });
  }

  /** Waits until the expression is true, and returns it as text. */
  async until(expression: string): Promise<string> {
    const { result, exceptionDetails } = (await this.send('script.evaluate', {
      expression: `(async () => { ${HELPERS} return String(await until(() => ${expression})); })()`,
      target: { context: this.context },
      awaitPromise: true,
    })) as { result?: { value: string }; exceptionDetails?: { text: string } };
    if (!result) throw new Error(exceptionDetails?.text);
    return result.value;
  }
}

const test = base.extend<{ firefox: Firefox; server: StaticServer }>({
  server: async ({}, use) => {
    const server = await serve(dist);
    await use(server);
    await server.close();
  },
  firefox: async ({}, use) => {
    const profile = mkdtempSync(path.join(tmpdir(), 'pgdry-firefox-'));
    writeFileSync(path.join(profile, 'user.js'), 'user_pref("app.update.enabled", false);\nuser_pref("browser.shell.checkDefaultBrowser", false);\nuser_pref("datareporting.policy.dataSubmissionEnabled", false);\n');
    const child = spawn(process.env['FIREFOX'] ?? 'firefox-esr', ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, HOME: profile },
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const address = await new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      createInterface(child.stderr).on('line', (line) => {
        const found = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1];
        if (found) resolve(found);
      });
    });
    const firefox = await Firefox.connect(address);
    await use(firefox);
    child.kill();
    await exited;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    expect(firefox.complaints).toEqual([]);
  },
});

test('in Firefox the playground reports, and an example of the documentation is checked as it is edited', async ({ firefox, server }) => {
  await firefox.open(server.address);
  expect(await firefox.until(`deep('.verdict')?.textContent.trim()`)).toMatch(/problem|finding|clean|error|warning/i);
  expect(await firefox.until(`deep('code-glimpse')?.shadowRoot.textContent`)).toMatch(/create table/i);
  await firefox.moveMouse();
  expect(await firefox.until(`deep('.cm-content')?.textContent`)).toMatch(/create table/i);

  await firefox.open(`${server.address}docs/rules/rls/enabled-on-create.html`);
  expect(await firefox.until(`document.querySelector('pgdry-lint').shadowRoot?.querySelector('.pgdry-findings li')?.textContent`)).toContain('rls/enabled-on-create');
  expect(await firefox.until(`document.querySelector('pgdry-lint').shadowRoot.querySelector('button')?.click() ?? 'clicked'`)).toBe('clicked');
  expect(await firefox.until(`document.querySelector('pgdry-lint').findings.length === 0`)).toBe('true');
  expect(await firefox.until(`document.querySelector('pgdry-lint').value`)).toContain('enable row level security');
});
