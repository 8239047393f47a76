import { defineConfig } from '@playwright/test';

const measured = process.env['BUDGETS'] ? '*.budget.ts' : process.env['MEASURE'] ? '*.measure.ts' : undefined;

/** Tests of the built page (npm run build) in Debian's Chromium. */
export default defineConfig({
  // What is measured runs by itself: the budgets at the end of `make ci`.
  testMatch: measured ?? '*.spec.ts',
  outputDir: 'output/results',
  reporter: 'list',
  fullyParallel: true,
  forbidOnly: true,
  workers: measured ? 1 : 2,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
    // It would load the whole site in every test; site-offline.spec.ts is about it.
    serviceWorkers: 'block',
    permissions: ['clipboard-read', 'clipboard-write'],
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Pages of tests live for seconds: to optimize the module's code takes longer than it gains. What is measured is measured without.
        ...(measured ? [] : ['--js-flags=--wasm-tiering-budget=200000000']),
      ],
    },
  },
});
