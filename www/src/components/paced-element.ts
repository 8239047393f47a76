import { LitElement } from 'lit';
import { breath } from '../pace';

/** An element that is drawn in a task of its own, so that a change that many parts of the page show does not hold the browser up. */
export class PacedElement extends LitElement {
  protected override scheduleUpdate(): void | Promise<unknown> {
    return breath().then(() => super.scheduleUpdate());
  }
}
