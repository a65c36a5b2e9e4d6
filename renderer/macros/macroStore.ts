import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { freeMacroName } from '../../shared/macros.ts';
import type { Macro } from '../../shared/macros.ts';
import { shippedMacros } from '../../shared/shippedMacros.ts';
import { phrase } from '../../shared/phrase.ts';
import { call, faultFrom } from '../mirror/api.ts';
import { useProgramStore } from '../mirror/programStore.ts';
import { beginUndo, changed, redone, undone } from '../ui/undo.ts';
import { useWindowStore } from '../ui/windowStore.ts';
import { newStep, wrongValues } from './macroDraft.ts';
import type { WrongValue } from './macroDraft.ts';

/** Which macro is at hand: one of a person's own by its place, or one that the program brings along. */
export type MacroChoice = { readonly own: number } | { readonly shipped: string };

const copied = (macros: readonly Macro[]): readonly Macro[] => JSON.parse(JSON.stringify(macros)) as Macro[];

/** The macros of the window: as they are being edited, with what is wrong with them; whatever is right is kept at once. */
export const useMacroStore = defineStore('macros', () => {
  const program = useProgramStore();
  const shared = useWindowStore();
  const isShown = ref(false);
  const history = shallowRef(beginUndo<readonly Macro[]>(program.state.macros));
  const choice = ref<MacroChoice>({ shipped: shippedMacros[0]?.id ?? '' });
  const wrong = ref<readonly WrongValue[]>([]);
  const own = computed(() => history.value.present);

  watch(
    () => program.state.macros,
    (macros) => {
      if (wrong.value.length === 0 && JSON.stringify(macros) !== JSON.stringify(own.value))
        history.value = changed(history.value, copied(macros));
    },
  );

  const shipped = computed(() =>
    shippedMacros.map(({ id, name, note, steps }) => ({
      id,
      macro: { name: name[program.language], note: note[program.language], steps },
    })),
  );
  const chosen = computed((): Macro | undefined => {
    const at = choice.value;
    return 'own' in at ? own.value[at.own] : shipped.value.find(({ id }) => id === at.shipped)?.macro;
  });

  async function keep(): Promise<void> {
    wrong.value = wrongValues(own.value);
    if (wrong.value.length > 0) return;
    try {
      await call('saveMacros', { macros: copied(own.value) });
    } catch (error) {
      const fault = faultFrom(error);
      if (fault.code !== 'BAD_ARGUMENT') return shared.complain(fault);
      const place = fault.detail ?? '';
      wrong.value = [{ place, why: fault.message.replace(place, '').replace(/^[:\s]+/, '') }];
    }
  }

  /** All of them are so from now on. */
  async function change(macros: readonly Macro[]): Promise<void> {
    history.value = changed(history.value, macros);
    await keep();
  }

  /** The macro at hand is so from now on; one that the program brings along stays as it is. */
  async function changeChosen(macro: Macro): Promise<void> {
    const at = choice.value;
    if ('own' in at) await change(own.value.map((one, index) => (index === at.own ? macro : one)));
  }

  async function add(macro: Macro): Promise<void> {
    const added = { ...macro, name: freeMacroName(macro.name, own.value) };
    choice.value = { own: own.value.length };
    await change([...own.value, added]);
  }

  const addNew = (name: string): Promise<void> => add({ name, steps: [newStep('send')] });

  async function remove(index: number): Promise<void> {
    await change(own.value.filter((_, at) => at !== index));
    choice.value =
      own.value.length > 0 ? { own: Math.min(index, own.value.length - 1) } : { shipped: shippedMacros[0]?.id ?? '' };
  }

  async function undo(): Promise<void> {
    history.value = undone(history.value);
    await afterStep();
  }

  async function redo(): Promise<void> {
    history.value = redone(history.value);
    await afterStep();
  }

  async function afterStep(): Promise<void> {
    const at = choice.value;
    if ('own' in at && at.own >= own.value.length)
      choice.value = own.value.length > 0 ? { own: own.value.length - 1 } : { shipped: shippedMacros[0]?.id ?? '' };
    await keep();
  }

  async function importFile(): Promise<void> {
    const before = own.value.length;
    const read = await shared.attempt(() => call('importMacros'));
    if (!read) return;
    shared.say(phrase('macro.imported', { count: read.names.length }));
    // They are told with the program's state, which may be on its way.
    if (own.value.length === before) await new Promise((resolve) => setTimeout(resolve, 100));
    choice.value = { own: Math.max(0, own.value.length - read.names.length) };
  }

  async function exportFile(macros: readonly Macro[]): Promise<void> {
    const written = await shared.attempt(() => call('exportMacros', { macros: copied(macros) }));
    if (written) shared.say(phrase('macro.exported', { file: written.file }));
  }

  return {
    isShown,
    own,
    shipped,
    choice,
    chosen,
    wrong,
    canUndo: computed(() => history.value.past.length > 0),
    canRedo: computed(() => history.value.future.length > 0),
    changeChosen,
    add,
    addNew,
    remove,
    undo,
    redo,
    importFile,
    exportFile,
  };
});
