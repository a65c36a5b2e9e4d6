import { beforeEach, expect, it, vi } from 'vitest';
import { vKeptValue } from '../../renderer/ui/keptValue.ts';

interface Hooks {
  beforeMount(field: { value: string }, binding: { value: string | number }): void;
  updated(field: { value: string }, binding: { value: string | number; oldValue: string | number }): void;
}
const { beforeMount, updated } = vKeptValue as unknown as Hooks;

const field = { value: '' };
const page: { activeElement: unknown } = { activeElement: null };
beforeEach(() => {
  vi.stubGlobal('document', page);
  page.activeElement = null;
  beforeMount(field, { value: 60 });
});

it('a field begins with its text', () => {
  expect(field.value).toBe('60');
});

it('what somebody types stays while the page around it is drawn anew', () => {
  page.activeElement = field;
  field.value = '12';
  updated(field, { value: 60, oldValue: 60 });
  expect(field.value).toBe('12');
});

it('a text that has become another one is shown, also to whoever has typed it', () => {
  page.activeElement = field;
  field.value = ' 12 ';
  updated(field, { value: 12, oldValue: 60 });
  expect(field.value).toBe('12');
});

it('a field that was left shows what holds', () => {
  field.value = 'refused';
  updated(field, { value: 60, oldValue: 60 });
  expect(field.value).toBe('60');
});
