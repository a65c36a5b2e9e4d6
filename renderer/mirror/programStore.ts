import { defineStore } from 'pinia';
import { computed, shallowReadonly, shallowRef } from 'vue';
import { initialProgramState } from '../../shared/programState.ts';
import type { ProgramPatch } from '../../shared/programState.ts';
import { languageOf } from '../../shared/settings.ts';
import type { Language } from '../../shared/settings.ts';
import { call, listen } from './api.ts';
import { mirrorOf } from './mirrorOf.ts';

/** The language of the machine, until main has told. */
function browserLanguage(): Language {
  return typeof navigator !== 'undefined' && navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** The mirror of the program's state: what all tabs share. Nothing here can be written: changes are asked for through api.ts. */
export const useProgramStore = defineStore('program', () => {
  const state = shallowRef(initialProgramState('', browserLanguage()));
  const mirror = mirrorOf<ProgramPatch>({
    fetch: async () => {
      const snapshot = await call('getProgram');
      state.value = snapshot.state;
      return snapshot;
    },
    apply: ({ changes }) => (state.value = { ...state.value, ...changes }),
    listen: (hear) => listen('program', hear),
  });

  return {
    state: shallowReadonly(state),
    isMirrored: mirror.isMirrored,
    start: mirror.start,
    end: mirror.end,
    ports: computed(() => state.value.ports),
    devices: computed(() => state.value.devices),
    settings: computed(() => state.value.settings),
    language: computed<Language>(() => languageOf(state.value.settings.language, state.value.systemLanguage)),
  };
});
