import type { LitVirtualizer } from '@lit-labs/virtualizer';
import { FlowLayout } from '@lit-labs/virtualizer/layouts/flow.js';

/** Rows below one another, of which few are drawn beyond those in sight: the browser goes through all of them with every key in the editor. */
class NearRows extends FlowLayout {
  protected override _overhang = 200;
}

/** For `lit-virtualizer`. */
export const nearRows = { type: NearRows };

/** Waits until the rows have their places; a list that goes meanwhile has none, which it says as an error. */
export const placed = (list: Pick<LitVirtualizer, 'layoutComplete'>): Promise<void> => Promise.resolve(list.layoutComplete).catch(() => undefined);
