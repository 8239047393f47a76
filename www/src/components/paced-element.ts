import { LitElement } from 'lit';
import { breath } from '../pace';

/** An element that is first drawn in a task of its own, so that a page of many parts does not hold the browser up. */
export class PacedElement extends LitElement {
  protected override scheduleUpdate(): void | Promise<unknown> {
    return this.hasUpdated ? super.scheduleUpdate() : breath().then(() => super.scheduleUpdate());
  }
}
