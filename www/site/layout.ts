/** What stands around every page. */

import { contentSecurityPolicy } from '../csp.ts';
import { escape } from './html.ts';
import { relative, rulePath, type Page, type Site } from './pages.ts';

/** Files that a page loads, as they are called in the built site. */
export interface Assets {
  script: string;
  styles: string[];
  element: string;
  icon: string;
  manifest: string;
  searchIndex: string;
}

export function pageHtml(page: Page, site: Site, assets: Assets): string {
  const to = (file: string): string => relative(page.path, file);
  const current = (file: string): string => (file === page.path ? ' aria-current="page"' : '');
  const link = (file: string, text: string): string => `<a href="${to(file)}"${current(file)}>${text}</a>`;
  const item = (file: string, text: string): string => `<li>${link(file, text)}</li>`;
  const rules = site.rules.get(page.kind) ?? [];
  const families = [...site.rules.keys()].map((family) => {
    const own = family === page.kind ? `<ul>${rules.map(({ name }) => item(rulePath(name), name.slice(family.length + 1))).join('')}</ul>` : '';
    return `<li><a href="${to('docs/rules/index.html')}#${family}">${family}</a>${own}</li>`;
  });
  const contents = page.headings.filter(({ depth }) => depth === 2);
  const onThisPage =
    contents.length > 3 && rules.length === 0
      ? `<nav class="contents" aria-label="On this page"><ul>${contents.map(({ id, text }) => `<li><a href="#${id}">${text.replace(/<\/?a\b[^>]*>/g, '')}</a></li>`).join('')}</ul></nav>`
      : '';
  const body = onThisPage ? page.body.replace('</h1>\n', `</h1>\n${onThisPage}`) : page.body;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(contentSecurityPolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(page.title)} · pgdry</title>
<meta name="description" content="${escape(page.description)}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${to(assets.icon)}" type="image/svg+xml">
<link rel="manifest" href="${to(assets.manifest)}">
${assets.styles.map((style) => `<link rel="stylesheet" href="${to(style)}">`).join('\n')}
<script type="module" src="${to(assets.script)}"></script>
${page.isLive ? `<script type="module" src="${to(assets.element)}"></script>\n` : ''}</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<a class="name" href="${to('docs/index.html')}">pgdry</a>
<nav aria-label="Site">${link('docs/rules/index.html', 'Rules')} <a href="${to('index.html')}">Playground</a> <a class="small" href="#pages">Pages</a></nav>
<form class="search" role="search" hidden data-index="${to(assets.searchIndex)}" data-root="${'../'.repeat(page.path.split('/').length - 1)}">
<input type="search" placeholder="Search" aria-label="Search the documentation" autocomplete="off" role="combobox" aria-expanded="false" aria-controls="hits" aria-autocomplete="list">
<ul id="hits" role="listbox" aria-label="Results" hidden></ul>
</form>
</header>
<div class="frame">
<main id="content" tabindex="-1">
${body.trim()}
</main>
<nav class="pages" id="pages" aria-label="Documentation">
<ul>${site.guides.map(({ path, title }) => item(path, escape(title))).join('')}</ul>
<h2>${link('docs/rules/index.html', 'Rules')}</h2>
<ul>${families.join('')}</ul>
</nav>
</div>
</body>
</html>
`;
}
