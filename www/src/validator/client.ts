/** The page's side of the worker. */

import { Findings } from '../model/findings';
import type { Project } from '../model/project';
import type { FileFindings, Questions, Reply, Report, Request, SoFar, Topic } from '../protocol';
import { listen, lookForSoFar, worker } from './start';

export interface ValidatorEvents {
  ready(version: string): void;
  findings(findings: Findings, summary: Report['summary'], milliseconds: number): void;
  /** The findings of the edited file alone are new: the others follow. */
  soFar(findings: Findings): void;
  /** Why the configuration is not used; empty when it is. */
  config(refused: string): void;
  failure(message: string): void;
}

interface Question {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export class ValidatorClient {
  private readonly questions = new Map<number, Question>();
  private project: Project | undefined;
  private findings = Findings.none;
  private revision = 0;
  /** The revision at which the worker began afresh. */
  private opened = 0;
  private reported = 0;
  /** What was taken before messages that the worker sent earlier. */
  private early: { file: string; revision: number } | undefined;
  private lastQuestion = 0;

  constructor(private readonly events: ValidatorEvents) {
    listen({ take: (reply) => this.take(reply), fail: (message) => events.failure(message || 'its script did not load') });
  }

  /** Whether the last findings speak of the texts as they are now. */
  get isCurrent(): boolean {
    return this.reported === this.revision;
  }

  /** Checks this project from now on: a new one or one with another configuration as a whole, a changed one by its changes. */
  show(project: Project): void {
    const before = this.project;
    if (project === before) return;
    this.project = project;
    const revision = ++this.revision;
    if (!before || before.id !== project.id || before.config !== project.config) {
      // Findings that are still on their way belong to a former revision.
      this.opened = revision;
      this.findings = Findings.none;
      this.send({ kind: 'open', revision, config: project.config, files: [...project.files] });
      return;
    }
    const set = [...project.files].filter(([path, text]) => before.files.get(path) !== text);
    const remove = [...before.files.keys()].filter((path) => !project.files.has(path));
    this.send({ kind: 'edit', revision, set, remove });
    // When the key is done, and before its frame is drawn: messages come after that.
    queueMicrotask(this.look);
    requestAnimationFrame(this.look);
  }

  ask<T extends Topic>(topic: T, ask: Questions[T]['ask']): Promise<Questions[T]['answer']> {
    const id = ++this.lastQuestion;
    return new Promise<Questions[T]['answer']>((resolve, reject) => {
      this.questions.set(id, { resolve: (answer) => resolve(answer as Questions[T]['answer']), reject });
      this.send({ kind: 'ask', id, topic, ask } as Request);
    });
  }

  private send(request: Request): void {
    worker.postMessage(request);
  }

  private readonly look = (): void => {
    const soFar = lookForSoFar();
    if (!soFar) return;
    this.early = { file: soFar.file[0], revision: soFar.revision };
    this.takeSoFar(soFar);
  };

  private take(reply: Reply): void {
    switch (reply.kind) {
      case 'ready':
        return this.events.ready(reply.version);
      case 'findings':
        return this.takeFindings(reply);
      case 'so-far':
        return this.takeSoFar(reply);
      case 'look':
        return this.look();
      case 'config':
        return this.events.config(reply.refused);
      case 'answer':
        this.questions.get(reply.id)?.resolve(reply.answer);
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

  /** Whether the page has newer findings of the file already. */
  private isOld([file]: FileFindings, revision: number): boolean {
    return this.early !== undefined && file === this.early.file && revision < this.early.revision;
  }

  private takeSoFar({ revision, file }: SoFar): void {
    if (revision < this.opened || this.isOld(file, revision)) return;
    this.findings = this.findings.with([file]);
    if (revision === this.revision) this.events.soFar(this.findings);
  }

  private takeFindings({ revision, files, last }: Extract<Reply, { kind: 'findings' }>): void {
    if (revision < this.opened) return;
    this.findings = this.findings.with(files.filter((file) => !this.isOld(file, revision)));
    // The places of older findings may be wrong by now, and the next ones are on their way.
    if (!last || revision !== this.revision) return;
    this.reported = revision;
    this.events.findings(this.findings, last.summary, last.milliseconds);
  }
}
