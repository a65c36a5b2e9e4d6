import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeLimitMs, makeLinkEnd } from '../../main/transport/linkEnd.ts';
import type { LinkDriver } from '../../main/transport/linkEnd.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const idle: LinkDriver = { write: () => Promise.resolve(), close: () => Promise.resolve() };

describe('makeLinkEnd', () => {
  it('keeps bytes until somebody listens, and then gives them as one', () => {
    const end = makeLinkEnd(idle);
    end.receive(Buffer.from('a'));
    end.receive(Buffer.from('b'));
    const heard: string[] = [];
    end.link.onData = (bytes) => heard.push(Buffer.from(bytes).toString());
    end.receive(Buffer.from('c'));
    expect(heard).toEqual(['ab', 'c']);
  });

  it('keeps the end until somebody listens, and tells it once', () => {
    const end = makeLinkEnd(idle);
    end.lose(new Error('gone'));
    const heard: unknown[] = [];
    end.link.onClose = (reason) => heard.push(reason);
    end.lose(new Error('again'));
    end.link.onClose = (reason) => heard.push(reason);
    expect(heard).toEqual([new Error('gone')]);
  });

  it('gives back its listeners', () => {
    const { link } = makeLinkEnd(idle);
    const nothing = (): void => undefined;
    link.onData = nothing;
    link.onClose = nothing;
    expect([link.onData, link.onClose]).toEqual([nothing, nothing]);
  });

  it('drops bytes after the end', () => {
    const end = makeLinkEnd(idle);
    end.lose();
    end.receive(Buffer.from('late'));
    const heard = vi.fn();
    end.link.onData = heard;
    expect(heard).not.toHaveBeenCalled();
  });

  it('tells a close from our side without reason', async () => {
    const { link } = makeLinkEnd(idle);
    const heard = vi.fn();
    link.onClose = heard;
    await link.close();
    expect(heard.mock.calls).toEqual([[]]);
  });

  it('closes once however often asked', async () => {
    const close = vi.fn(() => Promise.resolve());
    const { link } = makeLinkEnd({ ...idle, close });
    await Promise.all([link.close(), link.close()]);
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('resolves a close that fails', async () => {
    const { link } = makeLinkEnd({ ...idle, close: () => Promise.reject(new Error('stuck')) });
    await expect(link.close()).resolves.toBeUndefined();
  });

  it('abandons a close that hangs after two seconds', async () => {
    const { link } = makeLinkEnd({ ...idle, close: () => new Promise(() => undefined) });
    const closed = link.close();
    vi.advanceTimersByTime(closeLimitMs);
    await expect(closed).resolves.toBeUndefined();
  });

  it('leaves no timer behind', async () => {
    const { link } = makeLinkEnd(idle);
    await link.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('refuses writes while closing and after the end', async () => {
    const closing = makeLinkEnd(idle);
    void closing.link.close();
    await expect(closing.link.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'PORT_NOT_OPEN' });
    const lost = makeLinkEnd(idle);
    lost.lose(new Error('gone'));
    await expect(lost.link.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'PORT_NOT_OPEN' });
  });
});
