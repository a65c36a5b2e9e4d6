import { attributeNames, attributesFor, formatPath, mergeAttributes, parsePath } from '../../../shared/lwm2m.ts';
import type { AttributeChanges, Lwm2mPath, NotificationAttributes } from '../../../shared/lwm2m.ts';

/** The attributes the platform has written, as a stack that keeps to the standard tells them in a discover. */
export class WrittenAttributes {
  readonly #byPath = new Map<string, NotificationAttributes>();

  /** A Write-Attributes that was done: each attribute is set or unset by itself (LwM2M 1.0.2 §5.1.1). */
  write(path: Lwm2mPath, changes: AttributeChanges): void {
    const key = formatPath(path);
    this.#byPath.set(key, mergeAttributes(this.#byPath.get(key) ?? {}, changes));
  }

  /**
   * What stands behind a link, `;pmin=10;pmax=60`. Each level shows its own; where one resource was asked for, also those it
   * has from its instance and its object (LwM2M 1.0.2 §5.4.2).
   */
  behind(link: string, asked: Lwm2mPath): string {
    const path = asked.resourceId === undefined ? undefined : parsePath(link);
    const attributes: NotificationAttributes = path
      ? attributesFor(path, Object.fromEntries(this.#byPath))
      : (this.#byPath.get(link) ?? {});
    return attributeNames
      .flatMap((name) => (attributes[name] === undefined ? [] : [`;${name}=${attributes[name]}`]))
      .join('');
  }
}
