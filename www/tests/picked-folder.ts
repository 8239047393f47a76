import type { Page } from '@playwright/test';

/** The folder that the browser's picker gives from now on, of files by path. It lies in the page's own file system: nobody can pick one of the machine's here. */
export async function offerFolder(page: Page, name: string, files: readonly (readonly [path: string, text: string])[]): Promise<void> {
  await page.evaluate(
    async ({ name, files }) => {
      const top = await (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });
      for (const [path, text] of files) {
        const parts = path.split('/');
        let folder = top;
        for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create: true });
        const writable = await (await folder.getFileHandle(parts.at(-1)!, { create: true })).createWritable();
        await writable.write(text);
        await writable.close();
      }
      window.showDirectoryPicker = () => Promise.resolve(top);
    },
    { name, files },
  );
}
