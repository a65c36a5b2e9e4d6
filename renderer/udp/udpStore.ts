import { computed, reactive, ref } from 'vue';
import type { PayloadFormat, UdpFlag, UdpReport } from '../../shared/udp.ts';
import { chosenSocket, documentServer, inOrder } from './udpForm.ts';
import { defineDeviceStore } from '../mirror/deviceStores.ts';
import { useStateStore } from '../mirror/stateStore.ts';

/** What the UDP page keeps while another page is shown: what was typed and chosen. */
export const useUdpStore = defineDeviceStore((device) => {
  const state = useStateStore(device);
  const chosen = ref<number>();
  /** Undefined until somebody typed one: the virtual module brings its own target. */
  const typedAddress = ref<string>();
  const typedPort = ref<string>();
  const form = reactive({
    localPort: '0',
    report: 1 as UdpReport,
    format: 'text' as PayloadFormat,
    payload: '0123456789',
    flag: '' as UdpFlag | '',
    sequence: '',
  });
  const echo = reactive({ count: '20', intervalMs: '1000', size: '32', timeoutMs: '15000' });
  const isEchoShown = ref(true);
  const showsHex = ref(false);

  const simulated = computed(() => state.simulator?.echo.split(':'));
  const address = computed({
    get: () => typedAddress.value ?? simulated.value?.[0] ?? documentServer.address,
    set: (text: string) => (typedAddress.value = text),
  });
  const port = computed({
    get: () => typedPort.value ?? simulated.value?.[1] ?? documentServer.port,
    set: (text: string) => (typedPort.value = text),
  });

  /** The targets one click away. */
  function aim(target: 'document' | 'simulated'): void {
    const [simulatedAddress, simulatedPort] = simulated.value ?? [];
    typedAddress.value = target === 'document' ? documentServer.address : simulatedAddress;
    typedPort.value = target === 'document' ? documentServer.port : simulatedPort;
  }

  const sockets = computed(() => state.state.udp.sockets);
  const socket = computed(() => chosenSocket(sockets.value, chosen.value));
  const draft = computed(() => ({
    ...form,
    socket: socket.value?.number,
    address: address.value,
    port: port.value,
  }));
  const datagrams = computed(() => {
    const all = inOrder(state.state.datagrams);
    return isEchoShown.value ? all : all.filter((datagram) => datagram.echo === undefined);
  });

  return {
    chosen,
    address,
    port,
    form,
    echo,
    isEchoShown,
    showsHex,
    simulated,
    aim,
    sockets,
    socket,
    draft,
    datagrams,
    test: computed(() => state.state.udp.echo),
    reportMode: computed(() => state.state.udp.reportMode),
  };
});
