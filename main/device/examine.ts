import { networkStatus } from '../../shared/networkStatus.ts';
import type { StageName } from '../../shared/stageNames.ts';
import type { CommandSpec } from '../at/codec.ts';
import type { CommandOrder } from '../mipl/commandOrder.ts';
import type { Engine } from '../mipl/engine.ts';
import { commands } from '../mipl/messages.ts';
import { ask } from './bringUp.ts';

/** Questions without parameters that say why a stage stands still; none of them changes anything. */
const questions: Readonly<Record<StageName, readonly CommandSpec<string, Record<never, never>>[]>> = {
  port: [],
  module: [],
  sim: [commands.cardState, commands.functionalityState],
  network: [commands.functionalityState, commands.cardState, commands.lockFrequencyState, commands.operatorState],
  objects: [],
  onenet: [commands.attachState, commands.pdpContextState, commands.address],
};

const order: CommandOrder = { priority: 'poll', tag: { task: 'diagnosis' } };

/** `<n>` of +CEREG with which a module tells why it was turned away (TS 27.007 §10.1.22). */
const WITH_CAUSE = 3;

/**
 * Asks what helps to judge a stage, behind everything else that is sent. What the module does not know it refuses, and that
 * is all right. @throws AtFailure when the line is dead.
 */
export async function examine(engine: Engine, stage: StageName): Promise<void> {
  for (const question of questions[stage]) await ask(engine, question, {}, order);
  if (stage === 'network') await askForCause(engine);
}

/** Asks how the platform reaches the module: power saving and eDRX. @throws as {@link examine}. */
export async function examinePowerSaving(engine: Engine): Promise<void> {
  await ask(engine, commands.powerSavingState, {}, order);
  await ask(engine, commands.edrxState, {}, order);
}

/** Why the network has turned it away; what it reports unasked stays as it was. */
async function askForCause(engine: Engine): Promise<void> {
  const [before] = await ask(engine, commands.registrationState, {}, order);
  if (before?.status !== networkStatus.denied) return;
  await ask(engine, commands.registrationReport, { mode: WITH_CAUSE }, order);
  await ask(engine, commands.registrationState, {}, order);
  await ask(engine, commands.registrationReport, { mode: before.mode }, order);
}
