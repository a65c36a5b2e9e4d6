import { expect, it } from 'vitest';
import { memorySecrets } from '../../main/platform/secrets.ts';
import { QueueAccess } from '../../main/program/queueAccess.ts';

const [here, there] = ['nats://10.0.0.5', 'nats://10.0.0.6'];

it('a user is kept for the queue that the settings named when he was given, whatever they name a moment later', async () => {
  const secrets = memorySecrets();
  let address = here;
  const access = new QueueAccess(secrets, () => address);
  const keeping = access.setUser('planner', 'secret-word');
  address = there;
  await keeping;
  expect(access.kept.credentials).toBe('none');
  expect(access.callerAt(there)).toBeUndefined();
  expect(access.callerAt(here)).toEqual({ user: 'planner', password: 'secret-word' });
});

it('a connection is given the credentials of its own queue, also when it is made again after the settings name another', async () => {
  const secrets = memorySecrets();
  let address = here;
  const access = new QueueAccess(secrets, () => address);
  const [seed, other] = [
    'SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU',
    'SUAIBDPBAUTWCWBKIO6XHQNINK5FWJW4OHLXC3HQ2KFE4PEJUA44CNHTC4',
  ];
  await access.setFile(seed);
  address = there;
  await access.setFile(other);
  expect(access.callerAt(here)).toEqual({ credentials: seed });
});
