/** Runs the page's script once what stands in the page has been painted. */

import '../src/theme.css';
import './register.ts';

const run = (): void => void import('../src/main.ts');

// In a tab that nobody sees nothing is painted.
if (document.visibilityState === 'hidden') run();
else requestAnimationFrame(() => setTimeout(run));
