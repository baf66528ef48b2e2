import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import globalSetup from './global-setup.mjs';

const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];

/** Browser specs also need a Chromium: the one of CHROMIUM_PATH, an installed one, or the one inside an npm package (Linux x64). */
export default async function browserSetup() {
  process.env.CHROMIUM_PATH ??= installed() ?? (await packaged());
  await globalSetup();
}

function installed() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return places.find((path) => existsSync(path));
}

async function packaged() {
  const { default: chromium } = await import('@sparticuz/chromium');
  return chromium.executablePath();
}
