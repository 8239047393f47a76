import { expect, test } from '@playwright/test';
import { movedTo, timeOf, versionBetween } from '../src/model/names';

test('a version between two others is as round as there is room for', () => {
  expect(versionBetween('20250101120000', '20250110120000')).toBe('20250106000000');
  expect(versionBetween('20250101120000', '20250101180000')).toBe('20250101150000');
  expect(versionBetween('20250101120000', '20250101120500')).toBe('20250101120200');
  expect(versionBetween('20250101120000', '20250101120002')).toBe('20250101120001');
  expect(versionBetween('20250101120000', '20250101120001')).toBeUndefined();
  expect(versionBetween('20250101120000', '')).toBe('20250101120100');
  expect(versionBetween('', '20250101000000')).toBe('20241231235900');
  expect(timeOf('20250631000000')).toBeUndefined();
});

test('a move gives a name that stands there, or says why not', () => {
  const paths = ['m/20250101000000_a.sql', 'm/20250102000000_b.sql', 'm/20250103000000_c.sql'];
  expect(movedTo(paths, paths[2]!, 1)).toEqual({ path: 'm/20250101120000_c.sql' });
  expect(movedTo(paths, paths[0]!, 2)).toEqual({ path: 'm/20250103000100_a.sql' });
  expect(movedTo(paths, paths[2]!, 0)).toEqual({ path: 'm/20241231235900_c.sql' });
  expect(movedTo(['a.sql', '20250102000000_b.sql', '20250103000000_c.sql'], '20250103000000_c.sql', 0)).toHaveProperty('refusal');
  expect(movedTo(['20250101000000_a.sql', '20250101000001_b.sql', '20250103000000_c.sql'], '20250103000000_c.sql', 1)).toHaveProperty('refusal');
});
