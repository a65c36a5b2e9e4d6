import { defineStore } from 'pinia';
import { computed, ref, shallowReactive, shallowReadonly, shallowRef, watch } from 'vue';
import { modelObjectOf } from '../../shared/catalogue.ts';
import type { CatalogueEntry, CatalogueObject, CatalogueResource } from '../../shared/catalogue.ts';
import type { DeviceModel } from '../../shared/deviceModel.ts';
import { shippedModelId } from '../../shared/models.ts';
import type { ModelId, ModelInfo, OpenedModel } from '../../shared/models.ts';
import type { DeviceId } from '../../shared/programState.ts';
import { phrase } from '../../shared/phrase.ts';
import type { Phrase } from '../../shared/phrase.ts';
import { call, callDevice } from '../mirror/api.ts';
import { useWindowStore } from '../ui/windowStore.ts';
import { draftOf, draftText } from './modelDraft.ts';
import type { ModelDocument } from './modelDraft.ts';
import { advanced, begun, edited, present, redone, saved, undone, unsavedCount } from './modelEdits.ts';
import type { InstancePlace, ModelEdit } from './modelEdits.ts';
import { linesOf, problemsOf } from './modelTable.ts';

const storageKey = 'mipl.modelDraft';
const storage = typeof localStorage === 'undefined' ? undefined : localStorage;

/** The model on the page: one for the whole window, whichever tab is shown. */
export const useModelStore = defineStore('model', () => {
  const shared = useWindowStore();
  const document = shallowRef<ModelDocument>();
  /** What stood on the page before another model was opened; Undo goes back to it. */
  const earlier = shallowRef<readonly ModelDocument[]>([]);
  const models = shallowRef<readonly ModelInfo[]>([]);
  const entries = shallowRef<readonly CatalogueEntry[]>([]);
  const definitions = shallowReactive(new Map<number, CatalogueObject>());
  const place = ref<InstancePlace>();
  /** The last edit that was refused, and why. */
  const refusal = shallowRef<Phrase>();
  const isSaving = ref(false);
  const isUsing = ref(false);
  const search = ref('');

  const model = computed<DeviceModel | undefined>(() => document.value && present(document.value.history));
  const unsaved = computed(() => (document.value ? unsavedCount(document.value.history) : 0));
  const problems = computed(() => (model.value ? problemsOf(model.value) : []));
  const info = computed(() => models.value.find(({ id }) => id === document.value?.id));
  const object = computed(() => model.value?.objects.find(({ id }) => id === place.value?.objectId));
  const instance = computed(() => object.value?.instances.find(({ id }) => id === place.value?.instanceId));
  const lines = computed(() =>
    object.value && instance.value ? linesOf(object.value.id, instance.value, definitions.get(object.value.id)) : [],
  );

  const attempt = shared.attempt;

  /** What is selected goes on where it is, else to the first instance there is. */
  function settle(): void {
    if (instance.value) return;
    const objects = model.value?.objects ?? [];
    const near = objects.find(({ id }) => id === place.value?.objectId) ?? objects[0];
    const first = near?.instances[0];
    place.value = near && { objectId: near.id, instanceId: first?.id ?? 0 };
  }

  function show(next: ModelDocument): void {
    document.value = next;
    refusal.value = undefined;
    settle();
    void describe();
  }

  /** Definitions of objects that came into the model. */
  async function describe(isAnew = false): Promise<void> {
    const ids = (model.value?.objects ?? []).map(({ id }) => id).filter((id) => isAnew || !definitions.has(id));
    if (ids.length === 0) return;
    const told = await attempt(() => call('describeObjects', { objects: ids }));
    for (const one of told ?? []) definitions.set(one.id, one);
  }

  function take({ info: { id, file }, model: content, definitions: known }: OpenedModel): void {
    if (document.value) earlier.value = [...earlier.value, document.value].slice(-20);
    for (const one of known) definitions.set(one.id, one);
    place.value = undefined;
    const isShipped = id === shippedModelId;
    show({ ...(isShipped || file === undefined ? {} : { file }), id, history: begun(content, true) });
  }

  async function loadList(): Promise<void> {
    models.value = (await attempt(() => call('listModels'))) ?? models.value;
  }

  async function loadCatalogue(): Promise<void> {
    entries.value = (await attempt(() => call('listObjects'))) ?? entries.value;
  }

  /** What the page begins with: a draft that was left, else what the device is made of. */
  async function start(used: ModelId): Promise<void> {
    void loadCatalogue();
    await loadList();
    if (document.value) return;
    const draft = draftOf(storage?.getItem(storageKey) ?? null);
    if (draft) show(draft);
    else await open(models.value.some(({ id }) => id === used) ? used : shippedModelId);
  }

  async function open(id: ModelId): Promise<void> {
    const opened = await attempt(() => call('readModel', { model: id }));
    if (opened) take(opened);
  }

  async function openFile(): Promise<void> {
    const opened = await attempt(() => call('openModelFile'));
    if (!opened) return;
    take(opened);
    await loadList();
  }

  /** A model of nothing yet. */
  function begin(name: string): void {
    if (document.value) earlier.value = [...earlier.value, document.value].slice(-20);
    show({ history: begun({ name, objects: [] }, false) });
  }

  /** Takes a model off the list; where it is on the page it goes on there, in no file. */
  async function forget(id: ModelId): Promise<void> {
    await attempt(() => call('forgetModel', { model: id }));
    if (document.value?.id === id) document.value = { history: document.value.history };
    await loadList();
  }

  function edit(change: ModelEdit): boolean {
    const now = document.value;
    if (!now) return false;
    const next = edited(present(now.history), change);
    if ('refused' in next) {
      refusal.value = phrase(`model.refused.${next.refused}`, { path: next.path });
      return false;
    }
    show({ ...now, history: advanced(now.history, next) });
    return true;
  }

  const canUndo = computed(() => (document.value?.history.at ?? 0) > 0 || earlier.value.length > 0);
  const canRedo = computed(() => {
    const history = document.value?.history;
    return history !== undefined && history.at < history.states.length - 1;
  });

  function undo(): void {
    const now = document.value;
    if (!now) return;
    if (now.history.at > 0) return show({ ...now, history: undone(now.history) });
    const before = earlier.value.at(-1);
    if (!before) return;
    earlier.value = earlier.value.slice(0, -1);
    show(before);
  }

  function redo(): void {
    if (document.value) show({ ...document.value, history: redone(document.value.history) });
  }

  /** Adds an object of the catalogue with its mandatory resources, and shows it. */
  async function addObject(id: number): Promise<void> {
    const [found] = (await attempt(() => call('describeObjects', { objects: [id] }))) ?? [];
    if (!found) return;
    definitions.set(id, found);
    const object = modelObjectOf(found, 'mandatory') ?? { id, instances: [{ id: 0, resources: [] }] };
    if (edit({ kind: 'addObject', object })) place.value = { objectId: id, instanceId: 0 };
  }

  const describeResource = (objectId: number, resourceId: number): Promise<CatalogueResource | undefined> =>
    attempt(() => call('describeResource', { objectId, resourceId }));

  function onWritten(written: ModelInfo | null | undefined, content: DeviceModel): boolean {
    if (!written) return false;
    const now = document.value;
    const { id, file = '' } = written;
    // Somebody may have typed on while it was written.
    if (now)
      document.value = { id, file, history: present(now.history) === content ? saved(now.history) : now.history };
    void loadList();
    shared.say(phrase('model.saved', { file }));
    return true;
  }

  /** Writes the model into its file, or asks for one. */
  async function save(as = false): Promise<boolean> {
    const [now, content] = [document.value, model.value];
    if (!now || !content || problems.value.length > 0 || isSaving.value) return false;
    isSaving.value = true;
    const { id, file } = now;
    const written = await attempt(() =>
      as || id === undefined || file === undefined
        ? call('saveModelAs', { content })
        : call('saveModel', { model: id, content }),
    );
    isSaving.value = false;
    return onWritten(written, content);
  }

  /** The device of a tab is made of the model, as it stands in its file. */
  async function use(device: DeviceId): Promise<void> {
    const id = document.value?.id;
    if (id === undefined || isUsing.value) return;
    isUsing.value = true;
    const isDone = await shared.attempt(() => callDevice(device, 'useModel', { model: id }).then(() => true), device);
    isUsing.value = false;
    await loadList();
    if (isDone) shared.say(phrase('model.inUse', { name: model.value?.name ?? '' }), device);
  }

  async function importObjects(from: 'file' | 'folder'): Promise<void> {
    const isDone = await attempt(() => call('importObjects', { from }));
    if (isDone !== true) return;
    await loadCatalogue();
    await describe(true);
  }

  async function stopImport(): Promise<void> {
    await attempt(() => call('stopImport'));
  }

  if (typeof window !== 'undefined') {
    window.addEventListener('beforeunload', (event) => {
      if (unsaved.value > 0) event.preventDefault();
    });
  }
  watch([document, unsaved], () => {
    if (!storage || !document.value) return;
    try {
      if (unsaved.value > 0) storage.setItem(storageKey, draftText(document.value));
      else storage.removeItem(storageKey);
    } catch {
      // A draft that finds no room there is still on the page, and leaving it is asked about.
    }
  });

  return {
    document: shallowReadonly(document),
    model,
    models: shallowReadonly(models),
    info,
    entries: shallowReadonly(entries),
    definitions,
    place,
    object,
    instance,
    lines,
    problems,
    unsaved,
    refusal,
    isSaving,
    isUsing,
    search,
    canUndo,
    canRedo,
    start,
    loadList,
    open,
    openFile,
    begin,
    forget,
    edit,
    undo,
    redo,
    addObject,
    describeResource,
    save,
    use,
    importObjects,
    stopImport,
  };
});
