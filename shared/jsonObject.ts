/** An object of JSON: fields by name. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for what stands in braces in JSON: neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
