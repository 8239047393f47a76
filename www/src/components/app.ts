import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { Opened } from '../examples';
import { allFixes, withFix } from '../model/edits';
import { Findings, type Check } from '../model/findings';
import { fromDrop, fromFiles, fromFolder, type Import } from '../model/import';
import { movedTo, newMigration } from '../model/names';
import { countsByFile, neighbour, plural, problemsOf, type Counts, type Problem } from '../model/problems';
import { fileName, Project } from '../model/project';
import { breath, drawn, idle } from '../pace';
import type { Config, Finding, Fix } from '../protocol';
import { touched } from '../touched';
import { ValidatorClient } from '../validator/client';
import './app-header';
import { Projects, type Origin } from './app-projects';
import { appStyles } from './app-styles';
import './code-glimpse';
import type { CodeGlimpse } from './code-glimpse';
import type { AppEvent } from './events';
import './file-list';
import type { FileList as FileListElement } from './file-list';
import { icons } from './icons';
import { fetchViews, loadViews, type Ask, type SidePanel, type Tab } from './side-panel';
import './split-handle';
import type { SqlEditor } from './sql-editor';

/** The parts of the page of which a phone shows one at a time. */
type Pane = 'files' | 'editor' | 'panel';

interface Notice {
  text: string;
  undo?: () => void;
}

/** The editor's scripts: each runs in a task of its own; the last has the element. */
const editorParts = [() => import('../editor/parts/view'), () => import('../editor/parts/language'), () => import('./sql-editor')];

/** How long the editor waits for the first report, in milliseconds: its scripts would take a processor from the check. */
const PATIENCE = 1500;

/** One fix can make room for another; more rounds than any project needs. */
const MAX_ROUNDS = 10;

/** The whole page: it alone holds the project, and every change goes through `change`. */
@customElement('pgdry-app')
export class App extends LitElement {
  project = Project.of('', []);
  /** The file in the editor; empty when the project has none. */
  @state() open = '';
  @state() private origin: Origin = {};
  /** The last of the whole chain. */
  @state() private check: Check | undefined;
  /** With the edited file's, which come before the others. */
  @state() private findings = Findings.none;
  @state() private version = '';
  @state() private failure = '';
  @state() private refused = '';
  @state() private notice: Notice | undefined;
  @state() private tab: Tab = 'problems';
  @state() private rule = '';
  @state() private pane: Pane = 'editor';
  @state() private wide = false;
  @state() private dropping = false;
  @state() private hasEditor = false;

  private problems: readonly Problem[] = [];
  private counts: ReadonlyMap<string, Counts> = new Map();
  /** Whether there is something to draw: a project, or why there is none. Until then the page says what it is for. */
  private begin!: () => void;
  private readonly begun = new Promise<void>((resolve) => (this.begin = resolve));
  /** Somebody is about to write, or there will be no report. */
  private wantEditor!: () => void;
  private readonly editorWanted = new Promise<void>((resolve) => (this.wantEditor = resolve));
  /** Who waits for the next check. */
  private waiting: ((check: Check) => void)[] = [];

  @query('sql-editor') private editor!: SqlEditor | null;
  @query('code-glimpse') private glimpse!: CodeGlimpse | null;
  @query('file-list') private fileList!: FileListElement;
  @query('side-panel') private panel!: SidePanel;

  private readonly client = new ValidatorClient({
    ready: (version) => (this.version = version),
    findings: (findings, summary, milliseconds) => this.take({ findings, summary, milliseconds }),
    // The panels wait for the whole chain: the places of the others may be wrong by now.
    soFar: (findings) => (this.findings = findings),
    config: (refused) => {
      this.refused = refused;
      if (refused && this.tab !== 'settings' && this.tab !== 'contract') this.say(`pgdry.toml is not used: ${refused}`);
    },
    failure: (message) => {
      this.failure = message;
      this.begin();
      this.wantEditor();
    },
  });

  private readonly ask: Ask = (topic, ask) => this.client.ask(topic, ask);
  private readonly unzip = (bytes: Uint8Array) => this.ask('unzip', { bytes });
  private readonly projects = new Projects(this, this.ask, () => this.requestUpdate());

  constructor() {
    super();
    void this.projects.begin();
    // Before the editor, which would put the text of a dropped file where it was dropped.
    addEventListener('dragover', this.onDragOver, true);
    addEventListener('dragleave', this.onDragLeave, true);
    addEventListener('drop', this.onDrop, true);
    addEventListener('paste', this.onPaste);
  }

  start({ project, open }: Opened, origin: Origin): void {
    this.origin = origin;
    this.open = open;
    this.notice = undefined;
    this.begin();
    // A shared project's link is not this one's.
    if (location.hash && (origin.example || origin.saved)) history.replaceState(null, '', location.pathname + location.search);
    this.change(project);
  }

  private change(project: Project): void {
    this.hold(project);
    this.requestUpdate();
  }

  /** What was typed stands in the editor already: the other parts are drawn with the findings that it leads to. */
  private hold(project: Project): void {
    this.project = project;
    this.client.show(project);
  }

  private take(check: Check): void {
    this.problems = problemsOf(check.findings, this.project.paths);
    this.counts = countsByFile(check.findings, this.counts);
    this.check = check;
    this.findings = check.findings;
    for (const resolve of this.waiting.splice(0)) resolve(check);
  }

  private nextCheck(): Promise<Check> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  say(text: string, undo?: () => void): void {
    this.notice = undo ? { text, undo } : { text };
    this.begin();
  }

  protected override scheduleUpdate(): void | Promise<unknown> {
    return this.hasUpdated ? super.scheduleUpdate() : this.begun.then(drawn).then(breath).then(() => super.scheduleUpdate());
  }

  protected override firstUpdated(): void {
    void this.loadParts();
  }

  /** What is seen is there. The rest comes while nobody waits for anything, and runs when somebody is about to use it. */
  private async loadParts(): Promise<void> {
    try {
      const report = this.check ? Promise.resolve() : this.nextCheck().then(() => undefined);
      await Promise.all([this.loadEditor(report), this.fetchRest(report)]);
      await idle();
      await loadViews();
      performance.mark('pgdry:loaded');
    } catch (error) {
      this.say(`A part of this page did not load: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async loadEditor(report: Promise<void>): Promise<void> {
    const patience = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PATIENCE));
    await Promise.race([this.editorWanted, touched.then(() => Promise.race([report, patience()]))]);
    for (const load of editorParts) {
      await breath();
      await load();
    }
    await this.editor?.updateComplete;
    const begun = this.glimpse?.begun;
    this.hasEditor = true;
    await this.updateComplete;
    if (begun) this.editor?.takeOver(begun);
  }

  /** A tab then opens at once, and without a network. */
  private async fetchRest(report: Promise<void>): Promise<void> {
    await report;
    await idle();
    await Promise.all([fetchViews(), this.projects.loadExamples(), this.ask('rules', {})]);
    await import('../../sw/register');
  }

  protected override render(): TemplateResult {
    const { project, open, check, origin } = this;
    return html`
      <app-header role="banner" .origin=${origin} .saved=${this.projects.saved} .name=${project.name} .check=${check} .version=${this.version}
        @open-example=${(event: AppEvent<'open-example'>) => this.projects.openExample(event.detail)}
        @open-saved=${(event: AppEvent<'open-saved'>) => this.projects.openSaved(event.detail)}
        @save-project=${(event: AppEvent<'save-project'>) => this.save(event.detail)}
        @forget-project=${(event: AppEvent<'forget-project'>) => this.forget(event.detail)}
        @share-project=${() => this.projects.share()}></app-header>
      ${this.failure ? this.failed() : nothing}
      <main data-pane=${this.pane} class=${this.wide ? 'wide' : ''}
        @open-file=${(event: AppEvent<'open-file'>) => this.openFile(event.detail)}
        @edit-file=${(event: AppEvent<'edit-file'>) => this.hold(this.project.with(event.detail.path, event.detail.text))}
        @add-file=${this.addFile}
        @rename-file=${(event: AppEvent<'rename-file'>) => this.renameFile(event.detail.from, event.detail.to)}
        @move-file=${(event: AppEvent<'move-file'>) => this.moveFile(event.detail.path, event.detail.to)}
        @remove-file=${(event: AppEvent<'remove-file'>) => this.removeFile(event.detail)}
        @import-files=${(event: AppEvent<'import-files'>) => this.import(fromFiles(event.detail, this.unzip))}
        @import-folder=${(event: AppEvent<'import-folder'>) => this.import(fromFolder(event.detail))}
        @paste-sql=${this.pasteSql}
        @set-config=${(event: AppEvent<'set-config'>) => this.change(this.project.withConfig(event.detail as Partial<Config>))}
        @show-finding=${(event: AppEvent<'show-finding'>) => this.showFinding(event.detail)}
        @show-place=${(event: AppEvent<'show-place'>) => this.show(event.detail.file, event.detail.from, event.detail.to)}
        @next-finding=${(event: AppEvent<'next-finding'>) => this.nextFinding(event.detail.offset, event.detail.step)}
        @apply-fix=${(event: AppEvent<'apply-fix'>) => this.applyFix(event.detail)}
        @fix-all=${(event: AppEvent<'fix-all'>) => this.fixAll(event.detail || undefined)}
        @explain-rule=${(event: AppEvent<'explain-rule'>) => this.explain(event.detail)}
        @open-rule-example=${(event: AppEvent<'open-rule-example'>) => this.projects.openRuleExample(event.detail.rule, event.detail.sql)}
        @close-rule=${this.closeRule}
        @widen-panel=${(event: AppEvent<'widen-panel'>) => (this.wide = event.detail)}
        @pick-tab=${(event: AppEvent<'pick-tab'>) => (this.tab = event.detail)}>
        <file-list .paths=${project.paths} .open=${open} .counts=${this.counts}></file-list>
        <section class="editor" aria-label="Editor" @pointerdown=${() => this.wantEditor()}>
          <h2>${open ? fileName(open) : 'No file'}</h2>
          ${open
            ? html`<sql-editor .project=${project.id} .path=${open} .text=${live(project.files.get(open) ?? '')} .previous=${project.before(open)}
                .supabase=${project.config.base !== 'postgres'} .findings=${this.findings.of(open)} .ask=${this.ask}></sql-editor>
                ${this.hasEditor
                  ? nothing
                  : html`<code-glimpse .text=${project.files.get(open) ?? ''} .label=${`SQL of ${fileName(open)}`} .findings=${this.findings.of(open)}></code-glimpse>`}`
            : html`<p class="empty">This project has no migration. <button class="button" @click=${this.addFile}>${icons.add}New migration</button></p>`}
        </section>
        <split-handle .within=${this} .panel=${() => this.panel}></split-handle>
        <side-panel .tab=${this.tab} .project=${project} .check=${check} .problems=${this.problems} .open=${open} .rule=${this.rule}
          .refused=${this.refused} .wide=${this.wide} .ask=${this.ask}></side-panel>
      </main>
      <nav aria-label="Parts of the page">${this.paneButton('files', 'Files')} ${this.paneButton('editor', 'Editor')} ${this.paneButton('panel', 'Results')}</nav>
      ${this.notice ? this.noticed(this.notice) : nothing}
      ${this.dropping ? html`<div class="drop"><p>Drop migrations, a folder or a .zip here</p></div>` : nothing}
    `;
  }

  private paneButton(pane: Pane, title: string): TemplateResult {
    const count = pane === 'panel' ? (this.check?.findings.count ?? 0) : 0;
    return html`<button aria-current=${pane === this.pane ? 'true' : nothing} @click=${() => (this.pane = pane)}>
      ${title}${count > 0 ? html` <span class="count">${count}</span>` : nothing}
    </button>`;
  }

  private failed(): TemplateResult {
    return html`<p class="failure" role="alert">
      The validator stopped: ${this.failure}. <button class="button" @click=${() => location.reload()}>Reload the page</button>
    </p>`;
  }

  private noticed(notice: Notice): TemplateResult {
    return html`<div class="notice" role="status">
      <span>${notice.text}</span>
      ${notice.undo ? html`<button class="button" @click=${notice.undo}>Undo</button>` : nothing}
      <button class="tool" title="Dismiss" aria-label="Dismiss" @click=${() => (this.notice = undefined)}>${icons.close}</button>
    </div>`;
  }

  private async save(name: string): Promise<void> {
    if (!(await this.projects.save(name))) return;
    this.change(this.project.named(name));
    this.origin = { saved: name };
  }

  private async forget(name: string): Promise<void> {
    await this.projects.forget(name);
    this.origin = {};
  }

  private openFile(path: string): void {
    this.open = path;
    this.pane = 'editor';
  }

  private async addFile(): Promise<void> {
    const path = newMigration(this.project.paths, new Date());
    this.change(this.project.with(path, ''));
    this.open = path;
    await this.updateComplete;
    await this.fileList.rename(path);
  }

  private addText(text: string): void {
    const path = newMigration(this.project.paths, new Date(), 'pasted');
    this.change(this.project.with(path, text));
    this.openFile(path);
  }

  private renameFile(from: string, to: string): void {
    if (this.project.files.has(to)) return this.say(`There is already a file ${fileName(to)}.`);
    this.change(this.project.renamed(from, to));
    if (this.open === from) this.open = to;
  }

  private moveFile(path: string, to: number): void {
    if (to < 0 || to >= this.project.paths.length || this.project.paths[to] === path) return;
    const moved = movedTo(this.project.paths, path, to);
    if ('refusal' in moved) return this.say(moved.refusal);
    this.renameFile(path, moved.path);
    this.say(`It is now ${fileName(moved.path)}.`, () => {
      if (this.project.files.has(moved.path)) this.renameFile(moved.path, path);
      this.notice = undefined;
    });
  }

  private removeFile(path: string): void {
    const text = this.project.files.get(path) ?? '';
    if (this.open === path) this.open = this.project.neighbour(path) ?? '';
    this.change(this.project.without(path));
    const { id } = this.project;
    this.say(`Removed ${fileName(path)}.`, () => {
      if (this.project.id === id) this.change(this.project.with(path, text));
      this.open = path;
      this.notice = undefined;
    });
  }

  private async show(file: string, from: number, to: number): Promise<void> {
    if (!this.project.files.has(file)) return;
    this.wide = false;
    this.openFile(file);
    this.wantEditor();
    await this.updateComplete;
    await customElements.whenDefined('sql-editor');
    await this.editor?.updateComplete;
    this.editor?.reveal(from, to);
  }

  private showFinding({ file, start, end }: Finding): void {
    // A finding about the configuration stands in its text, which the page shows as controls.
    if (!this.project.files.has(file)) this.tab = 'contract';
    void this.show(file, start.utf16, end.utf16);
  }

  private nextFinding(offset: number, step: 1 | -1): void {
    const next = neighbour(this.findings, this.project.paths, { file: this.open, offset }, step);
    if (next) this.showFinding(next);
  }

  private applyFix(fix: Fix): void {
    // Between a keystroke and its findings, a fix speaks of the text before.
    if (this.client.isCurrent) this.change(withFix(this.project, fix));
  }

  private async fixAll(file: string | undefined): Promise<void> {
    const before = this.project;
    let fixed = 0;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      // Between a keystroke and its findings, a fix speaks of the text before.
      if (!this.client.isCurrent) await this.nextCheck();
      const { project, count } = allFixes(this.project, this.check?.findings ?? Findings.none, file);
      if (count === 0) break;
      fixed += count;
      this.change(project);
    }
    const after = this.project;
    const files = after.paths.filter((path) => after.files.get(path) !== before.files.get(path)).length;
    this.say(`Applied ${fixed === 1 ? '1 fix' : `${fixed.toLocaleString('en')} fixes`} in ${plural(files, 'file')}.`, () => {
      // What was typed since stays elsewhere.
      const changed = before.paths.filter((path) => this.project.files.get(path) === after.files.get(path));
      if (this.project.id === before.id) this.change(this.project.withAll(changed.map((path) => [path, before.files.get(path) ?? ''] as const)));
      this.notice = undefined;
    });
  }

  private explain(rule: string): void {
    this.rule = rule;
    this.tab = 'rule';
    this.pane = 'panel';
  }

  private closeRule(): void {
    this.rule = '';
    this.tab = 'problems';
  }

  private async import(pending: Promise<Import>): Promise<void> {
    try {
      const given = await pending;
      const joined = this.projects.import(given);
      if (!joined) return;
      this.change(joined);
      this.open = given.migrations[0]?.[0] ?? this.open;
    } catch (error) {
      this.say(`This cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
    }
  }

  private async pasteSql(): Promise<void> {
    try {
      const text = await navigator.clipboard.readText();
      if (text.trim()) this.addText(text);
      else this.say('There is no text to paste.');
    } catch {
      this.say('The browser does not let this page read the clipboard: press Ctrl+V or ⌘V outside of the editor instead.');
    }
  }

  /** What is pasted anywhere but into a field becomes a migration, or several. */
  private readonly onPaste = (event: ClipboardEvent): void => {
    const target = event.composedPath()[0];
    const isField = target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
    if (isField || !event.clipboardData) return;
    event.preventDefault();
    const { files } = event.clipboardData;
    const text = event.clipboardData.getData('text/plain');
    if (files.length > 0) void this.import(fromFiles([...files], this.unzip));
    else if (text.trim()) this.addText(text);
  };

  private readonly onDragOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    this.dropping = true;
  };

  private readonly onDragLeave = (event: DragEvent): void => {
    // Leaving one element for another is not leaving the page.
    if (event.relatedTarget === null) this.dropping = false;
  };

  private readonly onDrop = (event: DragEvent): void => {
    this.dropping = false;
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    void this.import(fromDrop(event.dataTransfer, this.unzip));
  };

  static override styles = appStyles;
}
