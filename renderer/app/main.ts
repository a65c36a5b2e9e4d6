import { createPinia } from 'pinia';
import { createApp, nextTick } from 'vue';
import 'element-plus/theme-chalk/base.css';
import '../styles/tokens.css';
import '../styles/element.css';
import '../styles/base.css';
import '../styles/dialogs.css';
import '../styles/lists.css';
import App from './App.vue';
import { faultFrom } from '../mirror/api.ts';
import { i18n } from '../i18n/index.ts';
import { loadRest } from '../ui/later.ts';
import { useWindowStore } from '../ui/windowStore.ts';
import { useTabsStore } from './tabsStore.ts';

const app = createApp(App);
app.use(createPinia());
app.use(i18n);

let lastTold = '';
/** An error of the screen's own is shown like any other, but one that comes with every redrawing only once. */
function tell(error: unknown): void {
  const fault = faultFrom(error);
  if (fault.message === lastTold) return;
  lastTold = fault.message;
  useWindowStore().complain(fault);
}
app.config.errorHandler = (error) => {
  console.error(error);
  tell(error);
};
window.addEventListener('unhandledrejection', ({ reason }) => tell(reason));
window.addEventListener('error', ({ error }) => {
  // The browser reports its own doings here too, without an error.
  if (error instanceof Error) tell(error);
});

useWindowStore().hearHeldUp();
const started = useTabsStore().start();

app.mount('#app');

// Start-up time is measured up to here: the state is known and drawn, so every control works.
void started
  .then(() => nextTick())
  .then(() => {
    performance.mark('usable');
    return loadRest(requestIdleCallback);
  });
