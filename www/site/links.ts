/** No page may link to what is not there. */

/** By path the text of every page. Returns a line for each dead link. */
export function deadLinks(pages: ReadonlyMap<string, string>, files: ReadonlySet<string>): string[] {
  const ids = new Map([...pages].map(([path, html]) => [path, new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!))]));
  const dead: string[] = [];
  for (const [path, html] of pages) {
    for (const [, href = ''] of html.matchAll(/<(?:a|link|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g)) {
      if (/^https:\/\//.test(href)) continue;
      const { pathname, hash } = new URL(href, `https://site/${path}`);
      const target = decodeURIComponent(pathname.slice(1));
      const isThere = files.has(target) || pages.has(target);
      const hasAnchor = !hash || !pages.has(target) || ids.get(target)!.has(decodeURIComponent(hash.slice(1)));
      if (!isThere || !hasAnchor) dead.push(`${path}: ${href}`);
    }
  }
  return dead;
}
