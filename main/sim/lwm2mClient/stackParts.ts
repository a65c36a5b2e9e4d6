import type { Profile } from '../profile.ts';
import type { HostedObjects } from './hostedObjects.ts';
import type { Observations } from './observations.ts';
import type { HostValue } from './payloads.ts';
import type { ServerRequestKind } from './serverRequest.ts';
import type { Transfers } from './transfers.ts';
import type { WrittenAttributes } from './writtenAttributes.ts';

/** The objects of the module itself: what it answers for without the host. */
export interface StandardObjects {
  has(objectId: number): boolean;
  /** All values of the one instance of an object. */
  valuesOf(objectId: number): readonly HostValue[];
}

/** What the parts of one registered session share. */
export interface StackParts {
  readonly personality: Profile['personality'];
  readonly objects: HostedObjects;
  readonly standard: StandardObjects;
  readonly observations: Observations;
  /** Requests the module answers by itself and shows to the host for information. */
  readonly answersItself: ReadonlySet<ServerRequestKind>;
  readonly longWrite: Profile['write']['long'];
  readonly transfers: Transfers;
  /** What a stack that keeps to the standard remembers of Write-Attributes. */
  readonly attributes: WrittenAttributes;
}
