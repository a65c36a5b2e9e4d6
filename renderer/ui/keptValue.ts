import type { Directive } from 'vue';

/**
 * `v-kept-value="text"`: the text of a field that is taken over at its change event. Vue's `:value` puts its text into the
 * field at every redrawing, and with it what somebody is typing is gone; here a field that has the focus is left alone
 * until the text itself is another one.
 */
export const vKeptValue: Directive<HTMLInputElement, string | number> = {
  beforeMount: (field, { value }) => {
    field.value = String(value);
  },
  updated: (field, { value, oldValue }) => {
    if (value === oldValue && document.activeElement === field) return;
    if (field.value !== String(value)) field.value = String(value);
  },
};
