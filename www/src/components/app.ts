import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { examples } from '../examples';
import { withFix } from '../model/edits';
import { fromDrop, fromInput, type Import } from '../model/import';
import { newMigration } from '../model/names';
import { countsByFile, problemsOf, type Counts, type Problem } from '../model/problems';
import { fileName, Project } from '../model/project';
import type { Finding, Fix, Report } from '../protocol';
import { ValidatorClient } from '../validator/client';
import './app-header';
import { appStyles } from './app-styles';
import type { AppEvent } from './events';
import './file-list';
import type { FileList as FileListElement } from './file-list';
import { icons } from './icons';
import './side-panel';
import type { Answers, SidePanel, Tab } from './side-panel';
import './split-handle';
import './sql-editor';
import type { SqlEditor } from './sql-editor';

/** The parts of the page of which a phone shows one at a time. */
type Pane = 'files' | 'editor' | 'panel';

interface Notice {
  text: string;
  undo?: () => void;
}

/** The whole page: it alone holds the project, and every change goes through `change`. */
@customElement('pgdry-app')
export class App extends LitElement {
  @state() private project = Project.of('', []);
  @state() private example = '';
  /** The file in the editor; empty when the project has none. */
  @state() private open = '';
  @state() private report: Report | undefined;
  @state() private milliseconds = 0;
  @state() private version = '';
  @state() private failure = '';
  @state() private notice: Notice | undefined;
  @state() private tab: Tab = 'problems';
  @state() private rule = '';
  @state() private pane: Pane = 'editor';
  @state() private dropping = false;

  private problems: readonly Problem[] = [];
  private counts: ReadonlyMap<string, Counts> = new Map();
  private findings: ReadonlyMap<string, readonly Finding[]> = new Map();

  @query('sql-editor') private editor!: SqlEditor;
  @query('file-list') private fileList!: FileListElement;
  @query('side-panel') private panel!: SidePanel;

  private readonly client = new ValidatorClient({
    ready: (version) => (this.version = version),
    report: (report, milliseconds) => this.take(report, milliseconds),
    configRefused: (message) => this.say(`pgdry.toml is not used: ${message}`),
    failure: (message) => (this.failure = message),
  });

  private readonly answers: Answers = {
    types: (dialect) => this.client.types(dialect),
    explain: (rule) => this.client.explain(rule),
  };

  constructor() {
    super();
    void this.openExample('aias');
    // Before the editor, which would put the text of a dropped file where it was dropped.
    addEventListener('dragover', this.onDragOver, true);
    addEventListener('dragleave', this.onDragLeave, true);
    addEventListener('drop', this.onDrop, true);
  }

  private async openExample(key: string): Promise<void> {
    const example = examples[key];
    if (!example) return;
    const project = await example.project;
    this.example = key;
    this.start(project, example.opens);
  }

  private start(project: Project, open: string): void {
    this.open = open;
    this.notice = undefined;
    this.change(project);
  }

  private change(project: Project): void {
    this.project = project;
    this.client.show(project);
  }

  private take(report: Report, milliseconds: number): void {
    this.problems = problemsOf(report);
    this.counts = countsByFile(report);
    this.findings = Map.groupBy(report.findings, ({ file }) => file);
    this.report = report;
    this.milliseconds = milliseconds;
  }

  private say(text: string, undo?: () => void): void {
    this.notice = undo ? { text, undo } : { text };
  }

  protected override render(): TemplateResult {
    const { project, open } = this;
    return html`
      <app-header role="banner" .example=${this.example} .summary=${this.report?.summary} .milliseconds=${this.milliseconds} .version=${this.version}
        @open-example=${(event: AppEvent<'open-example'>) => this.openExample(event.detail)}></app-header>
      ${this.failure ? this.failed() : nothing}
      <main data-pane=${this.pane}
        @open-file=${(event: AppEvent<'open-file'>) => this.openFile(event.detail)}
        @edit-file=${(event: AppEvent<'edit-file'>) => this.change(project.with(event.detail.path, event.detail.text))}
        @add-file=${this.addFile}
        @rename-file=${(event: AppEvent<'rename-file'>) => this.renameFile(event.detail.from, event.detail.to)}
        @remove-file=${(event: AppEvent<'remove-file'>) => this.removeFile(event.detail)}
        @import-files=${(event: AppEvent<'import-files'>) => this.import(fromInput(event.detail))}
        @show-finding=${(event: AppEvent<'show-finding'>) => this.showFinding(event.detail)}
        @apply-fix=${(event: AppEvent<'apply-fix'>) => this.applyFix(event.detail)}
        @explain-rule=${(event: AppEvent<'explain-rule'>) => this.explain(event.detail)}
        @close-rule=${this.closeRule}
        @pick-tab=${(event: AppEvent<'pick-tab'>) => (this.tab = event.detail)}>
        <file-list .paths=${project.paths} .open=${open} .counts=${this.counts}></file-list>
        <section class="editor" aria-label="Editor">
          <h2>${open ? fileName(open) : 'No file'}</h2>
          ${open
            ? html`<sql-editor .project=${project.id} .path=${open} .text=${project.files.get(open) ?? ''}
                .findings=${this.findings.get(open) ?? []}></sql-editor>`
            : html`<p class="empty">This project has no migration. <button class="button" @click=${this.addFile}>${icons.add}New migration</button></p>`}
        </section>
        <split-handle .within=${this} .panel=${() => this.panel}></split-handle>
        <side-panel .tab=${this.tab} .report=${this.report} .problems=${this.problems} .open=${open} .rule=${this.rule} .answers=${this.answers}></side-panel>
      </main>
      <nav aria-label="Parts of the page">${this.paneButton('files', 'Files')} ${this.paneButton('editor', 'Editor')} ${this.paneButton('panel', 'Results')}</nav>
      ${this.notice ? this.noticed(this.notice) : nothing}
      ${this.dropping ? html`<div class="drop"><p>Drop migrations here</p></div>` : nothing}
    `;
  }

  private paneButton(pane: Pane, title: string): TemplateResult {
    const errors = pane === 'panel' ? (this.report?.findings.length ?? 0) : 0;
    return html`<button aria-current=${pane === this.pane ? 'true' : nothing} @click=${() => (this.pane = pane)}>
      ${title}${errors > 0 ? html` <span class="count">${errors}</span>` : nothing}
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

  private renameFile(from: string, to: string): void {
    if (this.project.files.has(to)) return this.say(`There is already a file ${fileName(to)}.`);
    this.change(this.project.renamed(from, to));
    if (this.open === from) this.open = to;
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

  private async showFinding({ file, start, end }: Finding): Promise<void> {
    this.openFile(file);
    await this.updateComplete;
    await this.editor.updateComplete;
    this.editor.reveal(start.utf16, end.utf16);
  }

  private applyFix(fix: Fix): void {
    // Between a keystroke and its report, a fix speaks of the text before.
    if (this.client.isCurrent) this.change(withFix(this.project, fix));
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

  /** A folder or a project becomes the project; single files join the open one. */
  private async import(pending: Promise<Import>): Promise<void> {
    const { folder, migrations, config, configError } = await pending;
    const [first] = migrations;
    if (!first) return this.say('There is no .sql file in it.');
    if (folder) {
      this.example = '';
      const project = Project.of(folder, migrations, config);
      this.start(project, project.paths.at(-1) ?? '');
    } else {
      this.change(this.project.withAll(migrations));
      this.open = first[0];
    }
    if (configError) this.say(`pgdry.toml is not used: ${configError}`);
  }

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
    this.import(fromDrop(event.dataTransfer)).catch((error: unknown) => {
      this.say(`This cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    });
  };

  static override styles = appStyles;
}
