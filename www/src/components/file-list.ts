import '@lit-labs/virtualizer';
import type { LitVirtualizer } from '@lit-labs/virtualizer';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { parts } from '../model/names';
import { inWords, type Counts } from '../model/problems';
import { fileName, folderOf } from '../model/project';
import { breath } from '../pace';
import { emit } from './events';
import { icons } from './icons';
import { nearRows, placed } from './near-rows';
import { PacedElement } from './paced-element';
import { sharedStyles } from './shared-styles';

interface FileRow {
  path: string;
}

declare global {
  interface Window {
    /** Not everywhere, and not yet in TypeScript's declarations. */
    showDirectoryPicker?(): Promise<FileSystemDirectoryHandle>;
  }
}

/** Of more files than this, only those in sight are drawn. */
const MANY = 200;

/** The project's migrations, in the order of their replay. */
@customElement('file-list')
export class FileList extends PacedElement {
  @property({ attribute: false }) paths: readonly string[] = [];
  @property() open = '';
  @property({ attribute: false }) counts: ReadonlyMap<string, Counts> = new Map();

  /** The file whose name is being typed. */
  @state() private renaming: string | undefined;
  /** The file that is being dragged, and the one that it is over. */
  private dragged: string | undefined;
  @state() private over: string | undefined;
  @query('lit-virtualizer') private list: LitVirtualizer<FileRow> | null | undefined;
  @query('#folder') private folderInput!: HTMLInputElement;
  @query('#files') private filesInput!: HTMLInputElement;

  /** Lets the user type a new name for a file. */
  async rename(path: string): Promise<void> {
    await this.updateComplete;
    await this.bringIntoSight(path);
    this.renaming = path;
    await this.updateComplete;
    if (this.list) await placed(this.list);
    const input = this.renderRoot.querySelector<HTMLInputElement>('#name');
    if (!input) return;
    const [version, rest] = parts(input.value);
    input.focus();
    // The description alone: the version rarely changes.
    input.setSelectionRange(version ? version.length + 1 : 0, version.length + rest.lastIndexOf('.'));
  }

  protected override updated(changed: PropertyValues<this>): void {
    // Later, as it must be laid out for that.
    if (changed.has('open')) void breath().then(() => this.bringIntoSight(this.open));
  }

  protected override render(): TemplateResult {
    return html`
      <header>
        <h2>Migrations</h2>
        <button class="tool" title="New migration" aria-label="New migration" @click=${() => emit(this, 'add-file')}>${icons.add}</button>
        <button class="tool" title="Paste SQL as a migration" aria-label="Paste SQL as a migration" @click=${() => emit(this, 'paste-sql')}>${icons.paste}</button>
        <button class="tool" title="Add .sql files or a .zip" aria-label="Add .sql files or a .zip" @click=${() => this.filesInput.click()}>${icons.file}</button>
        <button class="tool" title="Open a folder" aria-label="Open a folder" @click=${this.pickFolder}>${icons.folder}</button>
        <input id="files" type="file" accept=".sql,.zip,.toml" multiple hidden @change=${this.picked} />
        <input id="folder" type="file" webkitdirectory hidden @change=${this.picked} />
      </header>
      ${this.paths.length > MANY
        ? html`<lit-virtualizer scroller .layout=${nearRows} role="list" aria-label="Migrations" .items=${this.rows()} .renderItem=${(row: FileRow | undefined) => (row ? this.item(row.path) : html``)}
            .keyFunction=${({ path }: FileRow) => path} @keydown=${this.onKey}></lit-virtualizer>`
        : html`<ul role="list" @keydown=${this.onKey}>
            ${repeat(this.paths, (path) => path, (path) => this.item(path))}
          </ul>`}
      <p>Drop <code>.sql</code> files, a folder or a <code>.zip</code> anywhere on this page. They stay on your machine.</p>
    `;
  }

  /** New values on each update: the virtualizer draws a row again only when its items are others. */
  private rows(): FileRow[] {
    return this.paths.map((path) => ({ path }));
  }

  private item(path: string): TemplateResult {
    return path === this.renaming ? this.nameField(path) : this.row(path);
  }

  private row(path: string): TemplateResult {
    const name = fileName(path);
    const [version, rest] = parts(name);
    const counts = this.counts.get(path);
    return html`
      <li draggable="true" class=${path === this.over ? 'over' : ''}
        @dragstart=${(event: DragEvent) => this.onDragStart(event, path)} @dragover=${(event: DragEvent) => this.onDragOver(event, path)}
        @dragleave=${() => (this.over = undefined)} @drop=${(event: DragEvent) => this.onDrop(event, path)} @dragend=${this.onDragEnd}>
        <button class="file" data-path=${path} title=${path} aria-current=${path === this.open ? 'true' : nothing}
          @click=${() => emit(this, 'open-file', path)} @dblclick=${() => this.rename(path)}>
          ${folderOf(path) && this.hasSeveralFolders ? html`<span class="version">${folderOf(path)}</span>` : nothing}
          ${version ? html`<span class="version">${version}</span>` : nothing}<span class="name">${rest}</span>
          ${counts ? this.badge(counts) : nothing}
        </button>
        ${path === this.open
          ? html`
              <button class="tool" title="Move up (Alt+Up)" aria-label="Move ${name} up" ?disabled=${path === this.paths[0]} @click=${() => this.move(path, -1)}>${icons.up}</button>
              <button class="tool" title="Move down (Alt+Down)" aria-label="Move ${name} down" ?disabled=${path === this.paths.at(-1)} @click=${() => this.move(path, 1)}>${icons.down}</button>
              <button class="tool" title="Rename (F2)" aria-label="Rename ${name}" @click=${() => this.rename(path)}>${icons.rename}</button>
              <button class="tool" title="Remove (Delete)" aria-label="Remove ${name}" @click=${() => emit(this, 'remove-file', path)}>${icons.remove}</button>
            `
          : nothing}
      </li>
    `;
  }

  private badge(counts: Counts): TemplateResult {
    const worst = counts.error > 0 ? 'error' : counts.warning > 0 ? 'warning' : 'info';
    return html`<span class="badge ${worst}" title=${inWords(counts)}>
      <span aria-hidden="true">${counts[worst]}</span><span class="visually-hidden">, ${inWords(counts)}</span>
    </span>`;
  }

  private nameField(path: string): TemplateResult {
    return html`
      <li>
        <input id="name" aria-label="New name of ${fileName(path)}" spellcheck="false" autocomplete="off" .value=${fileName(path)}
          @keydown=${this.onNameKey} @blur=${this.endRename} />
      </li>
    `;
  }

  private get hasSeveralFolders(): boolean {
    const [first] = this.paths;
    return first !== undefined && this.paths.some((path) => folderOf(path) !== folderOf(first));
  }

  private onNameKey(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.key === 'Escape') this.renaming = undefined;
    if (event.key === 'Enter') this.endRename(event);
  }

  private endRename(event: Event): void {
    const from = this.renaming;
    if (from === undefined) return;
    this.renaming = undefined;
    const name = (event.target as HTMLInputElement).value.trim();
    if (name && name !== fileName(from)) emit(this, 'rename-file', { from, to: folderOf(from) + name });
  }

  private onKey(event: KeyboardEvent): void {
    const button = event.composedPath()[0];
    if (!(button instanceof HTMLElement) || button.dataset['path'] === undefined) return;
    const path = button.dataset['path'];
    const at = this.paths.indexOf(path);
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.altKey && step !== 0) {
      event.preventDefault();
      return this.move(path, step);
    }
    switch (event.key) {
      case 'ArrowDown':
        void this.focusFile(this.paths[at + 1]);
        break;
      case 'ArrowUp':
        void this.focusFile(this.paths[at - 1]);
        break;
      case 'F2':
        void this.rename(path);
        break;
      case 'Delete':
        void this.focusFile(this.paths[at + 1] ?? this.paths[at - 1]);
        emit(this, 'remove-file', path);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  /** Its version changes to one that stands there. */
  private move(path: string, step: 1 | -1): void {
    emit(this, 'move-file', { path, to: this.paths.indexOf(path) + step });
  }

  private onDragStart(event: DragEvent, path: string): void {
    this.dragged = path;
    event.dataTransfer?.setData('text/plain', path);
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
  }

  private onDragOver(event: DragEvent, path: string): void {
    if (this.dragged === undefined || this.dragged === path) return;
    event.preventDefault();
    this.over = path;
  }

  private onDrop(event: DragEvent, path: string): void {
    if (this.dragged === undefined) return;
    event.preventDefault();
    emit(this, 'move-file', { path: this.dragged, to: this.paths.indexOf(path) });
    this.onDragEnd();
  }

  private onDragEnd(): void {
    this.dragged = this.over = undefined;
  }

  private async focusFile(path: string | undefined): Promise<void> {
    if (path === undefined) return;
    (await this.bringIntoSight(path))?.focus();
  }

  private async bringIntoSight(path: string): Promise<HTMLElement | null> {
    const find = (): HTMLElement | null => this.renderRoot.querySelector(`[data-path="${CSS.escape(path)}"]`);
    const { list } = this;
    if (list && !find()) {
      await list.updateComplete;
      await placed(list);
      if (list.isConnected) list.element(this.paths.indexOf(path))?.scrollIntoView({ block: 'nearest' });
      await placed(list);
    }
    find()?.scrollIntoView({ block: 'nearest' });
    return find();
  }

  /** Where the browser has a picker that gives a folder, that is taken: an input gives all the files below, made in one go, those of node_modules too. */
  private async pickFolder(): Promise<void> {
    if (!window.showDirectoryPicker) return this.folderInput.click();
    try {
      emit(this, 'import-folder', await window.showDirectoryPicker());
    } catch (error) {
      // Nothing was picked; or the page is in a frame, which may not have this picker.
      if (!(error instanceof DOMException && error.name === 'AbortError')) this.folderInput.click();
    }
  }

  private async picked(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement;
    // In the task that tells of them the browser has made the files, which takes it long for hundreds.
    await breath();
    if (input.files && input.files.length > 0) emit(this, 'import-files', input.files);
    // The same choice again is a change again.
    input.value = '';
  }

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: var(--raised);
      }
      header {
        display: flex;
        align-items: center;
        gap: 2px;
        height: 40px;
        padding: 0 8px 0 14px;
        flex: none;
      }
      h2 {
        flex: 1;
        margin: 0;
        font-size: 12px;
        font-weight: 600;
        color: var(--muted);
      }
      ul,
      lit-virtualizer {
        list-style: none;
        margin: 0;
        padding: 0 6px;
        overflow: auto;
        flex: 1;
        min-height: 0;
      }
      li {
        display: flex;
        align-items: center;
        border-radius: 5px;
      }
      li {
        content-visibility: auto;
        contain-intrinsic-height: auto 26px;
      }
      li.over {
        box-shadow: inset 0 0 0 2px var(--focus);
      }
      .tool:disabled {
        visibility: hidden;
      }
      lit-virtualizer > li {
        width: 100%;
        content-visibility: visible;
      }
      li:hover {
        background: var(--hover);
      }
      li:has([aria-current]) {
        background: var(--selected);
      }
      .file {
        all: unset;
        box-sizing: border-box;
        cursor: pointer;
        flex: 1;
        min-width: 0;
        display: flex;
        align-items: baseline;
        padding: 4px 8px;
        font: 12px/1.5 var(--mono);
        border-radius: 5px;
      }
      .file:focus-visible {
        outline: 2px solid var(--focus);
        outline-offset: -2px;
      }
      .version {
        color: var(--muted);
        flex: none;
        font-size: 11px;
      }
      .name {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      [aria-current] .name {
        font-weight: 600;
      }
      .badge {
        flex: none;
        margin-left: 6px;
        font: 600 11px/1.5 var(--sans);
        font-variant-numeric: tabular-nums;
      }
      .tool {
        width: 24px;
        height: 24px;
      }
      li .tool:last-child {
        margin-right: 4px;
      }
      #name {
        flex: 1;
        min-width: 0;
        margin: 1px 2px;
        padding: 2px 5px;
        font: 12px/1.5 var(--mono);
        background: var(--ground);
        border: 1px solid var(--accent);
        border-radius: 4px;
      }
      p {
        flex: none;
        margin: 0;
        padding: 10px 14px;
        border-top: 1px solid var(--line);
        font-size: 12px;
        color: var(--muted);
      }
      @media (max-width: 760px) {
        .file {
          padding: 10px 8px;
          font-size: 13px;
        }
        .tool {
          width: 40px;
          height: 40px;
        }
      }
    `,
  ];
}
