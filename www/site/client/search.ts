/** The search field: the index is loaded when the field is first used. */

import MiniSearch, { type SearchResult } from 'minisearch';
import { searchOptions, type Entry } from '../search.ts';

const MOST = 12;

async function load(address: string): Promise<MiniSearch<Entry>> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the index did not load (${response.status})`);
  return MiniSearch.loadJSONAsync<Entry>(await response.text(), searchOptions);
}

export function startSearch(form: HTMLFormElement): void {
  const field = form.querySelector('input')!;
  const list = form.querySelector('ul')!;
  const { index: address = '', root = '' } = form.dataset;
  let index: Promise<MiniSearch<Entry>> | undefined;
  let chosen = -1;

  const close = (): void => {
    list.hidden = true;
    chosen = -1;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  };
  const open = (): void => {
    list.hidden = false;
    field.setAttribute('aria-expanded', 'true');
  };
  const options = (): HTMLAnchorElement[] => [...list.querySelectorAll<HTMLAnchorElement>('[role="option"]')];
  const choose = (at: number): void => {
    const all = options();
    if (all.length === 0) return;
    chosen = (at + all.length) % all.length;
    all.forEach((option, place) => option.setAttribute('aria-selected', String(place === chosen)));
    all[chosen]!.scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', all[chosen]!.id);
  };

  const say = (text: string): void => {
    const line = document.createElement('li');
    line.setAttribute('role', 'presentation');
    line.className = 'none';
    line.textContent = text;
    list.replaceChildren(line);
    open();
  };
  const show = (hits: readonly SearchResult[]): void => {
    if (hits.length === 0) return say('Nothing found');
    list.replaceChildren(
      ...hits.slice(0, MOST).map((hit, at) => {
        const { title, description, path } = hit as SearchResult & Entry;
        const option = document.createElement('a');
        option.href = root + path;
        option.id = `hit-${at}`;
        option.tabIndex = -1;
        option.setAttribute('role', 'option');
        option.setAttribute('aria-selected', 'false');
        const name = document.createElement('strong');
        name.textContent = title;
        const about = document.createElement('span');
        about.textContent = description;
        option.append(name, about);
        const item = document.createElement('li');
        item.setAttribute('role', 'presentation');
        item.append(option);
        return item;
      }),
    );
    chosen = -1;
    open();
  };
  const search = async (): Promise<void> => {
    const words = field.value.trim();
    if (!words) return close();
    try {
      index ??= load(address);
      const hits = (await index).search(words);
      // What was typed meanwhile asks for itself.
      if (words === field.value.trim()) show(hits);
    } catch (error) {
      index = undefined;
      say(error instanceof Error ? error.message : String(error));
    }
  };

  form.hidden = false;
  field.addEventListener('input', () => void search());
  field.addEventListener('focus', () => void search());
  field.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') choose(chosen + 1);
    else if (event.key === 'ArrowUp') choose(chosen - 1);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    options()[Math.max(chosen, 0)]?.click();
  });
  form.addEventListener('focusout', (event) => {
    if (!form.contains(event.relatedTarget as Node | null)) close();
  });
  document.addEventListener('keydown', (event) => {
    const typing = event.composedPath().some((target) => target instanceof HTMLElement && /^(INPUT|TEXTAREA)$/.test(target.tagName));
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
  });
}
