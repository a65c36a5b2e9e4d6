import { afterEach } from 'vitest';
import { openPlatform, type Platform, type PlatformOptions } from '../../../main/sim/platform/platform.ts';
import { TestModule, type Answer } from './module.ts';

const open: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A platform that the end of the test closes. */
export async function openTestPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const platform = await openPlatform({ seed: 1, ...options });
  open.push(platform);
  return platform;
}

/** A module that the end of the test closes. */
export async function openTestModule(platform: Platform, answer?: Answer): Promise<TestModule> {
  const module = await TestModule.open(platform.coap, answer);
  open.push(module);
  return module;
}

/** An HTTP call; the body as text, to see numbers and order of keys as they came. */
export async function call(
  platform: Platform,
  method: string,
  pathAndQuery: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<string> {
  const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(platform.http + pathAndQuery, { method, headers, ...content });
  return response.text();
}
