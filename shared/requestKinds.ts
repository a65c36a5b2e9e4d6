/** Every kind of request, in the order the document tries them. */
export const requestKinds = ['read', 'write', 'execute', 'discover', 'observe', 'cancel', 'parameter'] as const;
export type RequestKind = (typeof requestKinds)[number];
