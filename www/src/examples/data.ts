/** The files of the example projects. */

import aiasAddress from 'page-data:aias';
import brokenAddress from 'page-data:broken';

export interface Data {
  config: string;
  files: [string, string][];
}

const data = (address: string): Promise<Data> => fetch(address).then((response) => response.json() as Promise<Data>);

/** What the page opens with: asked for at once. */
export const aias = data(aiasAddress);

let loadedBroken: Promise<Data> | undefined;
export const broken = (): Promise<Data> => (loadedBroken ??= data(brokenAddress));
