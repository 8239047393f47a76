/** What a page of the documentation does with JavaScript; without it everything but the search is there. */

import '../../sw/register.ts';
import './site.css';
import { startSearch } from './search.ts';

const form = document.querySelector<HTMLFormElement>('form.search');
if (form) startSearch(form);
