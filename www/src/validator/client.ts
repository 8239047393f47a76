/** The page's side of the worker. */

import type { Dialect, Reply, Report, Request } from '../protocol';
import type { Project } from '../model/project';

export interface ValidatorEvents {
  ready(version: string): void;
  report(report: Report, milliseconds: number): void;
  configRefused(message: string): void;
  failure(message: string): void;
}

interface Question {
  resolve(text: string): void;
  reject(error: Error): void;
}

export class ValidatorClient {
  private readonly worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'pgdry' });
  private readonly questions = new Map<number, Question>();
  private project: Project | undefined;
  private revision = 0;
  private reported = 0;
  private lastQuestion = 0;

  constructor(private readonly events: ValidatorEvents) {
    this.worker.onmessage = (event: MessageEvent<Reply>) => this.take(event.data);
    this.worker.onerror = (event) => events.failure(event.message || 'its script did not load');
  }

  /** Whether the last report speaks of the texts as they are now. */
  get isCurrent(): boolean {
    return this.reported === this.revision;
  }

  /** Checks this project from now on: a new one as a whole, a changed one by its changes. */
  show(project: Project): void {
    const before = this.project;
    if (project === before) return;
    this.project = project;
    const revision = ++this.revision;
    if (!before || before.id !== project.id) {
      this.send({ kind: 'open', revision, config: project.config, files: [...project.files] });
      return;
    }
    const set = [...project.files].filter(([path, text]) => before.files.get(path) !== text);
    const remove = [...before.files.keys()].filter((path) => !project.files.has(path));
    this.send({ kind: 'edit', revision, set, remove });
  }

  types(dialect: Dialect): Promise<string> {
    return this.ask((id) => ({ kind: 'types', id, dialect }));
  }

  /** A rule's page as Markdown. */
  explain(rule: string): Promise<string> {
    return this.ask((id) => ({ kind: 'explain', id, rule }));
  }

  private ask(request: (id: number) => Request): Promise<string> {
    const id = ++this.lastQuestion;
    return new Promise((resolve, reject) => {
      this.questions.set(id, { resolve, reject });
      this.send(request(id));
    });
  }

  private send(request: Request): void {
    this.worker.postMessage(request);
  }

  private take(reply: Reply): void {
    switch (reply.kind) {
      case 'ready':
        return this.events.ready(reply.version);
      case 'report':
        // The places of an older report may be wrong by now, and the next one is on its way.
        if (reply.revision !== this.revision) return;
        this.reported = reply.revision;
        return this.events.report(reply.report, reply.milliseconds);
      case 'config-refused':
        return this.events.configRefused(reply.message);
      case 'answer':
        this.questions.get(reply.id)?.resolve(reply.text);
        this.questions.delete(reply.id);
        return;
      case 'refusal':
        this.questions.get(reply.id)?.reject(new Error(reply.message));
        this.questions.delete(reply.id);
        return;
      case 'failure':
        return this.events.failure(reply.message);
    }
  }
}
