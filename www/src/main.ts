/** Starts what takes longest, and then the page: each part of it is a script that runs by itself. */

import './theme.css';
import './touched';
import './validator/start';
import './examples/data';

void import('./components/app');
