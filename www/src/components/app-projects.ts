/** Where projects come from and go to: examples, this browser's store, links, files. */

import { examples, type Opened } from '../examples';
import { broken } from '../examples/data';
import type { Import } from '../model/import';
import { projectOf } from '../model/rule-example';
import { forget, load, save, savedNames } from '../model/saved';
import { fromLink, linkTo, MAX_LINK, packedIn } from '../model/share';
import { Project } from '../model/project';
import type { Ask } from './side-panel';

/** Which entry of the list of projects is open. */
export interface Origin {
  example?: string;
  saved?: string;
}

export interface Host {
  readonly project: Project;
  readonly open: string;
  start(opened: Opened, origin: Origin): void;
  say(text: string): void;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export class Projects {
  saved: readonly string[] = [];

  constructor(
    private readonly host: Host,
    private readonly ask: Ask,
    private readonly changed: () => void,
  ) {}

  /** What the address asks for (`#project=…`, `#example=broken`), otherwise the first example. */
  async begin(): Promise<void> {
    addEventListener('hashchange', () => void this.openLink());
    const opened = await this.openLink();
    const named = /^#example=(\w+)$/.exec(location.hash)?.[1];
    if (!opened) await this.openExample(named !== undefined && Object.hasOwn(examples, named) ? named : 'aias');
    await this.list();
  }

  /** So that nothing is left to load later. */
  async loadExamples(): Promise<void> {
    await broken();
  }

  async openExample(key: string): Promise<void> {
    const example = examples[key];
    if (!example) return;
    this.host.start(await example.load((rule) => this.ask('explain', { rule })), { example: key });
  }

  openRuleExample(rule: string, sql: string): void {
    const project = projectOf(rule, sql);
    this.host.start({ project, open: project.paths.at(-1) ?? '' }, {});
  }

  async openSaved(name: string): Promise<void> {
    const opened = await load(name);
    if (opened) this.host.start(opened, { saved: name });
  }

  /** Returns whether it is saved: a browser can refuse, as some do in private windows. */
  async save(name: string): Promise<boolean> {
    try {
      await save(this.host.project.named(name), this.host.open);
      await this.list();
      this.host.say(`Saved “${name}” in this browser.`);
      return true;
    } catch (error) {
      this.host.say(`This browser does not save it: ${messageOf(error)}`);
      return false;
    }
  }

  async forget(name: string): Promise<void> {
    await forget(name);
    await this.list();
    this.host.say(`“${name}” is no longer saved in this browser.`);
  }

  async share(): Promise<void> {
    const { project, open } = this.host;
    const link = await linkTo(project, open, (bytes) => this.ask('deflate', { bytes }));
    const size = `${link.length.toLocaleString('en')} characters`;
    if (link.length > MAX_LINK) {
      this.host.say(`This project is too large for a link: ${size}, of which at most ${MAX_LINK.toLocaleString('en')} travel safely.`);
      return;
    }
    history.replaceState(null, '', link);
    try {
      await navigator.clipboard.writeText(link);
      this.host.say(`The link is copied and in the address bar (${size}). The project is in the link itself: no server has it.`);
    } catch {
      this.host.say(`The link is in the address bar (${size}). The project is in the link itself: no server has it.`);
    }
  }

  /** A folder, a project or an archive becomes the project; single files join the open one, whose changed value is returned. */
  import({ folder, migrations, config, configured, configError }: Import): Project | undefined {
    const [first] = migrations;
    let joined: Project | undefined;
    if (!first && !(configured && !configError)) {
      this.host.say(configError ? `pgdry.toml is not used: ${configError}` : 'There is no .sql file in it.');
      return undefined;
    }
    if (folder && first) {
      const project = Project.of(folder, migrations, config);
      this.host.start({ project, open: project.paths.at(-1) ?? '' }, {});
    } else {
      joined = this.host.project.withAll(migrations);
      if (configured && !configError) joined = joined.withConfig(config);
    }
    if (configError) this.host.say(`pgdry.toml is not used: ${configError}`);
    return joined;
  }

  private async openLink(): Promise<boolean> {
    const packed = packedIn(location.hash);
    if (packed === undefined) return false;
    try {
      this.host.start(await fromLink(packed, (bytes, limit) => this.ask('inflate', { bytes, limit })), {});
      return true;
    } catch (error) {
      this.host.say(`The link cannot be opened: ${messageOf(error)}.`);
      return false;
    }
  }

  private async list(): Promise<void> {
    // Without a store the page works as well.
    this.saved = await savedNames().catch(() => []);
    this.changed();
  }
}
