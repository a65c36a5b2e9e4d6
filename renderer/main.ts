import { createPinia } from 'pinia';
import { createApp } from 'vue';
import 'element-plus/theme-chalk/base.css';
import './styles/tokens.css';
import './styles/element.css';
import './styles/base.css';
import App from './App.vue';
import { i18n } from './i18n/index.ts';
import { useLogStore } from './stores/log.ts';
import { useStateStore } from './stores/state.ts';

const app = createApp(App);
app.use(createPinia());
app.use(i18n);

const state = useStateStore();
const log = useLogStore();
// The log listens before the snapshot is asked for, so that no line falls between the two.
void log.start(0);
void state.start().then(() => log.start(state.journal?.lines ?? 0));

app.mount('#app');
