import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, expect, it, vi } from 'vitest';
import { useOpenedStore } from '../../renderer/sessions/openedStore.ts';
import type { Api } from '../../shared/contract/contract.ts';
import type { OpenedSession } from '../../shared/sessions.ts';
import { noListeners } from './fakeMain.ts';

type Answer = (value: unknown) => void;

/** A main process whose answers come when the test says so. */
function slowMain() {
  const waiting: { readonly name: string; readonly argument: object; readonly answer: Answer }[] = [];
  const closed: string[] = [];
  const listeners = noListeners();
  const ask = (name: string) => (argument: object) =>
    new Promise((answer: Answer) => waiting.push({ name, argument, answer }));
  const api = new Proxy({} as Record<string, unknown>, {
    get: (_, name: string) => {
      if (name === 'on') return (event: 'session', listener: never) => void listeners[event].push(listener);
      if (name !== 'closeSession') return ask(name);
      return ({ session }: { session: string }) => {
        closed.push(session);
        return Promise.resolve({ ok: true, value: undefined });
      };
    },
  });
  vi.stubGlobal('window', { api: api as unknown as Api });
  /** Answers the first question of that name that is of this session. */
  async function answer(name: string, session: string, value: object | undefined): Promise<void> {
    const index = waiting.findIndex(
      (one) => one.name === name && (one.argument as { session?: string }).session === session,
    );
    expect(index, `${name} of ${session} was asked`).toBeGreaterThanOrEqual(0);
    const [question] = waiting.splice(index, 1);
    question?.answer(value ? { ok: true, value } : { ok: false, error: { code: 'INTERNAL', message: 'no' } });
    await new Promise((resolve) => setTimeout(resolve));
  }
  return { answer, closed };
}

const told = (id: string, more: Partial<OpenedSession> = {}): OpenedSession => ({
  id,
  lines: 9,
  done: 1,
  isGrowing: false,
  ...more,
});
const folded = { folded: { shown: 4, done: 1 } };

beforeEach(() => setActivePinia(createPinia()));

it('of two sessions clicked one after the other the later is shown, whichever is read first', async () => {
  const main = slowMain();
  const store = useOpenedStore();
  const opening = [store.open('a'), store.open('b')];
  await main.answer('openSession', 'b', told('b'));
  await main.answer('openSession', 'a', told('a'));
  await Promise.all(opening);
  expect(store.id).toBe('b');
  expect(main.closed).toEqual(['a']);
});

it('back to the first before either is read shows the first, and leaves the other', async () => {
  const main = slowMain();
  const store = useOpenedStore();
  const opening = [store.open('a'), store.open('b'), store.open('a')];
  await main.answer('openSession', 'a', told('a'));
  await main.answer('openSession', 'a', told('a'));
  await main.answer('openSession', 'b', told('b'));
  await Promise.all(opening);
  expect(store.id).toBe('a');
  expect(main.closed).toEqual(['b']);
});

it('closed while it is read it stays closed', async () => {
  const main = slowMain();
  const store = useOpenedStore();
  const opening = store.open('a');
  store.close();
  await main.answer('openSession', 'a', told('a'));
  await opening;
  expect(store.id).toBeUndefined();
  expect(main.closed).toEqual(['a']);
});

it('that cannot be folded is shown line by line, and says so', async () => {
  const main = slowMain();
  const store = useOpenedStore();
  void store.open('a');
  await main.answer('openSession', 'a', told('a'));
  void store.setFolded(true);
  await main.answer('foldSession', 'a', told('a', folded));
  expect([store.isFolded, store.count]).toEqual([true, 4]);
  const opening = store.open('b');
  await main.answer('openSession', 'b', told('b'));
  await main.answer('foldSession', 'b', undefined);
  await opening;
  expect([store.id, store.isFolded, store.count]).toEqual(['b', false, 9]);
});

it('a fold that comes after another session was opened changes nothing there', async () => {
  const main = slowMain();
  const store = useOpenedStore();
  void store.open('a');
  await main.answer('openSession', 'a', told('a'));
  const folding = store.setFolded(true);
  const opening = store.open('b');
  await main.answer('openSession', 'b', told('b'));
  await main.answer('foldSession', 'b', undefined);
  await opening;
  await main.answer('foldSession', 'a', told('a', folded));
  await folding;
  expect([store.id, store.isFolded, store.count]).toEqual(['b', false, 9]);
});

it('what was looked for first does not stand for what was looked for last, nor in another session', async () => {
  const main = slowMain();
  const store = useOpenedStore();
  void store.open('a');
  await main.answer('openSession', 'a', told('a'));
  store.typed.text = 'one';
  const first = store.startFind();
  store.typed.text = 'two';
  const second = store.startFind();
  await main.answer('findInSession', 'a', { find: 1 });
  await main.answer('findInSession', 'a', { find: 2 });
  await Promise.all([first, second]);
  expect(store.find?.find).toBe(2);
  const third = store.startFind();
  const opening = store.open('b');
  await main.answer('openSession', 'b', told('b'));
  await opening;
  await main.answer('findInSession', 'a', { find: 3 });
  await third;
  expect(store.find).toBeUndefined();
});
